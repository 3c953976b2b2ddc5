using Muk.Kernel.Machines.Process.Seccomp;

namespace Muk.Tests.Kernel.Processes;

public sealed class BpfAssemblerTests
{
    [Fact]
    public void A_jump_leads_to_its_label()
    {
        var program = new BpfAssembler().Load(0).IfEqual(7, "seven").IfAtLeast(100, "big").Go("else")
            .Label("seven").Return(1).Label("big").Return(2).Label("else").Return(3).ToArray();
        Assert.Equal(1u, BpfInterpreter.Verdict(program, 7, []));
        Assert.Equal(2u, BpfInterpreter.Verdict(program, 100, []));
        Assert.Equal(3u, BpfInterpreter.Verdict(program, 99, []));
    }

    [Fact]
    public void A_jump_that_leads_nowhere_or_too_far_and_a_program_without_a_verdict_are_refused()
    {
        Assert.Throws<InvalidOperationException>(() => new BpfAssembler().Load(0).IfEqual(1, "nowhere").Return(0).ToArray());
        Assert.Throws<InvalidOperationException>(() => new BpfAssembler().Load(0).ToArray());
        Assert.Throws<InvalidOperationException>(() =>
        {
            var long_ = new BpfAssembler().Load(0).IfEqual(1, "far");
            for (var i = 0; i < 256; i++)
            {
                long_.And(1);
            }

            long_.Label("far");
        });
    }
}
