using Muk.Kernel.Machines;

namespace Muk.Tests.Kernel.Processes;

[Collection(MachineFixture.Collection)]
public sealed class ProcessMachineTests(MachineFixture fixture)
{
    private const string Hello = """
        #include <stdio.h>
        #include <stdlib.h>
        int main(int argc, char **argv) {
            printf("hello, %s %s %d\n", argv[1], getenv("PLACE"), argc);
            return 42;
        }
        """;

    [Fact]
    public void A_musl_program_prints_through_the_kernel_and_leaves_its_exit_status()
    {
        var (end, calls) = fixture.Run(Hello, "world");
        Assert.Equal(new GuestEnd.Exited(42), end);
        Assert.Equal("hello, world here 2\n", calls.Output.ToString());
    }
}
