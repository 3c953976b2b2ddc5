namespace Muk.Kernel.Linux.Threads;

/// <summary>Who waits on which futex, in the order they came. Owner: the vCPU thread.</summary>
/// <remarks>One queue for all words: there are never more waiters than threads. A word is named by its address, since private and
/// shared futexes are the same in a program that shares its memory with nobody.</remarks>
internal sealed class FutexQueue
{
    private FutexWaiter? _first;
    private FutexWaiter? _last;

    /// <summary>Queues a waiter behind all others.</summary>
    public void Add(FutexWaiter waiter, ulong word, uint bits)
    {
        (waiter.Word, waiter.Bits, waiter.Woken, waiter.Queued) = (word, bits, false, true);
        (waiter.Before, waiter.Behind) = (_last, null);
        if (_last is null)
        {
            _first = waiter;
        }
        else
        {
            _last.Behind = waiter;
        }

        _last = waiter;
    }

    /// <summary>Takes a waiter out, if it is still in.</summary>
    public void Remove(FutexWaiter waiter)
    {
        if (!waiter.Queued)
        {
            return;
        }

        waiter.Queued = false;
        if (waiter.Before is { } before)
        {
            before.Behind = waiter.Behind;
        }
        else
        {
            _first = waiter.Behind;
        }

        if (waiter.Behind is { } behind)
        {
            behind.Before = waiter.Before;
        }
        else
        {
            _last = waiter.Before;
        }

        (waiter.Before, waiter.Behind) = (null, null);
    }

    /// <summary>Wakes those that have waited longest on a word.</summary>
    /// <returns>How many.</returns>
    public int Wake(ulong word, long countMax, uint bits = uint.MaxValue)
    {
        var count = 0;
        for (var waiter = _first; waiter is not null && count < countMax;)
        {
            var next = waiter.Behind;
            if (waiter.Word == word && (waiter.Bits & bits) != 0)
            {
                Remove(waiter);
                waiter.Woken = true;
                waiter.Notify();
                count++;
            }

            waiter = next;
        }

        return count;
    }

    /// <summary>Has those that have waited longest on a word wait on another one, behind who waits there.</summary>
    /// <returns>How many.</returns>
    public int Move(ulong word, ulong to, long countMax)
    {
        var count = 0;
        var end = _last;
        for (var waiter = _first; waiter is not null && count < countMax;)
        {
            var next = waiter == end ? null : waiter.Behind;
            if (waiter.Word == word)
            {
                var bits = waiter.Bits;
                Remove(waiter);
                Add(waiter, to, bits);
                count++;
            }

            waiter = next;
        }

        return count;
    }
}
