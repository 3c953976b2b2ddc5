using System.Numerics;

namespace Muk.Kernel.Linux.Signals;

/// <summary>Signals that wait, of one thread or of the whole program. A standard signal waits once, a real-time one as often as it was
/// sent. Owner: the vCPU thread.</summary>
internal sealed class SignalQueue
{
    /// <summary>Most signals that wait.</summary>
    public const int CountMax = 256;

    private const int RealTimeFirst = 32;

    private readonly List<SignalInfo> _queue = [];

    /// <summary>Bit n - 1: signal n waits.</summary>
    public ulong Bits { get; private set; }

    /// <summary>Adds one. False: a real-time signal, and no room for it.</summary>
    public bool Add(in SignalInfo info)
    {
        var bit = SignalState.Bit(info.Number);
        if (info.Number < RealTimeFirst && (Bits & bit) != 0)
        {
            return true;
        }

        if (info.Number >= RealTimeFirst && _queue.Count >= CountMax)
        {
            return false;
        }

        _queue.Add(info);
        Bits |= bit;
        return true;
    }

    /// <summary>Takes the oldest of the lowest number among <paramref name="wanted"/>. False: none waits.</summary>
    public bool TryTake(ulong wanted, out SignalInfo info)
    {
        info = default;
        var ready = Bits & wanted;
        if (ready == 0)
        {
            return false;
        }

        var number = BitOperations.TrailingZeroCount(ready) + 1;
        var first = -1;
        var count = 0;
        for (var i = 0; i < _queue.Count; i++)
        {
            if (_queue[i].Number == number)
            {
                first = first < 0 ? i : first;
                count++;
            }
        }

        info = _queue[first];
        _queue.RemoveAt(first);
        Bits &= count > 1 ? ulong.MaxValue : ~SignalState.Bit(number);
        return true;
    }

    /// <summary>Forgets all of one number.</summary>
    public void Drop(int signal)
    {
        while (TryTake(SignalState.Bit(signal), out _))
        {
        }
    }
}
