using Muk.Abi;
using Muk.Channel.Interop;

namespace Muk.Channel.Rings;

/// <summary>Makes a used ring as new, in place: whoever has it mapped keeps its mapping, which is what makes it worth keeping.</summary>
public static class RingRenewal
{
    private const int PieceBytes = 64 * 1024;

    private static readonly byte[] _zeros = new byte[PieceBytes];

    /// <summary>Zeroes both sides and all data; the header stays. Nobody may use the ring meanwhile.</summary>
    /// <exception cref="RingFormatException">It is no ring.</exception>
    /// <exception cref="HostException">It cannot be opened.</exception>
    public static void Renew(string path)
    {
        using var file = SharedMemoryFile.Open(path, FileRights.ReadWrite);
        var header = RingFile.ReadHeader(file);
        Zero(file, RingLayout.ProducerOffset, RingLayout.PageBytes);
        Zero(file, RingLayout.ConsumerOffset, RingLayout.PageBytes);
        Zero(file, RingLayout.DataOffset, (long)header.DataBytes);
    }

    private static void Zero(SharedMemoryFile file, long start, long bytes)
    {
        for (var at = 0L; at < bytes; at += PieceBytes)
        {
            RandomAccess.Write(file.Handle, _zeros.AsSpan(0, (int)Math.Min(PieceBytes, bytes - at)), start + at);
        }
    }
}
