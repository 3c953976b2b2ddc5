using System.Runtime.InteropServices;
using Muk.Channel.Interop;

namespace Muk.Kernel.Interop.Kvm;

/// <summary>A timer of Linux's that sends the kick signal to one thread. Owner: that thread.</summary>
internal sealed unsafe partial class ThreadTimer : IDisposable
{
    private const int Monotonic = 1;
    private const int ToThread = 4;
    private const int Absolute = 1;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly nint _timer;

    /// <param name="thread">Its number, as gettid gives it.</param>
    public ThreadTimer(int thread)
    {
        var what = new Event { Signal = KickSignal.Number, Notify = ToThread, Thread = thread };

        // SAFETY: the structure has the 64 bytes of glibc's sigevent, and timer_create only reads it.
        if (Create(Monotonic, &what, out _timer) != 0)
        {
            throw HostException.Last("timer_create(SIGEV_THREAD_ID)", "raise ulimit -i");
        }
    }

    /// <summary>Sends the signal at a time of <c>CLOCK_MONOTONIC</c> in ns; 0: not at all.</summary>
    public void Set(long nanoseconds)
    {
        Span<long> time = stackalloc long[4];
        time.Clear();
        (time[2], time[3]) = (nanoseconds / NanosecondsPerSecond, nanoseconds % NanosecondsPerSecond);
        if (SetTime(_timer, Absolute, time, 0) != 0)
        {
            throw HostException.Last("timer_settime", "");
        }
    }

    public void Dispose() => _ = Delete(_timer);

    [LibraryImport("libc", EntryPoint = "timer_create", SetLastError = true)]
    private static partial int Create(int clock, Event* what, out nint timer);

    [LibraryImport("libc", EntryPoint = "timer_settime", SetLastError = true)]
    private static partial int SetTime(nint timer, int flags, Span<long> time, nint old);

    [LibraryImport("libc", EntryPoint = "timer_delete")]
    private static partial int Delete(nint timer);

    /// <summary>Twin of <c>struct sigevent</c>.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct Event
    {
        public ulong Value;
        public int Signal;
        public int Notify;
        public int Thread;
    }
}
