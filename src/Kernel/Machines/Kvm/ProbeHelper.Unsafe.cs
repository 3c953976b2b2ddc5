using System.Diagnostics;
using Muk.Abi;

namespace Muk.Kernel.Machines.Kvm;

/// <summary>The host's threads of a probe: the peer at the other end of the shared memory, and who kicks. Both end by themselves when
/// the time is up.</summary>
internal sealed unsafe class ProbeHelper(KvmMachine machine, nint ring, int millisecondsMax) : IDisposable
{
    private readonly long _end = Stopwatch.GetTimestamp() + (millisecondsMax * Stopwatch.Frequency / 1000);
    private readonly AutoResetEvent _kickWanted = new(false);
    private Thread? _peer;
    private Thread? _kicker;
    private volatile bool _stop;

    private bool IsOver => _stop || Stopwatch.GetTimestamp() > _end;

    public void Start(ProbeCalls calls)
    {
        _kicker = new Thread(() => KickWhenWanted(calls)) { IsBackground = true };
        _kicker.Start();
    }

    public void WantKick() => _kickWanted.Set();

    public void StartPeer(int roundTrips)
    {
        _peer = new Thread(() => Answer(roundTrips)) { IsBackground = true };
        _peer.Start();
    }

    public void Dispose()
    {
        _stop = true;
        _kickWanted.Set();
        _peer?.Join();
        _kicker?.Join();
        _kickWanted.Dispose();
    }

    private void KickWhenWanted(ProbeCalls calls)
    {
        while (!IsOver)
        {
            if (_kickWanted.WaitOne(1) && !_stop)
            {
                // Long enough for the guest to be spinning when the kick comes.
                Thread.Sleep(1);
                calls.KickSent();
                machine.Kick();
            }
        }

        while (!_stop)
        {
            calls.GiveUp = true;
            machine.Kick();
            Thread.Sleep(1);
        }
    }

    private void Answer(int roundTrips)
    {
        // SAFETY: both words lie in the ring's mapping, which outlives this object.
        ref var from = ref *(ulong*)(ring + RingLayout.DataOffset);
        ref var to = ref *(ulong*)(ring + RingLayout.ConsumerOffset);
        for (var expected = (ulong)roundTrips; expected > 0; expected--)
        {
            for (var turns = 0; Volatile.Read(ref from) != expected; turns++)
            {
                if (turns % 1024 == 0 && IsOver)
                {
                    return;
                }
            }

            Volatile.Write(ref to, expected);
        }
    }
}
