using System.Buffers.Binary;
using System.Text;
using Muk.Abi;
using Muk.Kernel.Images;

namespace Muk.Kernel.Machines.Process;

/// <summary>What a fresh program finds on its stack: argc, argv, envp, the auxiliary vector and what they point to
/// (System V ABI for AMD64, 3.4.1). Pure.</summary>
public sealed class InitialStack
{
    private const ulong PlaceholderVdso = 0;

    private InitialStack(ulong pointer, byte[] bytes)
    {
        Pointer = pointer;
        Bytes = bytes;
    }

    /// <summary>The first stack pointer, a multiple of 16.</summary>
    public ulong Pointer { get; }

    /// <summary>From <see cref="Pointer"/> up to the stack's top.</summary>
    public byte[] Bytes { get; }

    /// <summary>Address of AT_SYSINFO_EHDR's value, which only the process itself knows.</summary>
    public ulong VdsoSlot { get; private init; }

    /// <summary>The auxiliary vector, and the strings of argv and envp, as /proc wants to know them.</summary>
    public (ulong Start, uint Bytes) Auxiliary { get; private init; }

    public (ulong Start, ulong End) Arguments { get; private init; }

    public (ulong Start, ulong End) Environment { get; private init; }

    /// <summary>Lays the stack out below <see cref="GuestLayout.StackTop"/>.</summary>
    /// <param name="random">16 bytes for AT_RANDOM.</param>
    /// <param name="processor">AT_HWCAP, AT_HWCAP2 and AT_MINSIGSTKSZ of this host.</param>
    public static InitialStack Build(
        MukImage image, IReadOnlyList<string> arguments, IReadOnlyList<string> environment, ReadOnlySpan<byte> random,
        (ulong Hwcap, ulong Hwcap2, ulong MinimalSignalStack) processor)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(random.Length, 16);

        // From the top down: strings, then the words.
        var text = new List<byte>();
        var argumentOffsets = Strings(text, arguments);
        var environmentAt = text.Count;
        var environmentOffsets = Strings(text, environment);
        var environmentEnd = text.Count;
        var nameOffset = Strings(text, [image.Path])[0];
        var platformOffset = Strings(text, ["x86_64"])[0];
        var randomOffset = text.Count;
        text.AddRange(random);
        while (text.Count % 16 != 0)
        {
            text.Add(0);
        }

        var textAt = GuestLayout.StackTop - (ulong)text.Count - 16;
        (ulong Type, ulong Value)[] vector =
        [
            (33, PlaceholderVdso),
            (16, processor.Hwcap), (26, processor.Hwcap2), (51, processor.MinimalSignalStack),
            (6, 4096), (17, 100),
            (3, GuestLayout.ImageAddress + image.ProgramHeadersOffset), (4, 56), (5, (ulong)image.ProgramHeaderCount),
            (7, 0), (8, 0), (9, GuestLayout.ImageAddress + image.Entry),
            (11, 0), (12, 0), (13, 0), (14, 0), (23, 0),
            (25, textAt + (ulong)randomOffset), (31, textAt + (ulong)nameOffset), (15, textAt + (ulong)platformOffset),
            (0, 0),
        ];

        var words = new List<ulong> { (ulong)arguments.Count };
        words.AddRange(argumentOffsets.Select(o => textAt + (ulong)o));
        words.Add(0);
        words.AddRange(environmentOffsets.Select(o => textAt + (ulong)o));
        words.Add(0);
        var auxiliaryAt = words.Count;
        words.AddRange(vector.SelectMany(v => new[] { v.Type, v.Value }));

        var pointer = (textAt - ((ulong)words.Count * 8)) & ~15ul;
        var bytes = new byte[GuestLayout.StackTop - pointer];
        for (var i = 0; i < words.Count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * 8), words[i]);
        }

        text.CopyTo(bytes, (int)(textAt - pointer));
        return new InitialStack(pointer, bytes)
        {
            VdsoSlot = pointer + ((ulong)auxiliaryAt * 8) + 8,
            Auxiliary = (pointer + ((ulong)auxiliaryAt * 8), (uint)(vector.Length * 16)),
            Arguments = (textAt, textAt + (ulong)environmentAt),
            Environment = (textAt + (ulong)environmentAt, textAt + (ulong)environmentEnd),
        };
    }

    private static List<int> Strings(List<byte> text, IReadOnlyList<string> strings)
    {
        var offsets = new List<int>(strings.Count);
        foreach (var one in strings)
        {
            offsets.Add(text.Count);
            text.AddRange(Encoding.UTF8.GetBytes(one));
            text.Add(0);
        }

        return offsets;
    }
}
