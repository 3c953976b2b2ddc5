namespace Muk.Tests.Kernel.Linux;

/// <summary>System calls by name, as syscall_64.tbl numbers them.</summary>
internal static class Calls
{
    public const long Read = 0, Write = 1, Open = 2, Close = 3, Stat = 4, Fstat = 5, Poll = 7, Lseek = 8;
    public const long Mmap = 9, Mprotect = 10, Munmap = 11, Brk = 12, Sigaction = 13, Sigprocmask = 14, Sigreturn = 15;
    public const long Ioctl = 16, Pread = 17, Pwrite = 18, Readv = 19, Writev = 20, Mremap = 25, Madvise = 28, Dup = 32;
    public const long Dup2 = 33, Pause = 34, Nanosleep = 35, Getitimer = 36, Alarm = 37, Setitimer = 38, Sendfile = 40;
    public const long Kill = 62, Uname = 63, Fcntl = 72, Ftruncate = 77, Getcwd = 79, Chdir = 80, Rename = 82, Mkdir = 83, Rmdir = 84;
    public const long Unlink = 87, Readlink = 89, Umask = 95, Gettimeofday = 96, Getrusage = 98, Sysinfo = 99, Times = 100;
    public const long Sigpending = 127, Sigsuspend = 130, Sigaltstack = 131, Fstatfs = 138, Prctl = 157, ArchPrctl = 158;
    public const long Tkill = 200, Time = 201, Futex = 202, Getaffinity = 204, Getdents = 217, ClockGettime = 228;
    public const long ClockNanosleep = 230, Tgkill = 234, Openat = 257, Ppoll = 271, Dup3 = 292, Preadv = 295, Pwritev = 296;
    public const long Prlimit = 302, Getrandom = 318, Statx = 332;
}
