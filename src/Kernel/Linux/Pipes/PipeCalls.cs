using Muk.Kernel.Linux.Descriptors;

namespace Muk.Kernel.Linux.Pipes;

/// <summary>pipe and pipe2.</summary>
internal sealed class PipeCalls(Session session, DescriptorTable descriptors)
{
    private const ulong FirstInode = 100;

    private ulong _made;

    /// <summary>pipe2(at, flags): O_CLOEXEC, O_NONBLOCK and O_DIRECT are known; packets are not served.</summary>
    public long Make(ulong at, ulong flags)
    {
        if ((flags & ~(ulong)(OpenFlags.CloseOnExec | OpenFlags.NonBlocking)) != 0)
        {
            return -Errno.Invalid;
        }

        var pipe = new Pipe();
        var inode = FirstInode + _made++;
        var shared = (uint)flags & OpenFlags.NonBlocking;
        var reading = descriptors.Add(new PipeReader(pipe, inode) { Flags = OpenFlags.ReadOnly | shared });
        if (reading < 0)
        {
            return reading;
        }

        var writing = descriptors.Add(new PipeWriter(pipe, inode) { Flags = OpenFlags.WriteOnly | shared });
        if (writing < 0 || !session.Memory.TryWriteU64(at, (ulong)reading | ((ulong)writing << 32)))
        {
            descriptors.Close((ulong)reading);
            if (writing >= 0)
            {
                descriptors.Close((ulong)writing);
            }

            return writing < 0 ? writing : -Errno.Fault;
        }

        var closeOnExec = (flags & OpenFlags.CloseOnExec) != 0 ? 1u : 0u;
        descriptors.SetCloseOnExec((ulong)reading, closeOnExec);
        descriptors.SetCloseOnExec((ulong)writing, closeOnExec);
        return 0;
    }
}
