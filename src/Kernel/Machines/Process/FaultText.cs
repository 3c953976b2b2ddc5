using Muk.Abi;

namespace Muk.Kernel.Machines.Process;

/// <summary>One line for people about a fatal signal. Pure.</summary>
public static class FaultText
{
    public const int Ill = 4;
    public const int Trap = 5;
    public const int Abort = 6;
    public const int Bus = 7;
    public const int FloatingPoint = 8;
    public const int Segmentation = 11;
    public const int BadCall = 31;

    private const int CodeKernel = 0x80;

    /// <summary>The x86 exception behind a signal, -1 for none (Linux: arch/x86/kernel/traps.c).</summary>
    /// <param name="code">si_code; 0 and less: a process sent it.</param>
    public static int Vector(int signal, int code) => (signal, code) switch
    {
        (_, <= 0) => -1,
        (Segmentation, CodeKernel) => 13,
        (Segmentation, _) => 14,
        (Bus, 1) => 17,
        (Bus, CodeKernel) => 12,
        (Bus, _) => 14,
        (Ill, _) => 6,
        (FloatingPoint, 1) => 0,
        (FloatingPoint, _) => 19,
        (Trap, CodeKernel or 1) => 3,
        (Trap, _) => 1,
        _ => -1,
    };

    /// <param name="instruction">Where it stood; an access to just there was an attempt to run what is there.</param>
    /// <param name="stackBytes">The stack's limit, to know its guard page by.</param>
    public static string Reason(int signal, int code, ulong address, ulong instruction, MemoryAccess access, ulong stackBytes)
    {
        var name = Name(signal);
        if (code <= 0)
        {
            return signal == Abort ? "abort" : $"{name}, which it sent itself";
        }

        var guard = GuestLayout.StackTop - Pages.Up(stackBytes) - Pages.Bytes;
        var how = address == instruction ? "jump to" : access switch
        {
            MemoryAccess.Read => "read of",
            MemoryAccess.Write => "write to",
            _ => "access to",
        };
        return (signal, code) switch
        {
            (Segmentation, CodeKernel) => "general protection: a privileged instruction, or an address that is not canonical",
            (Segmentation, _) when address - guard < Pages.Bytes => $"stack overflow: {how} 0x{address:x}, below the stack of {stackBytes >> 10} KiB",
            (Segmentation, 1) => $"{how} 0x{address:x}: nothing is mapped there",
            (Segmentation, _) => $"{how} 0x{address:x}: it is mapped without that right",
            (Bus, 1) => "unaligned access",
            (Bus, _) => $"{how} 0x{address:x}: the file behind it is shorter, or no memory was left for it",
            (Ill, _) => "invalid instruction",
            (FloatingPoint, 1) => "division by zero",
            (FloatingPoint, _) => "floating-point exception",
            (Trap, _) => "breakpoint or trap",
            (BadCall, _) => "a system call that no MUK may make (32-bit or x32)",
            _ => name,
        };
    }

    /// <summary>As in signal(7).</summary>
    public static string Name(int signal) => signal switch
    {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        Ill => "SIGILL",
        Trap => "SIGTRAP",
        Abort => "SIGABRT",
        Bus => "SIGBUS",
        FloatingPoint => "SIGFPE",
        9 => "SIGKILL",
        10 => "SIGUSR1",
        Segmentation => "SIGSEGV",
        12 => "SIGUSR2",
        13 => "SIGPIPE",
        14 => "SIGALRM",
        15 => "SIGTERM",
        BadCall => "SIGSYS",
        _ => $"signal {signal}",
    };
}
