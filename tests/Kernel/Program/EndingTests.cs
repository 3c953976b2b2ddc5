using Muk.Abi;
using Muk.Kernel.Control;
using Muk.Kernel.Crashes;

namespace Muk.Tests.Kernel.Program;

/// <summary>How runs end, on both machines.</summary>
public sealed class EndingTests
{
    [Theory]
    [InlineData(MachineKind.Process, "abort", 134, "SIGABRT", "abort")]
    [InlineData(MachineKind.Kvm, "abort", 134, "SIGABRT", "abort")]
    [InlineData(MachineKind.Process, "segv", 139, "SIGSEGV", "0x10")]
    [InlineData(MachineKind.Kvm, "segv", 139, "SIGSEGV", "0x10")]
    [InlineData(MachineKind.Process, "fpe", 136, "SIGFPE", "")]
    [InlineData(MachineKind.Kvm, "fpe", 136, "SIGFPE", "")]
    [InlineData(MachineKind.Process, "ill", 132, "SIGILL", "")]
    [InlineData(MachineKind.Kvm, "ill", 132, "SIGILL", "")]
    [InlineData(MachineKind.Process, "stack_overflow", 139, "SIGSEGV", "stack")]
    [InlineData(MachineKind.Kvm, "stack_overflow", 139, "SIGSEGV", "stack")]
    public void A_crash_says_why_and_where(MachineKind machine, string name, int status, string signal, string reason)
    {
        using var core = CoreProcess.Launch(machine);
        var result = core.Run(Guests.Image(name));
        Assert.Equal((EndKind.Crashed, status), (result.End.Kind, result.End.Status));
        Assert.Contains(reason, result.End.Reason, StringComparison.Ordinal);
        var facts = Assert.IsType<CrashFacts>(result.End.Crash);
        var frames = new Symboliser(sourceRoot: Guests.Root).Resolve(Guests.Image(name), facts.Frames);
        var text = CrashText.Of(name, result.End.Reason, facts, frames);
        Assert.StartsWith($"{name}: {signal}: ", text, StringComparison.Ordinal);
        // Linux's own machine knows of an abort only where the library stood, which keeps no frame pointers.
        if (File.Exists("/usr/bin/llvm-symbolizer-19") && (name, machine) != ("abort", MachineKind.Process))
        {
            Assert.True(text.Contains($"tests/guests/{name}.c:", StringComparison.Ordinal), text);
            Assert.Contains(name == "stack_overflow" ? "in deeper" : "in main", text, StringComparison.Ordinal);
        }

        Assert.Equal(0, core.Run(Guests.Image("exit")).End.Status);
    }

    [Theory]
    [InlineData(MachineKind.Process)]
    [InlineData(MachineKind.Kvm)]
    public void An_exit_status_is_kept_to_its_eight_bits(MachineKind machine)
    {
        using var core = CoreProcess.Launch(machine);
        Assert.Equal(7, core.Run(Guests.Image("exit"), arguments: ["7"]).End.Status);
        Assert.Equal(255, core.Run(Guests.Image("exit"), arguments: ["-1"]).End.Status);
    }

    [Theory]
    [InlineData(MachineKind.Process, "spins_forever")]
    [InlineData(MachineKind.Kvm, "spins_forever")]
    public void A_guest_that_runs_too_long_is_ended_with_124(MachineKind machine, string name)
    {
        using var core = CoreProcess.Launch(machine);
        var result = core.Run(Guests.Image(name), timeout: 200);
        Assert.Equal((EndKind.Killed, 124, "it ran longer than 0.2 s"), (result.End.Kind, result.End.Status, result.End.Reason));
        Assert.Equal(0, core.Run(Guests.Image("exit")).End.Status);
    }

    [Theory]
    [InlineData(MachineKind.Process)]
    [InlineData(MachineKind.Kvm)]
    public void A_runs_memory_is_what_it_had_at_most_and_not_what_was_left_at_its_end(MachineKind machine)
    {
        const ulong held = 8 << 20, far = 512 << 20; // The guest frees its largest block again and again.
        using var core = CoreProcess.Launch(machine);
        Assert.InRange(core.Run(Guests.Image("memory")).End.Counts.MemoryBytesPeak, held, far);
        Assert.InRange(core.Run(Guests.Image("exit")).End.Counts.MemoryBytesPeak, 4096ul, held);
    }

    [Theory]
    [InlineData(MachineKind.Process)]
    [InlineData(MachineKind.Kvm)]
    public void Nothing_that_was_not_granted_is_there(MachineKind machine)
    {
        using var core = CoreProcess.Launch(machine);
        var result = core.Run(Guests.Image("refused"));
        Assert.Equal(
            "open -1 ENOENT\nfork -1 ENOSYS\nsocket -1 ENOSYS\nacct -1 ENOSYS\nseek -1 ESPIPE\ntty 0 ENOTTY\nfault -1 EFAULT\n",
            result.Output);
        Assert.Equal(["system call acct is not served: ENOSYS"], result.Log);
    }

    [Theory]
    [InlineData(MachineKind.Process)]
    [InlineData(MachineKind.Kvm)]
    public void Files_are_there_where_they_were_granted_and_nowhere_else(MachineKind machine)
    {
        using var core = CoreProcess.Launch(machine);
        var folder = Directory.CreateTempSubdirectory("muk-files-").FullName;
        File.CreateSymbolicLink(Path.Combine(folder, "link"), "/etc/passwd");
        try
        {
            var result = core.Run(Guests.Image("files"), arguments: [folder], files: [new(folder, Write: true)]);
            Assert.Equal(
                "hello 42\n0 9 1\nmkdir 0\nrename 0, access -1\nentry moved.txt\nunlink 0, rmdir 0\nout -1\nlink -1\n", result.Output);
            Assert.Equal(1, core.Run(Guests.Image("files"), arguments: [folder], files: [new(folder, Write: false)]).End.Status);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_wait_that_nobody_can_end_ends_with_a_reason()
    {
        using var core = CoreProcess.Launch(MachineKind.Kvm);
        var result = core.Run(Guests.Image("deadlock"));
        Assert.Equal((EndKind.Crashed, 134), (result.End.Kind, result.End.Status));
        Assert.StartsWith("deadlock", result.End.Reason, StringComparison.Ordinal);
    }
}
