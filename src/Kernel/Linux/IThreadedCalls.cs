using Muk.Channel.Interop;

namespace Muk.Kernel.Linux;

/// <summary>System calls of a guest whose threads Linux runs (<c>process</c>): any number of them are in hand at once, and one that waits
/// holds up nobody. Owner: the vCPU thread, which sleeps in here only where it is asked to.</summary>
/// <remarks>Threads go by the numbers that the machine gives them, the first one by <see cref="FirstThread"/>. A thread has one call
/// at a time: a new one means that the one before is over, however it ended.</remarks>
public interface IThreadedCalls : ISystemCalls
{
    /// <summary>The number of a program's first thread.</summary>
    const int FirstThread = 1;

    /// <summary>Counts up whenever a call begins or ceases to wait.</summary>
    uint WaitVersion { get; }

    /// <summary>In how many ns the next of the waiting calls is due; negative: no time is set.</summary>
    long DueIn { get; }

    /// <summary>Does a call wait for something in shared memory whose other side would not ring, so that it must be looked at?</summary>
    bool MustLook { get; }

    /// <summary>Makes a thread's call. Null: it waits; <see cref="TryNext"/> says when it may go on.</summary>
    SystemCallResult? Begin(int thread, in SystemCall call, IGuest guest);

    /// <summary>Looks at what waiting calls wait for. True: this thread's call is to be made again.</summary>
    bool TryNext(out int thread);

    /// <summary>Makes the call again of the thread that <see cref="TryNext"/> named. Null: it goes on waiting.</summary>
    SystemCallResult? Again(IGuest guest);

    /// <summary>The thread has got a signal: if its call waits, it is made again at once, and says what becomes of it.</summary>
    void Interrupt(int thread);

    /// <summary>The thread is over.</summary>
    void Forget(int thread);

    /// <summary>Sleeps until a waiting call may go on, or somebody kicks the run, at most so many ns: where the program's only
    /// thread waits, so that no other call can come.</summary>
    void Sleep(long nanosecondsMax);

    /// <summary>Says to the other sides of what is waited for in shared memory that nobody looks any more.</summary>
    /// <returns>What they ring; empty where no call waits for them. Valid until <see cref="Unpark"/>, which must follow.</returns>
    ReadOnlySpan<Bell> Park();

    /// <summary>Takes <see cref="Park"/> back.</summary>
    void Unpark();
}
