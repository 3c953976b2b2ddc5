using System.Runtime.InteropServices;
using Muk.Channel.Interop;

namespace Muk.Kernel.Machines.Process.Interop;

/// <summary>ptrace and waiting. Every call must be made by the one thread that traces.</summary>
internal static unsafe partial class Trace
{
    /// <summary>The event of a thread that has made another one.</summary>
    public const int EventClone = 3;

    /// <summary>The event of a process that stands in its exit.</summary>
    public const int EventExit = 6;

    private const int RequestContinue = 7;
    private const int RequestGetRegisters = 12;
    private const int RequestGetEventMessage = 0x4201;
    private const int RequestGetSignal = 0x4202;
    private const int RequestSeize = 0x4206;
    private const int OptionTraceClone = 1 << 3;
    private const int OptionTraceExit = 1 << 6;
    private const int OptionExitKill = 1 << 20;
    private const int WaitAll = 0x40000000;
    private const int WaitOwnThread = 0x20000000;
    private const int Any = -1;
    private const int Eintr = 4;

    /// <summary>Starts tracing a running process and every thread it will make; it dies with this thread. The errno, 0 for
    /// success.</summary>
    public static int TrySeize(int pid) =>
        PtraceCall(RequestSeize, pid, 0, OptionTraceClone | OptionTraceExit | OptionExitKill) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Lets a stopped process go on, with a signal or 0. It may have died meanwhile: then waiting says so.</summary>
    public static void Continue(int pid, int signal) => _ = PtraceCall(RequestContinue, pid, 0, signal);

    /// <summary>Sleeps until a thread that this one traces, or a child of this one, stops or ends.</summary>
    /// <returns>Its number and its wait status.</returns>
    public static (int Thread, int Status) Wait()
    {
        while (true)
        {
            // Of this thread only: other parts of this program have children too.
            var thread = WaitPid(Any, out var status, WaitAll | WaitOwnThread);
            if (thread > 0)
            {
                return (thread, status);
            }

            var error = Marshal.GetLastPInvokeError();
            if (error != Eintr)
            {
                throw new HostException("waitpid", error, "something else reaped the guest's process");
            }
        }
    }

    /// <summary>Does a wait status say that a thread stands still, rather than that it is over?</summary>
    public static bool HasStopped(int status) => (status & 0xff) == 0x7f;

    /// <summary>What there is to an event: the wait status that a thread stopped in its exit will have; the number of a thread that
    /// has been made.</summary>
    public static bool TryGetMessage(int pid, out int value)
    {
        nint message = 0;
        // SAFETY: the kernel writes one unsigned long.
        var got = PtraceCall(RequestGetEventMessage, pid, 0, (nint)(&message)) == 0;
        value = (int)message;
        return got;
    }

    public static bool TryGetRegisters(int pid, out UserRegisters registers)
    {
        // SAFETY: the kernel writes a struct user_regs_struct, of which UserRegisters is the twin.
        fixed (UserRegisters* into = &registers)
        {
            return PtraceCall(RequestGetRegisters, pid, 0, (nint)into) == 0;
        }
    }

    public static bool TryGetSignal(int pid, out SignalFacts facts)
    {
        // SAFETY: the kernel writes a siginfo_t, 128 bytes, which SignalFacts is as large as.
        fixed (SignalFacts* into = &facts)
        {
            return PtraceCall(RequestGetSignal, pid, 0, (nint)into) == 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "ptrace", SetLastError = true)]
    private static partial nint PtraceCall(int request, int pid, nint address, nint data);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int WaitPid(int pid, out int status, int options);
}

/// <summary>Twin of <c>struct user_regs_struct</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct UserRegisters
{
    public ulong R15, R14, R13, R12, Rbp, Rbx, R11, R10, R9, R8;
    public ulong Rax, Rcx, Rdx, Rsi, Rdi, OrigRax, Rip, Cs, Eflags, Rsp, Ss;
    public ulong FsBase, GsBase, Ds, Es, Fs, Gs;

    public readonly GuestRegisters ToGuest() => new()
    {
        Rax = Rax, Rbx = Rbx, Rcx = Rcx, Rdx = Rdx, Rsi = Rsi, Rdi = Rdi, Rsp = Rsp, Rbp = Rbp,
        R8 = R8, R9 = R9, R10 = R10, R11 = R11, R12 = R12, R13 = R13, R14 = R14, R15 = R15,
        Rip = Rip, Rflags = Eflags,
    };
}

/// <summary>What matters of <c>siginfo_t</c>.</summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal struct SignalFacts
{
    [FieldOffset(0)] public int Signal;
    [FieldOffset(8)] public int Code;
    [FieldOffset(16)] public ulong Address;
}
