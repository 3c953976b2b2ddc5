using System.Diagnostics;
using Muk.Kernel.Linux;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Machines.Kvm;

/// <summary>The other side of <see cref="ProbeGuest"/>: leads it through the measurements. One use. Owner: the vCPU thread, except
/// <see cref="KickSent"/>.</summary>
internal sealed class ProbeCalls(Action<int> startPeer, Action wantKick, bool pingPong) : ISystemCalls
{
    public const int FirstTurns = 1000;
    public const int Turns = 100_000;
    public const int RoundTrips = 2000;

    /// <summary>A first loop so many times slower than a cycle a turn needs no longer one.</summary>
    private const ulong HopelessCyclesPerTurn = 100;

    private const int TimedLoops = 7;
    private const int Exits = 40;
    private const int Kicks = 3;

    private static readonly GuestEnd _done = new GuestEnd.Exited(0);

    private long _kickSent;
    private long _stamp;
    private int _step;
    private int _kicks;

    /// <summary>Fewest cycles of a loop of <see cref="Turns"/>, or of the first one times as many.</summary>
    public ulong LoopCycles { get; private set; } = ulong.MaxValue;

    public ulong ExitNanoseconds { get; private set; }

    public ulong SharedNanoseconds { get; private set; }

    public ulong KickNanoseconds { get; private set; } = ulong.MaxValue;

    /// <summary>Ends the probe at the next chance, whatever it is doing.</summary>
    public bool GiveUp { get; set; }

    /// <summary>Why the guest ended early; "" for it did not.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Called by the kicking thread right before it kicks.</summary>
    public void KickSent() => Volatile.Write(ref _kickSent, Stopwatch.GetTimestamp());

    public SystemCallResult Invoke(in SystemCall call, IGuest guest)
    {
        var step = _step++;
        if (call.Number != ProbeGuest.Ask)
        {
            return End("it made a system call that it does not contain");
        }

        switch (step)
        {
            case 0:
                return SystemCallResult.Return(FirstTurns);
            case 1:
                LoopCycles = call.A0 * (Turns / FirstTurns);
                return call.A0 > FirstTurns * HopelessCyclesPerTurn ? SystemCallResult.Ended(_done) : SystemCallResult.Return(Turns);
            case <= 1 + TimedLoops:
                LoopCycles = Math.Min(LoopCycles, call.A0);
                _stamp = Stopwatch.GetTimestamp();
                return SystemCallResult.Return(step < 1 + TimedLoops ? Turns : 1);
            case < 1 + TimedLoops + Exits:
                return SystemCallResult.Return(1);
            case 1 + TimedLoops + Exits:
                ExitNanoseconds = Since(_stamp) / Exits;
                if (pingPong)
                {
                    startPeer(RoundTrips);
                    _stamp = Stopwatch.GetTimestamp();
                    return SystemCallResult.Return(ProbeGuest.PingPong | RoundTrips);
                }

                wantKick();
                return SystemCallResult.Return(ProbeGuest.Spin);
            default:
                SharedNanoseconds = Since(_stamp) / RoundTrips;
                wantKick();
                return SystemCallResult.Return(ProbeGuest.Spin);
        }
    }

    public SystemCallResult Fault(int signal, int vector, GuestAddress address, string reason, IGuest guest) =>
        End($"its guest got signal {signal}: {reason}");

    public GuestEnd? Interrupted()
    {
        var sent = Interlocked.Exchange(ref _kickSent, 0);
        if (sent != 0)
        {
            KickNanoseconds = Math.Min(KickNanoseconds, Since(sent));
            if (++_kicks == Kicks)
            {
                return _done;
            }

            wantKick();
        }

        if (!GiveUp)
        {
            return null;
        }

        // With the exits measured the guest is known to run; then it is the host that was too busy for the rest.
        Problem = ExitNanoseconds > 0 ? "" : "a few thousand instructions took it longer than the whole measurement may";
        return _done;
    }

    private static ulong Since(long stamp) => (ulong)(Stopwatch.GetTimestamp() - stamp) * 1_000_000_000 / (ulong)Stopwatch.Frequency;

    private SystemCallResult End(string problem)
    {
        Problem = problem;
        return SystemCallResult.Ended(_done);
    }
}
