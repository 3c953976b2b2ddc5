using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Linux;

/// <summary>Numbers, structs and paths out of and into guest memory. False, null or a negative errno for what the
/// guest may not touch.</summary>
internal static class GuestAccess
{
    /// <summary>Linux's PATH_MAX, NUL included.</summary>
    public const int PathBytesMax = 4096;

    private const ulong PageBytes = 4096;

    public static bool TryReadU32(this IGuestMemory memory, ulong at, out uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        var ok = memory.TryRead(new(at), bytes);
        value = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        return ok;
    }

    public static bool TryReadU64(this IGuestMemory memory, ulong at, out ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        var ok = memory.TryRead(new(at), bytes);
        value = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        return ok;
    }

    public static bool TryWriteU32(this IGuestMemory memory, ulong at, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return memory.TryWrite(new(at), bytes);
    }

    public static bool TryWriteU64(this IGuestMemory memory, ulong at, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return memory.TryWrite(new(at), bytes);
    }

    public static bool TryReadStruct<T>(this IGuestMemory memory, ulong at, out T value)
        where T : unmanaged
    {
        value = default;
        return memory.TryRead(new(at), MemoryMarshal.AsBytes(new Span<T>(ref value)));
    }

    public static bool TryWriteStruct<T>(this IGuestMemory memory, ulong at, in T value)
        where T : unmanaged =>
        memory.TryWrite(new(at), MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    /// <summary>A NUL-terminated path. 0, -EFAULT, or -ENAMETOOLONG; what is not UTF-8 keeps its place as U+FFFD and
    /// so names nothing.</summary>
    public static int ReadPath(this IGuestMemory memory, ulong at, out string path)
    {
        Span<byte> bytes = stackalloc byte[PathBytesMax];
        var have = 0;
        path = "";
        while (have < PathBytesMax)
        {
            // Never across a page's end in one go: the text may end right before memory that the guest does not have.
            var start = at + (ulong)have;
            var chunk = (int)Math.Min(PageBytes - (start % PageBytes), (ulong)Math.Min(256, PathBytesMax - have));
            var part = bytes.Slice(have, chunk);
            if (!memory.TryRead(new(start), part))
            {
                return -Errno.Fault;
            }

            var end = part.IndexOf((byte)0);
            if (end >= 0)
            {
                path = Encoding.UTF8.GetString(bytes[..(have + end)]);
                return 0;
            }

            have += chunk;
        }

        return -Errno.NameTooLong;
    }
}
