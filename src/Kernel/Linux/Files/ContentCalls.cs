using Muk.Kernel.Linux.Descriptors;

namespace Muk.Kernel.Linux.Files;

/// <summary>What moves or makes a file's content without going through the guest: fallocate, sendfile.</summary>
internal sealed class ContentCalls(Session session, DescriptorTable descriptors)
{
    /// <summary>FALLOC_FL_KEEP_SIZE, PUNCH_HOLE and ZERO_RANGE.</summary>
    private const ulong AllocationModes = 0x13;

    /// <summary>Most bytes of one sendfile, so that a kick is not kept waiting; the caller comes again with the rest.</summary>
    private const ulong CopyBytesMax = 4 << 20;

    /// <summary>fallocate(descriptor, mode, offset, bytes).</summary>
    public long Allocate(in SystemCall call) => descriptors.Find(call.A0) switch
    {
        null => -Errno.BadDescriptor,
        _ when (long)call.A2 < 0 || (long)call.A3 <= 0 => -Errno.Invalid,
        _ when (call.A1 & ~AllocationModes) != 0 => -Errno.NotSupported,
        HostFile file => file.Allocate((int)call.A1, (long)call.A2, (long)call.A3),
        { Changes: not null } => -Errno.IllegalSeek,
        _ => -Errno.NoDevice,
    };

    /// <summary>sendfile(to, from, offset's address, bytes): between files; elsewhere EINVAL, and programs read and write.</summary>
    public long Send(in SystemCall call)
    {
        if (descriptors.Find(call.A0) is not { } to || descriptors.Find(call.A1) is not { } from)
        {
            return -Errno.BadDescriptor;
        }

        if (to is not HostFile target || from is not HostFile source)
        {
            return -Errno.Invalid;
        }

        var offset = -1L;
        if (call.A2 != 0)
        {
            if (!session.Memory.TryReadU64(call.A2, out var at))
            {
                return -Errno.Fault;
            }

            if ((long)at < 0)
            {
                return -Errno.Invalid;
            }

            offset = (long)at;
        }

        var copied = target.CopyFrom(source, ref offset, Math.Min(call.A3, CopyBytesMax));
        return copied < 0 || call.A2 == 0 || session.Memory.TryWriteU64(call.A2, (ulong)offset) ? copied : -Errno.Fault;
    }
}
