using Muk.Kernel.Machines.Process.Interop;
using Muk.Kernel.Machines.Process.Seccomp;

namespace Muk.Kernel.Machines.Process;

/// <summary>Follows the threads of one guest to the end of all of them. Owner: the warden's thread.</summary>
/// <remarks>Every signal is let through: one that the guest handles itself is none of our business, and of one that it does not handle the
/// thread's registers are known by then. When the process as a whole ends, its first thread is kept standing in its exit, where the memory
/// can still be looked at. A thread that ends by itself is let go; when the first one does so while others live, Linux tells of its end
/// only after theirs, and the others' memory is the process's until then.</remarks>
internal sealed class ThreadWatch(int pid)
{
    private readonly HashSet<int> _threads = [pid];
    private (int Thread, SignalFacts Facts, UserRegisters? Registers)? _last;

    /// <summary>Sleeps until the process is over, or stands in its exit.</summary>
    public ProcessEnd Follow()
    {
        while (true)
        {
            var (thread, status) = Trace.Wait();
            if (!Trace.HasStopped(status))
            {
                _ = _threads.Remove(thread);
                if (thread == pid)
                {
                    return End(pid, status, null, stillThere: false);
                }

                continue;
            }

            _ = _threads.Add(thread);
            if (Stopped(thread, status) is { } end)
            {
                return end;
            }
        }
    }

    private ProcessEnd? Stopped(int thread, int status)
    {
        var signal = (status >> 8) & 0xff;
        switch (status >> 16)
        {
            case Trace.EventExit:
                return Leaving(thread);
            case 0:
                UserRegisters? here = Trace.TryGetRegisters(thread, out var registers) ? registers : null;
                _last = Trace.TryGetSignal(thread, out var facts) ? (thread, facts, here) : null;
                Trace.Continue(thread, signal);
                return null;
            case Trace.EventClone:
                if (Trace.TryGetMessage(thread, out var begun))
                {
                    _ = _threads.Add(begun); // It may not have been heard of yet when this one ends.
                }

                Trace.Continue(thread, 0);
                return null;
            default:
                Trace.Continue(thread, 0); // A thread that has begun, or a group stop: nobody is to stop a guest.
                return null;
        }
    }

    private ProcessEnd? Leaving(int thread)
    {
        UserRegisters? registers = Trace.TryGetRegisters(thread, out var atExit) ? atExit : null;
        var isAlone = registers is { OrigRax: (ulong)LinuxCall.Exit } && _threads.Count > 1;
        if (thread != pid || isAlone || !Trace.TryGetMessage(thread, out var exit))
        {
            Trace.Continue(thread, 0);
            return null;
        }

        return End(thread, exit, registers, stillThere: true);
    }

    private ProcessEnd End(int thread, int status, UserRegisters? registers, bool stillThere)
    {
        var fatal = _last?.Facts.Signal == (status & 0x7f) ? _last : null;
        return new ProcessEnd(thread, status, fatal is null ? registers : fatal.Value.Registers, fatal?.Facts, stillThere);
    }
}
