namespace Muk.Tests.Channel.Model;

/// <summary>The wait protocol of rings.md, step for step as RingEnd.Unsafe.cs and ring.c take it, explored exhaustively. A
/// futex here never wakes by itself, so a wake that is lost is a state in which nobody can go on.</summary>
public sealed class WaitProtocolTests
{
    private const int Messages = 3;

    /// <summary>What a mutant leaves out or does otherwise.</summary>
    [Flags]
    public enum Mutation
    {
        None = 0,
        NoPublisherFence = 1,
        NoWaiterFence = 2,
        NoSecondLook = 4,
        ParkedIsAFlag = 8,
        BellReadLast = 16,
        NoBellAtTheEnd = 32,
    }

    /// <summary>Does the publisher close when it has published? Its last bell would wake a waiter that was forgotten before.</summary>
    public enum Closing
    {
        StaysOpen,
        Closes,
    }

    [Theory]
    [InlineData(Closing.StaysOpen)]
    [InlineData(Closing.Closes)]
    public void No_interleaving_loses_a_wake(Closing closing)
    {
        var explorer = Explorer(Mutation.None, closing);
        Assert.Null(explorer.FindStuck());
        Assert.True(explorer.States > 500, $"{explorer.States} states are too few to have meant anything");
    }

    [Theory]
    [InlineData(Mutation.NoPublisherFence, Closing.StaysOpen)]
    [InlineData(Mutation.NoWaiterFence, Closing.StaysOpen)]
    [InlineData(Mutation.NoPublisherFence | Mutation.NoWaiterFence, Closing.StaysOpen)]
    [InlineData(Mutation.NoSecondLook, Closing.StaysOpen)]
    [InlineData(Mutation.ParkedIsAFlag, Closing.StaysOpen)]
    [InlineData(Mutation.BellReadLast, Closing.StaysOpen)]
    [InlineData(Mutation.NoBellAtTheEnd, Closing.Closes)]
    public void Each_part_of_it_is_needed(Mutation mutation, Closing closing) =>
        Assert.NotNull(Explorer(mutation, closing).FindStuck());

    private static TsoExplorer Explorer(Mutation mutation, Closing closing) =>
        new(Publisher(mutation, closing), Waiter(mutation, closing));

    private static List<Step> Publisher(Mutation mutation, Closing closing)
    {
        var steps = new List<Step>();
        for (var i = 1; i <= Messages; i++)
        {
            steps.Add(new Step.Set(Register.Scratch, i));
            steps.Add(new Step.Store(Word.Message, Register.Scratch));
            if (!mutation.HasFlag(Mutation.NoPublisherFence))
            {
                steps.Add(new Step.Fence()); // F1
            }

            steps.Add(new Step.Load(Register.ParkedSeen, Word.Parked));
            steps.Add(new Step.When(
                r => r[(int)Register.ParkedSeen] % 2 == 0 || r[(int)Register.ParkedSeen] == r[(int)Register.Rung], $"next{i}"));
            steps.Add(new Step.Copy(Register.Rung, Register.ParkedSeen));
            Ring(steps);
            steps.Add(new Step.Label($"next{i}"));
        }

        if (closing == Closing.StaysOpen)
        {
            return steps;
        }

        steps.Add(new Step.Set(Register.Scratch, 1));
        steps.Add(new Step.Store(Word.Ended, Register.Scratch));
        steps.Add(new Step.Fence());
        if (!mutation.HasFlag(Mutation.NoBellAtTheEnd))
        {
            Ring(steps);
        }

        return steps;
    }

    private static void Ring(List<Step> steps)
    {
        steps.Add(new Step.Add(Register.BellOwn, 1));
        steps.Add(new Step.Store(Word.Bell, Register.BellOwn));
        steps.Add(new Step.Wake());
    }

    private static List<Step> Waiter(Mutation mutation, Closing closing)
    {
        var steps = new List<Step>();
        for (var i = 1; i <= Messages + (int)closing; i++)
        {
            // The last round waits for the end, as a reader does that wants one message more.
            var (awaited, word) = i <= Messages ? (i, Word.Message) : (1, Word.Ended);
            bool Arrived(int[] registers) => registers[(int)Register.Sequence] >= awaited;
            steps.Add(new Step.Label($"look{i}"));
            steps.Add(new Step.Load(Register.Sequence, word));
            steps.Add(new Step.When(Arrived, $"taken{i}"));
            if (!mutation.HasFlag(Mutation.BellReadLast))
            {
                steps.Add(new Step.Load(Register.BellSeen, Word.Bell));
            }

            Mark(steps, mutation.HasFlag(Mutation.ParkedIsAFlag) ? 1 : null);
            if (!mutation.HasFlag(Mutation.NoWaiterFence))
            {
                steps.Add(new Step.Fence()); // F2
            }

            if (!mutation.HasFlag(Mutation.NoSecondLook))
            {
                steps.Add(new Step.Load(Register.Sequence, word));
                steps.Add(new Step.When(Arrived, $"awake{i}"));
            }

            if (mutation.HasFlag(Mutation.BellReadLast))
            {
                steps.Add(new Step.Load(Register.BellSeen, Word.Bell));
            }

            steps.Add(new Step.Sleep(Word.Bell, Register.BellSeen));
            steps.Add(new Step.Label($"awake{i}"));
            Mark(steps, mutation.HasFlag(Mutation.ParkedIsAFlag) ? 0 : null);
            steps.Add(new Step.When(r => !Arrived(r), $"look{i}"));
            steps.Add(new Step.Label($"taken{i}"));
        }

        return steps;
    }

    private static void Mark(List<Step> steps, int? flag)
    {
        steps.Add(flag is null ? new Step.Add(Register.Sleep, 1) : new Step.Set(Register.Sleep, flag.Value));
        steps.Add(new Step.Store(Word.Parked, Register.Sleep));
    }
}
