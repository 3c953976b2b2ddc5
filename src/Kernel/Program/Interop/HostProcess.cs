using System.Runtime.InteropServices;
using Muk.Channel.Interop;

namespace Muk.Kernel.Program.Interop;

/// <summary>What a core kernel does to and learns of processes: ends itself, sees its parent's end, takes signals.</summary>
internal static unsafe partial class HostProcess
{
    private const long CallOpenProcess = 434;
    private const int BlockSignals = 0;
    private const int CloseOnExec = 0x80000;
    private const short Readable = 1;
    private const int Interrupted = 4;
    private const int Hangup = 1;
    private const int KeyboardInterrupt = 2;
    private const int Terminate = 15;

    /// <summary>Blocks SIGTERM, SIGINT and SIGHUP for this thread and those it starts, and gives a descriptor that becomes readable with
    /// SIGTERM. A terminal's Ctrl-C goes to the whole group; what becomes of the run is the orchestrator's to say.</summary>
    public static int TakeSignals()
    {
        // SAFETY: a sigset_t has 128 bytes; only the first word has signals.
        var mask = stackalloc ulong[16];
        new Span<ulong>(mask, 16).Clear();
        mask[0] = Bit(Terminate) | Bit(KeyboardInterrupt) | Bit(Hangup);
        if (SetMask(BlockSignals, mask, null) != 0)
        {
            throw HostException.Last("pthread_sigmask()", "");
        }

        mask[0] = Bit(Terminate);
        var descriptor = SignalDescriptor(-1, mask, CloseOnExec);
        return descriptor >= 0 ? descriptor : throw HostException.Last("signalfd()", "raise the limit on open files");
    }

    /// <summary>A descriptor that becomes readable when a process ends.</summary>
    public static int OpenProcess(int process)
    {
        var descriptor = (int)Call(CallOpenProcess, process, 0);
        return descriptor >= 0 ? descriptor : throw HostException.Last($"pidfd_open({process})", "--parent must name a living process");
    }

    /// <summary>Sleeps until one of two descriptors is readable; says whether the first is.</summary>
    public static bool WaitForFirst(int first, int second)
    {
        // SAFETY: two entries on the stack, for the length of the call.
        var entries = stackalloc PollEntry[2];
        entries[0] = new PollEntry { Descriptor = first, Events = Readable };
        entries[1] = new PollEntry { Descriptor = second, Events = Readable };
        while (Poll(entries, 2, -1) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                throw HostException.Last("poll()", "");
            }
        }

        return entries[0].Found != 0;
    }

    /// <summary>Ends this process now, and with it its machine. Nothing is cleaned up: nobody is left who would mind.</summary>
    public static void EndNow(int status) => Exit(status);

    private static ulong Bit(int signal) => 1ul << (signal - 1);

    [LibraryImport("libc", EntryPoint = "pthread_sigmask", SetLastError = true)]
    private static partial int SetMask(int how, ulong* mask, ulong* before);

    [LibraryImport("libc", EntryPoint = "signalfd", SetLastError = true)]
    private static partial int SignalDescriptor(int descriptor, ulong* mask, int flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long Call(long number, long first, long second);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Exit(int status);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Found;
    }
}
