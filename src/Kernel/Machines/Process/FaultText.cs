using Muk.Abi;
using Muk.Kernel.Memory;

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
    private const ulong LowestAddress = GuestLayout.StubAddress;

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

    /// <param name="deed">What it did: "read from", "write to", "jump to", "access to".</param>
    /// <param name="rights">Of the memory at the address; null where nothing is mapped.</param>
    /// <param name="stackBytes">The stack's limit, to know its guard page by.</param>
    public static string Reason(int signal, int code, ulong address, string deed, PageRights? rights, ulong stackBytes) => (signal,
        code) switch
    {
        (BadCall, _) => "a system call that no MUK may make (32-bit or x32)",   // Linux tells a tracer nothing more.
        (Abort, <= 0) => "abort",
        (_, <= 0) => $"{Name(signal)}, which it sent itself",
        (Segmentation, CodeKernel) => "general protection: a privileged instruction, or an address that is not canonical",
        (Segmentation, _) => Segment(address, deed, rights, stackBytes),
        (Bus, 1) => "unaligned access",
        (Bus, _) => $"{deed} 0x{address:x}: the file behind it is shorter, or no memory was left for it",
        (Ill, _) => "invalid instruction",
        (FloatingPoint, 1) => "division by zero",
        (FloatingPoint, _) => "floating-point exception",
        (Trap, _) => "breakpoint or trap",
        _ => Name(signal),
    };

    /// <summary>In the words of the `kvm` machine (Memory/AddressSpace.Faults.cs).</summary>
    private static string Segment(ulong address, string deed, PageRights? rights, ulong stackBytes)
    {
        var stack = GuestLayout.StackTop - Pages.Up(stackBytes);
        var rings = GuestLayout.RingsAddress;
        return address switch
        {
            _ when address >= stack - Pages.Bytes && address < stack => $"stack overflow: {deed} 0x{address:x}, below the stack's limit",
            _ when rights is null =>
                $"{deed} 0x{address:x}: nothing is mapped there{(address < LowestAddress ? " (a null pointer?)" : "")}",
            >= GuestLayout.BootAddress and < GuestLayout.BootAddress + GuestLayout.BootBytes =>
                $"{deed} 0x{address:x}: the boot block is read only and not code",
            _ when address >= rings && address < GuestLayout.ImageAddress => deed == "jump to"
                ? $"{deed} 0x{address:x}: a ring is not code"
                : $"{deed} 0x{address:x}: that part of a ring belongs to its peer and is read only",
            _ when deed == "jump to" && address >= stack && address < GuestLayout.StackTop =>
                $"{deed} 0x{address:x}: the stack is not code",
            _ => $"{deed} 0x{address:x}: the memory there is {Describe(rights.Value)}",
        };
    }

    private static string Describe(PageRights rights) => rights switch
    {
        PageRights.None => "inaccessible",
        _ when rights.HasFlag(PageRights.Write) => "data, not code",
        _ when rights.HasFlag(PageRights.Execute) => "code and read only",
        _ => "read only",
    };

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
