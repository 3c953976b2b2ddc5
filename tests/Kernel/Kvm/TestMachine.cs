using Muk.Abi;
using Muk.Kernel.Images;
using Muk.Kernel.Machines;
using Muk.Kernel.Machines.Kvm;

namespace Muk.Tests.Kernel.Kvm;

/// <summary>A `kvm` machine for one test, and what a test does with one.</summary>
internal sealed class TestMachine : IDisposable
{
    public const ulong Limit = 64 << 20;

    public TestMachine()
    {
        SkipWithoutKvm();
        MemoryPath = TestFolders.SharedName();
        Machine = new KvmMachine(new KvmOptions(MemoryPath));
    }

    public string MemoryPath { get; }

    public KvmMachine Machine { get; }

    public static void SkipWithoutKvm()
    {
        if (!File.Exists("/dev/kvm"))
        {
            var required = (Environment.GetEnvironmentVariable("MUK_REQUIRE") ?? "").Split(',').Contains("kvm");
            Assert.False(required, "MUK_REQUIRE asks for kvm, and there is no /dev/kvm");
            Assert.Skip("there is no /dev/kvm here");
        }
    }

    public static GuestPlan Plan(MukImage image, params string[] arguments) =>
        new(image, ["guest", .. arguments], [], Limit, 8 << 20, [], new BootBlock { Magic = BootBlock.MagicValue, Abi = 1 });

    public GuestEnd Run(GuestPlan plan, TestCalls? calls = null)
    {
        Machine.Load(plan);
        return Machine.Run(calls ?? new TestCalls());
    }

    /// <summary>Runs a deed of deeds.c.</summary>
    public GuestEnd Do(params string[] arguments) => Run(Plan(TestGuests.Bare("deeds"), arguments));

    public void Dispose() => Machine.Dispose();
}
