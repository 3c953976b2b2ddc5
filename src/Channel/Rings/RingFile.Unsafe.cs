using System.Runtime.InteropServices;
using Muk.Abi;
using Muk.Channel.Interop;

namespace Muk.Channel.Rings;

/// <summary>A ring as a file: made once, by whoever links two ports.</summary>
public static class RingFile
{
    /// <summary>Makes the file, with its header written and its memory reserved.</summary>
    /// <returns>The header as written, capacity rounded.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its limits.</exception>
    /// <exception cref="HostException">The file cannot be made, or there is no memory for it.</exception>
    public static RingHeader Create(string path, RingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var header = options.ToHeader();
        using var file = SharedMemoryFile.Create(path, RingLayout.DataOffset + (long)header.DataBytes);
        try
        {
            file.Reserve(0, RingLayout.ConsumerOffset + RingLayout.PageBytes);
            file.Reserve(RingLayout.DataOffset, (long)header.DataBytes);
        }
        catch (HostException)
        {
            File.Delete(path);
            throw;
        }

        RandomAccess.Write(file.Handle, MemoryMarshal.AsBytes(new ReadOnlySpan<RingHeader>(in header)), 0);
        return header;
    }

    /// <summary>Reads and checks a ring's header.</summary>
    /// <exception cref="RingFormatException">It is no ring.</exception>
    /// <exception cref="HostException">It cannot be opened.</exception>
    public static RingHeader ReadHeader(string path)
    {
        using var file = SharedMemoryFile.Open(path, FileRights.Read);
        return ReadHeader(file);
    }

    internal static RingHeader ReadHeader(SharedMemoryFile file)
    {
        RingHeader header = default;
        var read = RandomAccess.Read(file.Handle, MemoryMarshal.AsBytes(new Span<RingHeader>(ref header)), 0);
        var fault = read < Marshal.SizeOf<RingHeader>() ? "it ends before its header does" : RingGeometry.Fault(header, file.Bytes);
        return fault is null ? header : throw new RingFormatException($"{file.Path} is no ring that can be used: {fault}");
    }
}
