using System.Buffers.Binary;
using System.Text;
using Muk.Abi;
using Muk.Kernel.Images;

namespace Muk.Kernel.Memory;

/// <summary>What a program finds on its stack when it starts: argc, argv, envp, the auxiliary vector and the strings they point to
/// (System V ABI for x86-64, section 3.4.1).</summary>
internal static class InitialStack
{
    private const int RandomBytes = 16;

    /// <summary>Most bytes <see cref="Build"/> makes of arguments of at most <see cref="Machines.GuestPlan.ArgumentBytesMax"/>.</summary>
    public const int BytesMax = 1 << 20;

    /// <summary>The bytes that end at <paramref name="top"/>; the stack pointer is where they start.</summary>
    /// <param name="random">16 bytes for AT_RANDOM.</param>
    public static byte[] Build(
        ulong top, MukImage image, IReadOnlyList<string> arguments, IReadOnlyList<string> environment, ReadOnlySpan<byte> random)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(random.Length, RandomBytes);
        var bias = GuestLayout.ImageAddress;
        ReadOnlySpan<(ulong Type, ulong Value)> auxiliary =
        [
            (3, bias + image.ProgramHeadersOffset), (4, 56), (5, (ulong)image.ProgramHeaderCount), (6, 4096), (7, 0), (8, 0),
            (9, bias + image.Entry), (11, 0), (12, 0), (13, 0), (14, 0), (16, 0), (17, 100), (23, 0), (25, 0), (26, 2), (31, 0),
            (33, Machines.TimePage.CodeAddress), (0, 0),
        ];
        const int AtRandom = 14, AtName = 16;
        var strings = RandomBytes;
        foreach (var text in arguments)
        {
            strings += Encoding.UTF8.GetByteCount(text) + 1;
        }

        foreach (var text in environment)
        {
            strings += Encoding.UTF8.GetByteCount(text) + 1;
        }

        var words = 1 + arguments.Count + 1 + environment.Count + 1 + (2 * auxiliary.Length);
        var total = ((words * 8) + strings + 15) & ~15;
        var stack = new byte[total];
        var text0 = words * 8;
        var start = top - (ulong)total;
        random.CopyTo(stack.AsSpan(text0));
        var textAt = text0 + RandomBytes;
        var word = 0;
        var firstText = start + (ulong)textAt;

        Put(stack, ref word, (ulong)arguments.Count);
        PutTexts(stack, ref word, ref textAt, start, arguments);
        PutTexts(stack, ref word, ref textAt, start, environment);
        for (var i = 0; i < auxiliary.Length; i++)
        {
            Put(stack, ref word, auxiliary[i].Type);
            Put(stack, ref word, i == AtRandom ? start + (ulong)text0 : i == AtName ? firstText : auxiliary[i].Value);
        }

        return stack;
    }

    private static void PutTexts(byte[] stack, ref int word, ref int textAt, ulong start, IReadOnlyList<string> texts)
    {
        foreach (var text in texts)
        {
            Put(stack, ref word, start + (ulong)textAt);
            textAt += Encoding.UTF8.GetBytes(text, stack.AsSpan(textAt)) + 1;
        }

        Put(stack, ref word, 0);
    }

    private static void Put(byte[] stack, ref int word, ulong value) =>
        BinaryPrimitives.WriteUInt64LittleEndian(stack.AsSpan(8 * word++), value);
}
