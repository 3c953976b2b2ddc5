using Muk.Kernel.Linux.Descriptors;
using Muk.Kernel.Linux.Time;

namespace Muk.Kernel.Linux.Files;

/// <summary>fcntl's record locks (a program's and an open file's) and flock.</summary>
/// <remarks>The host keeps them: a core kernel runs one program, so its process stands for the program's, and each open file of the
/// guest's is one of its own. So they hold against the host's other processes as well. The host never waits: a call that does is
/// made again every few milliseconds, since nobody would tell of another process's unlock.</remarks>
internal sealed class LockCalls(Session session, DescriptorTable descriptors)
{
    private const int GetLock = 5;
    private const int SetLock = 6;
    private const int SetLockWait = 7;
    private const int GetOpenLock = 36;
    private const int SetOpenLock = 37;
    private const int SetOpenLockWait = 38;
    private const int NonBlocking = 4;
    private const long LookAgainNanoseconds = 5_000_000;

    /// <summary>fcntl(descriptor, command, at); null for a command that is not about locks.</summary>
    public long? Control(in SystemCall call)
    {
        var command = (int)call.A1;
        if (command is not (GetLock or SetLock or SetLockWait or GetOpenLock or SetOpenLock or SetOpenLockWait))
        {
            return null;
        }

        if (descriptors.Find(call.A0) is not { } open)
        {
            return -Errno.BadDescriptor;
        }

        if (open is not HostFile file)
        {
            return -Errno.Invalid;
        }

        if (!session.Memory.TryReadStruct(call.A2, out FileLock at))
        {
            return -Errno.Fault;
        }

        var waits = command is SetLockWait or SetOpenLockWait;
        var result = file.Lock(waits ? command - 1 : command, ref at);
        if (command is not (GetLock or GetOpenLock))
        {
            return waits && result is -Errno.Again or -Errno.Access ? LookAgain() : result;
        }

        at.Process = Math.Min(at.Process, 0); // The host's processes have no numbers here.
        return result < 0 || session.Memory.TryWriteStruct(call.A2, at) ? result : -Errno.Fault;
    }

    /// <summary>flock(descriptor, operation).</summary>
    public long Lock(in SystemCall call)
    {
        if (descriptors.Find(call.A0) is not { } open)
        {
            return -Errno.BadDescriptor;
        }

        var result = open is HostFile file ? file.LockWhole((int)call.A1 | NonBlocking) : -Errno.Invalid;
        return result == -Errno.Again && ((int)call.A1 & NonBlocking) == 0 ? LookAgain() : result;
    }

    private long LookAgain() => session.Wait.Until(session.Time.MonotonicNanoseconds() + LookAgainNanoseconds, Errno.Restart);
}
