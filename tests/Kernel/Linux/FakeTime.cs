using Muk.Channel.Interop;
using Muk.Kernel.Linux.Time;

namespace Muk.Tests.Kernel.Linux;

/// <summary>Clocks that stand still but for sleeps, which take no time at all. A sleep without an end asks the test what ends it.</summary>
internal sealed class FakeTime : IGuestTime
{
    public const long Second = 1_000_000_000;

    public long Monotonic { get; set; } = 1000 * Second;

    public long Realtime => Monotonic + (1_700_000_000 * Second);

    /// <summary>Ends a sleep that nothing else would end: has to leave a reason to come back.</summary>
    public Action WhenEndless { get; set; } = () => Assert.Fail("the guest sleeps for ever");

    /// <summary>Something that happens during each sleep, before its time is up.</summary>
    public Action WhenAsleep { get; set; } = () => { };

    public int Sleeps { get; private set; }

    public bool TryRead(int clock, out TimeSpec now)
    {
        now = TimeSpec.FromNanoseconds(clock == GuestTimeReadings.Realtime ? Realtime : Monotonic);
        return clock is >= 0 and < 12;
    }

    public void Sleep(KickWord kick, ReadOnlySpan<Bell> bells, long nanoseconds)
    {
        Sleeps++;
        WhenAsleep();
        if (kick.Kicked)
        {
            return;
        }

        foreach (var bell in bells)
        {
            if (bell.Rung)
            {
                return;
            }
        }

        if (nanoseconds < 0)
        {
            WhenEndless();
        }
        else
        {
            Monotonic += nanoseconds;
        }
    }
}
