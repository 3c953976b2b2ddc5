namespace Muk.Kernel.Linux.Signals;

/// <summary>Linux's signal numbers on x86-64, and their names.</summary>
public static class Signal
{
    public const int Illegal = 4;
    public const int Abort = 6;
    public const int FloatingPoint = 8;
    public const int Kill = 9;
    public const int Segment = 11;
    public const int Pipe = 13;
    public const int Alarm = 14;
    public const int Stop = 19;

    private const string Names =
        "- HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU "
        + "URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS";

    /// <summary>SIGSEGV and so on.</summary>
    public static string Name(int signal)
    {
        var names = Names.Split(' ');
        return signal > 0 && signal < names.Length ? "SIG" + names[signal] : FormattableString.Invariant($"signal {signal}");
    }

    /// <summary>Those that do nothing when nothing was said: CHLD, CONT, URG, WINCH, and the ones that would stop a
    /// program, which here has nobody who could continue it.</summary>
    internal static bool IgnoredByDefault(int signal) => signal is 17 or 18 or 20 or 21 or 22 or 23 or 28;
}
