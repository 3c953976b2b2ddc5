namespace Muk.Kernel.Linux;

/// <summary>Linux's error numbers (asm-generic/errno.h), as system calls answer them: negated.</summary>
internal static class Errno
{
    public const int Perm = 1;
    public const int NoEntry = 2;
    public const int NoProcess = 3;
    public const int Interrupted = 4;
    public const int IO = 5;
    public const int BadDescriptor = 9;
    public const int NoChild = 10;
    public const int Again = 11;
    public const int NoMemory = 12;
    public const int Access = 13;
    public const int Fault = 14;
    public const int Exists = 17;
    public const int CrossDevice = 18;
    public const int NoDevice = 19;
    public const int NotDirectory = 20;
    public const int IsDirectory = 21;
    public const int Invalid = 22;
    public const int TooManyFiles = 24;
    public const int NotTerminal = 25;
    public const int NoSpace = 28;
    public const int IllegalSeek = 29;
    public const int ReadOnly = 30;
    public const int Pipe = 32;
    public const int NameTooLong = 36;
    public const int NoSystemCall = 38;
    public const int Loop = 40;
    public const int TimedOut = 110;
    public const int NotSupported = 95;

    /// <summary>Never seen by a guest: the call has said to <see cref="Threads.CallWait"/> what it waits for, and is to be made again
    /// when it may go on.</summary>
    public const int Wait = 511;

    /// <summary>Never seen by a guest: the call was interrupted and is to be made again, unless a signal's handler says
    /// otherwise (Linux's ERESTARTSYS).</summary>
    public const int Restart = 512;

    /// <summary>Never seen by a guest: interrupted, and not to be made again after a handler (Linux's ERESTARTNOHAND).</summary>
    public const int RestartNoHandler = 514;
}
