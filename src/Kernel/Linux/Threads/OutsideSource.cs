using Muk.Channel.Interop;

namespace Muk.Kernel.Linux.Threads;

/// <summary>A source whose news come from outside the vCPU thread, through memory: a ring's end. Owner: the vCPU thread.</summary>
/// <remarks>The scheduler looks at it while a call waits for it. Before it sleeps it parks all of them, looks once more, and then sleeps
/// on their bells: the waiter's side of <c>rings.md</c>.</remarks>
internal abstract class OutsideSource : WaitSource
{
    /// <summary>Looks before the scheduler parks it; <see cref="uint.MaxValue"/>: it may not be parked, since nobody would ring.</summary>
    public abstract uint SpinIterations { get; }

    /// <summary>Looks for news and notifies of any.</summary>
    public abstract void Look();

    /// <summary>Says to the other side that this one is about to sleep, and on which bell.</summary>
    public abstract Bell Park();

    /// <summary>Takes <see cref="Park"/> back.</summary>
    public abstract void Unpark();
}
