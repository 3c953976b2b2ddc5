using Muk.Kernel.Machines.Process;
using Muk.Kernel.Memory;

namespace Muk.Tests.Kernel.Processes;

public sealed class InstructionAccessTests
{
    [Theory]
    [InlineData("c7042500000000 01000000", OperandAccess.Write)]   // movl $1, 0
    [InlineData("8b0425 10000000", OperandAccess.Read)]            // mov 0x10, %eax
    [InlineData("48890f", OperandAccess.Write)]                    // mov %rcx, (%rdi)
    [InlineData("480fb60f", OperandAccess.Read)]                   // movzbq (%rdi), %rcx
    [InlineData("f3480f2d07", OperandAccess.Read)]                 // cvtss2si (%rdi), %rax
    [InlineData("0f2907", OperandAccess.Write)]                    // movaps %xmm0, (%rdi)
    [InlineData("f30f7e07", OperandAccess.Read)]                   // movq (%rdi), %xmm0
    [InlineData("660fd607", OperandAccess.Write)]                  // movq %xmm0, (%rdi)
    [InlineData("c5fc1107", OperandAccess.Write)]                  // vmovups %ymm0, (%rdi)
    [InlineData("c5fc1007", OperandAccess.Read)]                   // vmovups (%rdi), %ymm0
    [InlineData("62f17c481107", OperandAccess.Write)]              // vmovups %zmm0, (%rdi)
    [InlineData("f348ab", OperandAccess.Write)]                    // rep stos
    [InlineData("833f01", OperandAccess.Read)]                     // cmpl $1, (%rdi)
    [InlineData("830701", OperandAccess.Write)]                    // addl $1, (%rdi)
    [InlineData("f00fb10f", OperandAccess.Write)]                  // lock cmpxchg
    [InlineData("ff17", OperandAccess.Read)]                       // call *(%rdi)
    [InlineData("57c3", OperandAccess.Write)]                      // push %rdi
    [InlineData("0f0b", OperandAccess.Unknown)]                    // ud2
    [InlineData("", OperandAccess.Unknown)]
    [InlineData("66", OperandAccess.Unknown)]
    public void The_opcode_tells_a_read_from_a_write(string code, OperandAccess expected) =>
        Assert.Equal(expected, InstructionAccess.Decode(Convert.FromHexString(code.Replace(" ", "", StringComparison.Ordinal))));

    [Fact]
    public void No_bytes_make_it_fail()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        Span<byte> code = stackalloc byte[15];
        for (var i = 0; i < 20_000; i++)
        {
            random.NextBytes(code);
            var bytes = code[..random.Next(16)];
            Assert.True(Enum.IsDefined(InstructionAccess.Decode(bytes)), $"seed {seed}");
        }
    }

    [Fact]
    public void The_rights_of_an_address_come_from_the_line_that_holds_it()
    {
        string[] lines = ["500000000000-500000001000 r-xp 00000000 00:01 9 /memfd:x", "junk", "500000001000-500000003000 rw-p 0 0:0 0"];
        Assert.Equal(PageRights.Read | PageRights.Execute, ProcessMaps.RightsAt(lines, 0x500000000fff));
        Assert.Equal(PageRights.Read | PageRights.Write, ProcessMaps.RightsAt(lines, 0x500000001000));
        Assert.Null(ProcessMaps.RightsAt(lines, 0x500000003000));
    }
}
