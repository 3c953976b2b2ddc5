using Muk.Abi;
using Muk.Kernel.Control;

namespace Muk.Tests.Kernel.Program;

public sealed class CoreKernelTests
{
    [Theory]
    [InlineData(MachineKind.Process)]
    [InlineData(MachineKind.Kvm)]
    public void A_filter_runs_twice_in_one_kernel(MachineKind machine)
    {
        using var core = CoreProcess.Launch(machine);
        var text = string.Concat(Enumerable.Range(0, 50_000).Select(i => $"line {i}\n"));
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var result = core.Run(Guests.Image("cat"), text);
            Assert.Equal((EndKind.Exited, 0, ""), (result.End.Kind, result.End.Status, result.End.Reason));
            Assert.Equal(text, result.Output);
            var counted = core.Run(Guests.Image("wc"), text);
            Assert.Equal($"50000 100000 {text.Length}\n", counted.Output);
        }
    }
}
