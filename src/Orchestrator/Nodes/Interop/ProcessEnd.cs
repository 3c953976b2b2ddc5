using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Muk.Channel.Interop;

namespace Muk.Orchestrator.Nodes.Interop;

/// <summary>Waits for a process's end (pidfd_open(2)): who waits is woken by the kernel itself, without a detour over signal and thread
/// pool. Any thread.</summary>
internal sealed partial class ProcessEnd : IDisposable
{
    private const long CallOpenProcess = 434;
    private const short Readable = 1;
    private const int Interrupted = 4;

    private readonly SafeFileHandle _process;

    /// <param name="process">A child that nobody has waited for yet.</param>
    /// <exception cref="HostException">There is no such process, or the host's Linux is older than 5.3.</exception>
    public ProcessEnd(int process)
    {
        var descriptor = Call(CallOpenProcess, process, 0);
        _process = descriptor >= 0
            ? new SafeFileHandle((nint)descriptor, ownsHandle: true)
            : throw HostException.Last($"pidfd_open({process})", "Muk needs Linux 5.3");
    }

    /// <summary>Sleeps until the process has ended; says whether it has.</summary>
    /// <param name="milliseconds">At most so long; -1 for without end.</param>
    public bool Wait(int milliseconds)
    {
        var held = false;
        try
        {
            _process.DangerousAddRef(ref held);
            var entry = new PollEntry { Descriptor = (int)_process.DangerousGetHandle(), Events = Readable };
            while (Poll(ref entry, 1, milliseconds) < 0)
            {
                if (Marshal.GetLastPInvokeError() != Interrupted)
                {
                    throw HostException.Last("poll(pidfd)", "");
                }
            }

            return entry.Found != 0;
        }
        finally
        {
            if (held)
            {
                _process.DangerousRelease();
            }
        }
    }

    public void Dispose() => _process.Dispose();

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long Call(long number, long first, long second);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollEntry entry, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Found;
    }
}
