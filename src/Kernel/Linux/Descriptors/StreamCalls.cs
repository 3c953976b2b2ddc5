using System.Runtime.InteropServices;

namespace Muk.Kernel.Linux.Descriptors;

/// <summary>read and write in all their forms, lseek, close: what works on any descriptor.</summary>
internal sealed class StreamCalls(Session session, DescriptorTable descriptors)
{
    /// <summary>Most bytes of one call, Linux's MAX_RW_COUNT.</summary>
    public const ulong CountMax = 0x7ffff000;

    private const long NoOffset = -1;

    public long Read(in SystemCall call) => descriptors.Find(call.A0) is { } file
        ? file.Read(session, call.A1, Math.Min(call.A2, CountMax))
        : -Errno.BadDescriptor;

    public long Write(in SystemCall call)
    {
        var part = new IoVector { At = call.A1, Bytes = Math.Min(call.A2, CountMax) };
        return descriptors.Find(call.A0) is { } file ? WriteAll(file, new(in part), NoOffset) : -Errno.BadDescriptor;
    }

    public long ReadAt(in SystemCall call) => Positioned(call, out var file)
        ?? file.ReadAt(session, call.A1, Math.Min(call.A2, CountMax), (long)call.A3);

    public long WriteAt(in SystemCall call) => Positioned(call, out var file)
        ?? file.WriteAt(session, call.A1, Math.Min(call.A2, CountMax), (long)call.A3);

    public long Seek(in SystemCall call) =>
        descriptors.Find(call.A0) is { } file ? file.Seek((long)call.A1, (int)call.A2) : -Errno.BadDescriptor;

    public long Close(in SystemCall call) => descriptors.Close(call.A0);

    public long ReadVector(in SystemCall call) => ReadVector(call, NoOffset);

    public long WriteVector(in SystemCall call) => WriteVector(call, NoOffset);

    /// <summary>preadv and preadv2 (fd, vectors, count, offset low, high, flags); the version 2's flags are wishes, and
    /// none is known.</summary>
    public long ReadVectorAt(in SystemCall call) => Offset(call, out var offset) ?? ReadVector(call, offset);

    public long WriteVectorAt(in SystemCall call) => Offset(call, out var offset) ?? WriteVector(call, offset);

    private long ReadVector(in SystemCall call, long offset)
    {
        Span<IoVector> room = stackalloc IoVector[IoVector.CountMax];
        var count = Vectors(call, room, out var file, out _);
        if (count < 0)
        {
            return count;
        }

        var done = 0L;
        foreach (var part in room[..count])
        {
            // Once something has been read, a later buffer must not make the call wait.
            if (part.Bytes == 0 || (done > 0 && (file.Poll(PollEvents.In) & PollEvents.In) == 0))
            {
                continue;
            }

            var got = offset < 0
                ? file.Read(session, part.At, part.Bytes)
                : file.ReadAt(session, part.At, part.Bytes, offset + done);
            if (got < 0)
            {
                return done > 0 ? done : got;
            }

            done += got;
            if ((ulong)got < part.Bytes)
            {
                break;
            }
        }

        return done;
    }

    private long WriteVector(in SystemCall call, long offset)
    {
        Span<IoVector> room = stackalloc IoVector[IoVector.CountMax];
        var count = Vectors(call, room, out var file, out var bytes);
        if (count < 0)
        {
            return count;
        }

        return offset < 0 && file is PortSink sink && bytes <= (ulong)sink.WholeBytesMax
            ? sink.WriteWhole(session, room[..count], (int)bytes)
            : WriteAll(file, room[..count], offset);
    }

    /// <summary>Writes part after part until the file takes no more. What has been written before a wait is not written again when the
    /// call is made again.</summary>
    private long WriteAll(OpenFile file, ReadOnlySpan<IoVector> parts, long offset)
    {
        var wait = session.Wait;
        var before = (ulong)wait.Progress;
        var done = wait.Progress;
        foreach (var part in parts)
        {
            var skipped = Math.Min(part.Bytes, before);
            before -= skipped;
            do
            {
                var (at, bytes) = (part.At + skipped, part.Bytes - skipped);
                var put = bytes == 0 && parts.Length > 1 ? 0
                    : offset < 0 ? file.Write(session, at, bytes)
                    : file.WriteAt(session, at, bytes, offset + done);
                if (put == -Errno.Wait)
                {
                    wait.Progress = done;
                    return put;
                }

                if (put < 0 || (put == 0 && bytes > 0))
                {
                    return done > 0 ? done : put;
                }

                done += put;
                skipped += (ulong)put;
            }
            while (skipped < part.Bytes);
        }

        return done;
    }

    /// <summary>The version 2's offset of -1 stands for the file's own.</summary>
    private long? Offset(in SystemCall call, out long offset)
    {
        offset = (long)call.A3;
        var second = call.Number is 327 or 328;
        return second && call.A5 != 0 ? -Errno.NotSupported
            : offset < 0 && !(second && offset == NoOffset) ? -Errno.Invalid
            : offset >= 0 && descriptors.Find(call.A0) is PortSource or PortSink ? -Errno.IllegalSeek
            : null;
    }

    private long? Positioned(in SystemCall call, out OpenFile file)
    {
        file = descriptors.Find(call.A0)!;
        return file is null ? -Errno.BadDescriptor : (long)call.A3 < 0 ? -Errno.Invalid : null;
    }

    /// <summary>Reads the iovecs; their count, or a negative errno. Together at most <see cref="CountMax"/> bytes,
    /// cut as Linux cuts them.</summary>
    private int Vectors(in SystemCall call, Span<IoVector> room, out OpenFile file, out ulong bytes)
    {
        bytes = 0;
        file = descriptors.Find(call.A0)!;
        if (file is null)
        {
            return -Errno.BadDescriptor;
        }

        if (call.A2 > IoVector.CountMax)
        {
            return -Errno.Invalid;
        }

        var parts = room[..(int)call.A2];
        if (!session.Memory.TryRead(new(call.A1), MemoryMarshal.AsBytes(parts)))
        {
            return -Errno.Fault;
        }

        foreach (ref var part in parts)
        {
            if (part.Bytes > long.MaxValue)
            {
                return -Errno.Invalid;
            }

            part.Bytes = Math.Min(part.Bytes, CountMax - bytes);
            bytes += part.Bytes;
        }

        return parts.Length;
    }
}
