using Muk.Abi;
using Muk.Kernel.Images;
using Muk.Kernel.Machines;
using Muk.Kernel.Machines.Process;

namespace Muk.Tests.Kernel.Processes;

/// <summary>Guests, and a way to run them on the process machine.</summary>
public sealed class MachineFixture : IDisposable
{
    /// <summary>These tests run one after another: they count this process's descriptors and children.</summary>
    public const string Collection = "process machine";

    /// <summary>The CPU that test guests run on.</summary>
    public static int Core { get; } = Environment.ProcessorCount - 1;

    public GuestCompiler Guests { get; } = new();

    public static ProcessMachine Machine(Tracing tracing = Tracing.Wanted) =>
        new(ProcessMachineOptions.ForCore(Core) with { Tracing = tracing });

    public static GuestPlan Plan(MukImage image, params string[] arguments) => new(
        image, ["guest", .. arguments], ["PLACE=here"], 64 << 20, 1 << 20, [], new BootBlock { Magic = BootBlock.MagicValue, Abi = 1 });

    /// <summary>Runs C source to its end.</summary>
    internal (GuestEnd End, FakeSystemCalls Calls) Run(string source, params string[] arguments)
    {
        using var machine = Machine();
        machine.Load(Plan(Guests.Compile(source), arguments));
        var calls = new FakeSystemCalls();
        return (machine.Run(calls), calls);
    }

    public void Dispose() => Guests.Dispose();
}

[CollectionDefinition(MachineFixture.Collection, DisableParallelization = true)]
public sealed class MachineCollection : ICollectionFixture<MachineFixture>;
