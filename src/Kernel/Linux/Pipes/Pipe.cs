using Muk.Kernel.Linux.Threads;

namespace Muk.Kernel.Linux.Pipes;

/// <summary>What two ends of a pipe share: 64 KiB of bytes in a circle (pipe(7)). Made when the first byte is written. Owner: the vCPU
/// thread.</summary>
internal sealed class Pipe
{
    public const int Capacity = 64 * 1024;

    /// <summary>PIPE_BUF: so many bytes are written whole or not at all.</summary>
    public const int WholeBytes = 4096;

    private byte[]? _bytes;
    private int _start;

    /// <summary>Bytes that wait to be read.</summary>
    public int Count { get; private set; }

    public int Room => Capacity - Count;

    /// <summary>Both are counted by the descriptors that lead here; false: that end is gone.</summary>
    public bool HasReader { get; private set; } = true;

    public bool HasWriter { get; private set; } = true;

    /// <summary>News for whoever reads: bytes, or the writer's going.</summary>
    public WaitSource Arrivals { get; } = new();

    /// <summary>News for whoever writes: room, or the reader's going.</summary>
    public WaitSource Departures { get; } = new();

    /// <summary>Moves up to so many bytes into guest memory. How many, or -EFAULT and nothing is taken.</summary>
    public long Take(Session session, ulong at, ulong bytes)
    {
        var wanted = (int)Math.Min(bytes, (ulong)Count);
        for (var done = 0; done < wanted;)
        {
            var from = (_start + done) % Capacity;
            var part = _bytes.AsSpan(from, Math.Min(wanted - done, Capacity - from));
            if (!session.Memory.TryWrite(new(at + (ulong)done), part))
            {
                return -Errno.Fault;
            }

            done += part.Length;
        }

        var wasFull = Room < WholeBytes;
        _start = (_start + wanted) % Capacity;
        Count -= wanted;
        if (wasFull)
        {
            Departures.Notify();
        }

        return wanted;
    }

    /// <summary>Moves bytes, for which there is room, out of guest memory. How many, or -EFAULT and nothing is kept.</summary>
    public long Put(Session session, ulong at, int bytes)
    {
        _bytes ??= new byte[Capacity];
        for (var done = 0; done < bytes;)
        {
            var to = (_start + Count + done) % Capacity;
            var part = _bytes.AsSpan(to, Math.Min(bytes - done, Capacity - to));
            if (!session.Memory.TryRead(new(at + (ulong)done), part))
            {
                return -Errno.Fault;
            }

            done += part.Length;
        }

        Count += bytes;
        Arrivals.Notify();
        return bytes;
    }

    public void CloseReader()
    {
        HasReader = false;
        Departures.Notify();
    }

    public void CloseWriter()
    {
        HasWriter = false;
        Arrivals.Notify();
    }
}
