using Muk.Abi;
using Muk.Orchestrator.Running;

namespace Muk.Tests.Orchestrator.Running;

public sealed class MachineChoiceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("muk-test-").FullName;
    private readonly SetClock _clock = new();
    private int _measured;

    private string FilePath => Path.Combine(_folder, "muk", "machine.json");

    private MachineChoice Choice(bool usable, string key = "host") => new(() =>
    {
        _measured++;
        return (usable, usable ? "native" : "every instruction is emulated");
    }, new MachineCache(FilePath), key, _clock);

    [Fact]
    public void Auto_is_kvm_where_it_is_native_and_is_measured_once()
    {
        Assert.Equal(new(MachineKind.Kvm, ""), Choice(usable: true).Choose(MachineRequest.Auto));
        Assert.Equal(new(MachineKind.Kvm, ""), Choice(usable: true).Choose(MachineRequest.Auto));
        Assert.Equal(1, _measured);
    }

    [Fact]
    public void Auto_is_process_elsewhere_and_says_why()
    {
        var verdict = Choice(usable: false).Choose(MachineRequest.Auto);
        Assert.Equal(MachineKind.Process, verdict.Machine);
        Assert.EndsWith("every instruction is emulated", verdict.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slow_kvm_is_measured_again_after_a_while_because_the_host_may_have_been_busy()
    {
        Choice(usable: false).Choose(MachineRequest.Auto);
        _clock.Now += MachineChoice.DoubtfulFor - TimeSpan.FromSeconds(1);
        Assert.Equal(MachineKind.Process, Choice(usable: true).Choose(MachineRequest.Auto).Machine);
        Assert.Equal(1, _measured);
        _clock.Now += TimeSpan.FromSeconds(1);
        Assert.Equal(MachineKind.Kvm, Choice(usable: true).Choose(MachineRequest.Auto).Machine);
        Assert.Equal(2, _measured);
    }

    [Fact]
    public void A_fast_kvm_is_believed_for_good()
    {
        Choice(usable: true).Choose(MachineRequest.Auto);
        _clock.Now += TimeSpan.FromDays(1000);
        Assert.Equal(MachineKind.Kvm, Choice(usable: false).Choose(MachineRequest.Auto).Machine);
        Assert.Equal(1, _measured);
    }

    [Fact]
    public void A_slow_verdict_of_a_clock_that_was_ahead_is_not_believed()
    {
        Choice(usable: false).Choose(MachineRequest.Auto);
        _clock.Now -= TimeSpan.FromDays(1);
        Assert.Equal(MachineKind.Kvm, Choice(usable: true).Choose(MachineRequest.Auto).Machine);
    }

    [Fact]
    public void A_slow_verdict_without_a_time_is_measured_again()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        File.WriteAllText(FilePath, "{\"key\":\"host\",\"usable\":false,\"reason\":\"slow\"}");
        Assert.Equal(MachineKind.Kvm, Choice(usable: true).Choose(MachineRequest.Auto).Machine);
    }

    [Fact]
    public void Another_host_is_measured_again()
    {
        Choice(usable: true).Choose(MachineRequest.Auto);
        Assert.Equal(MachineKind.Process, Choice(usable: false, key: "other").Choose(MachineRequest.Auto).Machine);
        Assert.Equal(2, _measured);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("{\"key\":null}")]
    [InlineData("{\"key\":\"host\",\"usable\":1}")]
    public void A_broken_cache_is_ignored_and_written_anew(string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        File.WriteAllText(FilePath, content);
        Choice(usable: true).Choose(MachineRequest.Auto);
        Choice(usable: true).Choose(MachineRequest.Auto);
        Assert.Equal(1, _measured);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(FilePath)!));
    }

    [Fact]
    public void A_cache_that_cannot_be_written_costs_only_the_measurement()
    {
        File.WriteAllText(Path.Combine(_folder, "muk"), "a file where the folder should be");
        Assert.Equal(MachineKind.Kvm, Choice(usable: true).Choose(MachineRequest.Auto).Machine);
        Assert.Equal(MachineKind.Kvm, Choice(usable: true).Choose(MachineRequest.Auto).Machine);
        Assert.Equal(2, _measured);
    }

    [Fact]
    public void Kvm_by_name_where_it_fails_is_an_error_that_names_the_doctor()
    {
        var error = Assert.Throws<MachineException>(() => Choice(usable: false).Choose(MachineRequest.Kvm));
        Assert.Contains("every instruction is emulated; muk doctor", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Process_by_name_measures_nothing()
    {
        Assert.Equal(new(MachineKind.Process, ""), Choice(usable: true).Choose(MachineRequest.Process));
        Assert.Equal(0, _measured);
    }

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch + TimeSpan.FromDays(20_000);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
