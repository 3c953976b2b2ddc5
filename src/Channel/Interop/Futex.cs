using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Muk.Channel.Interop;

/// <summary>Linux's futex on words that processes share (never the private kind). The words must not move: mapped or
/// native memory. Any thread.</summary>
public static unsafe partial class Futex
{
    private const long CallFutex = 202;
    private const long CallFutexWaitAny = 449;
    private const int OperationWait = 0;
    private const int OperationWake = 1;
    private const uint Size32 = 2;
    private const int Again = 11;
    private const int Interrupted = 4;
    private const int TimedOut = 110;
    private const int NoSuchCall = 38;
    private const int WaitersMax = 128;
    private const nint ClockMonotonic = 1;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Longer sleeps come back early: about ten years, so that no sum overflows.</summary>
    private const long NanosecondsMax = 300_000_000 * NanosecondsPerSecond;

    /// <summary>Where futex_waitv is missing (Linux before 5.16), the longest sleep between two looks at the second word.</summary>
    private const long FallbackNanoseconds = 2_000_000;

    /// <summary>Sleeps while <c>*word == seen</c>, at most <paramref name="nanoseconds"/> (negative: without end). May return
    /// early; the caller looks again.</summary>
    public static void Wait(uint* word, uint seen, long nanoseconds = -1)
    {
        // SAFETY: the kernel reads *word and *span; both outlive the call.
        var span = new TimeSpec { Seconds = nanoseconds / 1_000_000_000, Nanoseconds = nanoseconds % 1_000_000_000 };
        var result = Call(CallFutex, word, OperationWait, seen, nanoseconds < 0 ? null : &span, null, 0);
        Check(result, "futex(FUTEX_WAIT)");
    }

    /// <summary>Sleeps while both words read as seen. May return early; the caller looks again.</summary>
    public static void WaitAny(uint* first, uint firstSeen, uint* second, uint secondSeen)
    {
        // SAFETY: the kernel reads the two entries and the words they name; all outlive the call.
        var entries = stackalloc Waiter[2];
        entries[0] = new Waiter { Value = firstSeen, Address = (ulong)first, Flags = Size32 };
        entries[1] = new Waiter { Value = secondSeen, Address = (ulong)second, Flags = Size32 };
        var result = Call(CallFutexWaitAny, entries, 2, 0, null, null, 0);
        if (result < 0 && Marshal.GetLastPInvokeError() == NoSuchCall)
        {
            if (Volatile.Read(ref *second) == secondSeen)
            {
                Wait(first, firstSeen, FallbackNanoseconds);
            }

            return;
        }

        Check(result, "futex_waitv");
    }

    /// <summary>Sleeps while the word and all bells read as seen, at most <paramref name="nanoseconds"/> (negative: without end).
    /// May return early; the caller looks again.</summary>
    public static void WaitAny(uint* word, uint seen, ReadOnlySpan<Bell> bells, long nanoseconds)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(bells.Length, WaitersMax);

        // SAFETY: the kernel reads the entries, the words they name and the time; all outlive the call.
        var entries = stackalloc Waiter[bells.Length + 1];
        entries[0] = new Waiter { Value = seen, Address = (ulong)word, Flags = Size32 };
        for (var i = 0; i < bells.Length; i++)
        {
            entries[i + 1] = new Waiter { Value = bells[i].Seen, Address = (ulong)bells[i].Word, Flags = Size32 };
        }

        // Unlike futex, futex_waitv is given the end and not the length of the wait.
        var end = Stopwatch.GetTimestamp() + Math.Min(nanoseconds, NanosecondsMax);
        var time = new TimeSpec { Seconds = end / NanosecondsPerSecond, Nanoseconds = end % NanosecondsPerSecond };
        var result = Call(CallFutexWaitAny, entries, bells.Length + 1, 0, nanoseconds < 0 ? null : &time, (void*)ClockMonotonic, 0);
        if (result < 0 && Marshal.GetLastPInvokeError() == NoSuchCall)
        {
            foreach (var bell in bells)
            {
                if (bell.Rung)
                {
                    return;
                }
            }

            Wait(word, seen, nanoseconds < 0 ? FallbackNanoseconds : Math.Min(nanoseconds, FallbackNanoseconds));
            return;
        }

        Check(result, "futex_waitv");
    }

    /// <summary>Wakes up to <paramref name="waiters"/> sleepers on the word.</summary>
    public static void Wake(uint* word, int waiters = int.MaxValue)
    {
        // SAFETY: the kernel only uses the address as a name.
        Check(Call(CallFutex, word, OperationWake, (uint)waiters, null, null, 0), "futex(FUTEX_WAKE)");
    }

    private static void Check(long result, string call)
    {
        if (result < 0 && Marshal.GetLastPInvokeError() is var error and not (Again or Interrupted or TimedOut))
        {
            throw new HostException(call, error, "the word must lie in memory that this process has mapped");
        }
    }

    // syscall(2) is variadic, but on x86-64 a variadic callee finds integer arguments where any other does.
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long Call(long number, void* first, long second, ulong third, void* fourth, void* fifth, uint sixth);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Waiter
    {
        public ulong Value;
        public ulong Address;
        public uint Flags;
        public uint Reserved;
    }
}
