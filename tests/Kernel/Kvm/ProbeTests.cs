using Muk.Channel.Interop;
using Muk.Kernel.Interop.Kvm;
using Muk.Kernel.Machines.Kvm;

namespace Muk.Tests.Kernel.Kvm;

public sealed class ProbeTests
{
    [Fact]
    public void A_working_kvm_is_measured()
    {
        TestMachine.SkipWithoutKvm();
        var facts = KvmProbe.Measure(TestFolders.SharedMemory);
        TestContext.Current.SendDiagnosticMessage($"{facts}");
        Assert.NotEqual(KvmVerdict.Unusable, facts.Verdict);
        Assert.True(facts.GuestCyclesPerLoop > 0 && facts.HostCyclesPerLoop > 0, $"{facts}");
        Assert.True(facts.ExitNanoseconds > 0 && facts.CreateNanoseconds > 0, $"{facts}");
    }

    [Theory]
    [InlineData(new[] { KvmVerdict.Slow, KvmVerdict.Native }, KvmVerdict.Native, 2)]
    [InlineData(new[] { KvmVerdict.Slow, KvmVerdict.Slow, KvmVerdict.Slow }, KvmVerdict.Slow, 3)]
    [InlineData(new[] { KvmVerdict.Unusable }, KvmVerdict.Unusable, 1)]
    public void A_kvm_that_looks_slow_is_tried_again_because_others_may_have_held_it_up(
        KvmVerdict[] trials, KvmVerdict verdict, int made)
    {
        var next = 0;
        Assert.Equal(verdict, KvmProbe.Best(() => new KvmFacts(trials[next++], ""), 3).Verdict);
        Assert.Equal(made, next);
    }

    [Fact]
    public void A_host_without_a_device_has_an_unusable_kvm_and_says_why()
    {
        var facts = KvmProbe.Measure(TestFolders.SharedMemory, new LinuxKvmDevice("/dev/no-such-device"));
        Assert.Equal(KvmVerdict.Unusable, facts.Verdict);
        Assert.Contains("open(/dev/no-such-device) failed", facts.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_is_none_is_unusable()
    {
        var facts = KvmProbe.Measure(TestFolders.SharedMemory, new LinuxKvmDevice("/dev/null"));
        Assert.Equal(KvmVerdict.Unusable, facts.Verdict);
        Assert.Contains("KVM_GET_API_VERSION", facts.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Whichever_call_fails_the_probe_says_so_and_leaves_nothing_open()
    {
        TestMachine.SkipWithoutKvm();
        for (var failing = 0; ; failing++)
        {
            var device = new FailingDevice(failing, errno: 5);
            var facts = KvmProbe.Measure(TestFolders.SharedMemory, device);
            Assert.Empty(device.Open_);
            if (device.Calls <= failing || failing > 60)
            {
                Assert.True(failing > 20, $"only {failing} calls");
                break;
            }

            Assert.True(facts.Verdict != KvmVerdict.Unusable || facts.Reason.Length > 0, $"call {failing}: {facts}");
        }

        Assert.Empty(Directory.GetFiles(TestFolders.SharedMemory, $"probe-{Environment.ProcessId}-*"));
    }

    [Fact]
    public void A_machine_whose_making_fails_names_the_call_and_what_to_do()
    {
        TestMachine.SkipWithoutKvm();
        var path = TestFolders.SharedName();
        for (var failing = 0; failing < 12; failing++)
        {
            var problem = Assert.Throws<HostException>(() => new KvmMachine(new KvmOptions(path), new FailingDevice(failing, errno: 1)));
            Assert.Equal(1, problem.Errno);
            Assert.NotEmpty(problem.Call);
            Assert.False(File.Exists(path));
        }
    }
}
