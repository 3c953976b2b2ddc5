namespace Muk.Tests.Channel.Model;

/// <summary>Words that both threads of the model can reach.</summary>
internal enum Word
{
    Message,
    Ended,
    Parked,
    Bell,
}

/// <summary>Registers of one thread of the model.</summary>
internal enum Register
{
    Sequence,
    BellSeen,
    ParkedSeen,
    Rung,
    Sleep,
    BellOwn,
    Scratch,
}

/// <summary>One step of a thread; each is indivisible, and others can come between any two.</summary>
internal abstract record Step
{
    /// <summary>Reads a word: the thread's own latest store to it where that is still buffered, else memory.</summary>
    public sealed record Load(Register To, Word From) : Step;

    /// <summary>Puts a store into the thread's buffer; it reaches memory later, in order.</summary>
    public sealed record Store(Word To, Register From) : Step;

    /// <summary>Waits until the thread's buffer is empty.</summary>
    public sealed record Fence : Step;

    public sealed record Add(Register To, int Value) : Step;

    public sealed record Copy(Register To, Register From) : Step;

    public sealed record Set(Register To, int Value) : Step;

    /// <summary>Goes to a label when the condition holds.</summary>
    public sealed record When(Func<int[], bool> Holds, string To) : Step;

    public sealed record Label(string Name) : Step;

    /// <summary>futex(FUTEX_WAIT): with an empty buffer, sleeps if memory reads as seen, in one step.</summary>
    public sealed record Sleep(Word On, Register Seen) : Step;

    /// <summary>futex(FUTEX_WAKE): with an empty buffer.</summary>
    public sealed record Wake : Step;
}
