using Muk.Kernel.Machines.Process;

namespace Muk.Tests.Kernel.Processes;

public sealed class PendingSignalsTests
{
    [Theory]
    [InlineData("0", "0", "0", "0", "2000", (int)PendingSignal.None)]
    [InlineData("2000", "0", "0", "0", "2000", (int)PendingSignal.Own)]
    [InlineData("0", "2000", "0", "0", "2000", (int)PendingSignal.Shared)]
    [InlineData("2000", "2000", "0", "0", "2000", (int)PendingSignal.Own)]
    [InlineData("2000", "0", "2000", "0", "2000", (int)PendingSignal.None)] // blocked
    [InlineData("2000", "0", "0", "2000", "0", (int)PendingSignal.None)]    // ignored
    [InlineData("2000", "0", "0", "0", "4000", (int)PendingSignal.None)]    // Linux ends the process for it
    public void A_call_is_interrupted_by_signals_that_have_a_handler(
        string own, string shared, string blocked, string ignored, string caught, int expected) =>
        Assert.Equal((PendingSignal)expected, PendingSignals.Parse(
            $"Name:\tx\nSigQ:\t2/9\nSigPnd:\t{own}\nShdPnd:\t{shared}\nSigBlk:\t{blocked}\nSigIgn:\t{ignored}\nSigCgt:\t{caught}\n"));

    [Fact]
    public void A_thread_that_is_not_there_has_none() => Assert.Equal(PendingSignal.None, PendingSignals.Of(int.MaxValue));
}
