namespace Muk.Tests.Channel.Model;

/// <summary>Walks through every interleaving of two threads on a machine with store buffers (x86's total store order: stores
/// wait in a buffer per thread and reach memory in order; a thread sees its own at once; a fence empties its buffer).</summary>
internal sealed class TsoExplorer(params IReadOnlyList<Step>[] programs)
{
    private static readonly int _words = Enum.GetValues<Word>().Length;
    private static readonly int _registers = Enum.GetValues<Register>().Length;
    private readonly HashSet<string> _seen = [];
    private readonly Stack<State> _open = new();

    /// <summary>Different states visited.</summary>
    public int States => _seen.Count;

    /// <summary>A state in which nobody can go on and not everybody is done, told as the threads' places; null for none.</summary>
    public string? FindStuck()
    {
        _open.Push(new State(new int[_words], [new(_registers), new(_registers)]));
        while (_open.TryPop(out var state))
        {
            if (!_seen.Add(state.Key()))
            {
                continue;
            }

            var went = false;
            for (var t = 0; t < 2; t++)
            {
                went |= Drain(state, t) | Go(state, t);
            }

            if (!went && state.Threads.Where((thread, t) => thread.At < programs[t].Count).Any())
            {
                return string.Join("; ", state.Threads.Select((thread, t) =>
                    thread.At < programs[t].Count
                        ? $"thread {t} at {programs[t][thread.At]}, asleep: {thread.Asleep}" : $"thread {t} done"));
            }
        }

        return null;
    }

    private bool Drain(State state, int t)
    {
        if (state.Threads[t].Buffer.Count == 0)
        {
            return false;
        }

        var next = state.Copy();
        var (word, value) = next.Threads[t].Buffer[0];
        next.Threads[t].Buffer.RemoveAt(0);
        next.Memory[(int)word] = value;
        _open.Push(next);
        return true;
    }

    private bool Go(State state, int t)
    {
        if (state.Threads[t].Asleep || state.Threads[t].At >= programs[t].Count)
        {
            return false;
        }

        var next = state.Copy();
        var me = next.Threads[t];
        var step = programs[t][me.At++];
        switch (step)
        {
            case Step.Load load:
                var own = me.Buffer.FindLastIndex(s => s.Word == load.From);
                me.Registers[(int)load.To] = own >= 0 ? me.Buffer[own].Value : next.Memory[(int)load.From];
                break;
            case Step.Store store:
                me.Buffer.Add((store.To, me.Registers[(int)store.From]));
                break;
            case Step.Add add:
                me.Registers[(int)add.To] += add.Value;
                break;
            case Step.Copy copy:
                me.Registers[(int)copy.To] = me.Registers[(int)copy.From];
                break;
            case Step.Set set:
                me.Registers[(int)set.To] = set.Value;
                break;
            case Step.When branch when branch.Holds(me.Registers):
                me.At = programs[t].ToList().FindIndex(s => s is Step.Label label && label.Name == branch.To);
                break;
            case Step.When or Step.Label:
                break;
            default:
                if (me.Buffer.Count > 0)
                {
                    return false; // A fence, or a system call: goes on when the buffer is empty.
                }

                if (step is Step.Sleep sleep)
                {
                    me.Asleep = next.Memory[(int)sleep.On] == me.Registers[(int)sleep.Seen];
                }
                else if (step is Step.Wake)
                {
                    next.Threads[1 - t].Asleep = false;
                }

                break;
        }

        _open.Push(next);
        return true;
    }

    private sealed class Thread(int registers)
    {
        public int At { get; set; }

        public bool Asleep { get; set; }

        public int[] Registers { get; private init; } = new int[registers];

        public List<(Word Word, int Value)> Buffer { get; private init; } = [];

        public Thread Copy() => new(0) { At = At, Asleep = Asleep, Registers = [.. Registers], Buffer = [.. Buffer] };
    }

    private sealed record State(int[] Memory, Thread[] Threads)
    {
        public State Copy() => new([.. Memory], [.. Threads.Select(t => t.Copy())]);

        public string Key() => string.Join(',', Memory) + string.Concat(Threads.Select(
            t => $"|{t.At}{(t.Asleep ? 's' : 'r')}{string.Join(',', t.Registers)}:{string.Join(',', t.Buffer)}"));
    }
}
