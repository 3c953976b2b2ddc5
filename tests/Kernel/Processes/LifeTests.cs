using System.Diagnostics;
using System.Globalization;
using Muk.Abi;
using Muk.Kernel.Linux;
using Muk.Kernel.Machines;
using Muk.Kernel.Machines.Process.Interop;

namespace Muk.Tests.Kernel.Processes;

/// <summary>Beginnings, limits and ends of guest processes.</summary>
[Collection(MachineFixture.Collection)]
public sealed class LifeTests(MachineFixture fixture)
{
    private const string Spin = """
        #include <stdio.h>
        int main(void) { puts("spinning"); fflush(stdout); for (;;) __asm__ volatile("pause"); }
        """;

    private const string Quick = """
        #include <unistd.h>
        int main(int argc, char **argv) { return argc; }
        """;

    [Fact]
    public void A_guest_that_spins_ends_when_the_kernel_says_so_after_a_kick()
    {
        using var machine = MachineFixture.Machine();
        machine.Load(MachineFixture.Plan(fixture.Guests.Compile(Spin)));
        var end = new GuestEnd.Killed(KillReason.Timeout, "it ran too long");
        var calls = new FakeSystemCalls { Interruption = null };
        calls.Special = (call, _) =>
        {
            machine.Kick();   // Asked twice: the first time it may go on.
            return null;
        };
        var kicks = new Timer(_ => { calls.Interruption = end; machine.Kick(); }, null, 100, Timeout.Infinite);
        Assert.Equal(end, machine.Run(calls));
        kicks.Dispose();
        Assert.True(machine.Counters.Interrupts >= 2);
        Assert.Equal("spinning\n", calls.Output.ToString());
    }

    [Fact]
    public void A_call_may_end_the_guest()
    {
        using var machine = MachineFixture.Machine();
        machine.Load(MachineFixture.Plan(fixture.Guests.Compile(Spin)));
        var end = new GuestEnd.Killed(KillReason.Requested, "enough");
        Assert.Equal(end, machine.Run(new FakeSystemCalls { Special = (_, _) => SystemCallResult.Ended(end) }));
    }

    [Fact]
    public void Descriptors_that_others_have_on_their_way_do_not_hold_up_a_launcher()
    {
        // Linux counts them for the user and holds them against the sender's limit on open files, which a guest's launcher lowers.
        const int perMessage = 200, messages = 3;
        var (one, other) = PlanSocket.Pair();
        using (one)
        using (other)
        using (var machine = MachineFixture.Machine())
        {
            var handles = Enumerable.Repeat(one, perMessage).ToArray();
            for (var i = 0; i < messages; i++)
            {
                Assert.True(PlanSocket.TrySend(one, [0], handles));
            }

            machine.Load(MachineFixture.Plan(fixture.Guests.Compile(Quick)));
            Assert.Equal(new GuestEnd.Exited(1), machine.Run(new FakeSystemCalls()));
        }
    }

    [Fact]
    public void A_hundred_runs_leave_neither_descriptors_nor_zombies()
    {
        var image = fixture.Guests.Compile(Quick);
        using (var machine = MachineFixture.Machine())
        {
            machine.Load(MachineFixture.Plan(image));
            machine.Run(new FakeSystemCalls());
            machine.Load(MachineFixture.Plan(image));
            machine.Run(new FakeSystemCalls());
            GC.Collect();
            GC.WaitForPendingFinalizers(); // What earlier tests dropped is not to be counted.
            var before = Directory.GetFiles("/proc/self/fd").Length;
            for (var i = 0; i < 100; i++)
            {
                machine.Load(MachineFixture.Plan(image, [.. Enumerable.Repeat("x", i % 7)]));
                Assert.Equal(new GuestEnd.Exited(1 + (i % 7)), machine.Run(new FakeSystemCalls()));
            }

            Assert.InRange(Directory.GetFiles("/proc/self/fd").Length, before - 8, before + 8);
        }

        Assert.Empty(Launchers(Environment.ProcessId));
    }

    [Fact]
    public void A_loaded_guest_that_never_runs_is_cleared_away()
    {
        using (var machine = MachineFixture.Machine())
        {
            machine.Load(MachineFixture.Plan(fixture.Guests.Compile(Quick)));
            var first = machine.Pid;
            machine.Load(MachineFixture.Plan(fixture.Guests.Compile(Quick)));
            Assert.NotEqual(first, machine.Pid);
            Assert.False(Directory.Exists($"/proc/{first}"));
        }

        Assert.Empty(Launchers(Environment.ProcessId));
    }

    [Fact]
    public void The_memory_of_a_dead_guest_can_be_read_until_the_next_load()
    {
        const string source = "char mark[8] = \"marked\"; int main(void) { mark[0] = 'M'; ((void (*)(void))mark)(); }";
        using var machine = MachineFixture.Machine();
        machine.Load(MachineFixture.Plan(fixture.Guests.Compile(source)));
        var crash = Assert.IsType<GuestEnd.Crashed>(machine.Run(new FakeSystemCalls()));
        var text = new byte[6];
        Assert.True(machine.Memory.TryRead(crash.Fault.Address, text));
        Assert.Equal("Marked"u8.ToArray(), text);
    }

    [Fact]
    public void Memory_beyond_the_limit_is_refused_and_below_it_is_had()
    {
        const string source = """
            #include <stdlib.h>
            #include <string.h>
            int main(void) {
                int got = 0;
                for (; got < 100; got++) { char *volatile p = malloc(1 << 20); if (!p) break; memset(p, 1, 1 << 20); }
                return got;
            }
            """;
        var (end, _) = fixture.Run(source);
        Assert.InRange(Assert.IsType<GuestEnd.Exited>(end).Status, 60, 64);
    }

    [Fact]
    public void Large_zeroed_memory_of_an_image_is_advised_to_be_in_large_pages()
    {
        Assert.SkipUnless(Directory.Exists("/sys/kernel/mm/transparent_hugepage"), "this kernel has no transparent huge pages");
        const string source = """
            #include <unistd.h>
            static char memory[8 << 20] __attribute__((aligned(2 << 20)));
            int main(void) { memory[5 << 20] = 1; return write(1, memory, 1) != 1; }
            """;
        using var machine = MachineFixture.Machine();
        machine.Load(MachineFixture.Plan(fixture.Guests.Compile(source)));
        string[] smaps = [];
        machine.Run(new FakeSystemCalls
        {
            Special = (_, _) =>
            {
                smaps = File.ReadAllLines($"/proc/{machine.Pid}/smaps");
                return SystemCallResult.Ended(new GuestEnd.Exited(0));
            },
        });
        var flags = smaps.Where(line => line.StartsWith("VmFlags:", StringComparison.Ordinal)).ToArray();
        Assert.Single(flags, line => line.Contains(" hg", StringComparison.Ordinal));
    }

    [Fact]
    public void The_guest_runs_on_its_core_with_no_privilege_no_descriptor_and_nothing_of_the_launcher_but_a_page()
    {
        using var machine = MachineFixture.Machine();
        machine.Load(MachineFixture.Plan(fixture.Guests.Compile(Spin), "an argument"));
        string[] status = [], maps = [];
        var files = -1;
        var commandLine = "";
        machine.Run(new FakeSystemCalls
        {
            Special = (_, _) =>
            {
                status = File.ReadAllLines($"/proc/{machine.Pid}/status");
                maps = File.ReadAllLines($"/proc/{machine.Pid}/maps");
                files = Directory.GetFiles($"/proc/{machine.Pid}/fd").Length;
                commandLine = File.ReadAllText($"/proc/{machine.Pid}/cmdline");
                return SystemCallResult.Ended(new GuestEnd.Exited(0));
            },
        });
        Assert.Equal(0, files);
        Assert.Contains($"Cpus_allowed_list:\t{MachineFixture.Core}", status);
        Assert.Contains("NoNewPrivs:\t1", status);
        Assert.Contains("Seccomp:\t2", status);
        Assert.Contains("CapEff:\t0000000000000000", status);
        Assert.Contains("CapPrm:\t0000000000000000", status);
        Assert.Single(maps, m => m.StartsWith("7a", StringComparison.Ordinal));
        Assert.DoesNotContain(maps, m => m.Contains("[stack]", StringComparison.Ordinal) && m.StartsWith("7f", StringComparison.Ordinal));
        Assert.Contains(maps, m => m.StartsWith(GuestLayout.ImageAddress.ToString("x", CultureInfo.InvariantCulture),
            StringComparison.Ordinal));
        Assert.DoesNotContain(maps, m => m.Contains("rwx", StringComparison.Ordinal));
        Assert.Equal("guest\0an argument\0", commandLine);
    }

    [Fact]
    public void Nothing_is_left_when_the_core_kernel_is_killed()
    {
        // Not Environment.ProcessPath, which is dotnet's where the suite was started as a library.
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, typeof(LifeTests).Assembly.GetName().Name!),
            ["-explicit", "only", "-method", $"{typeof(LifeTests).FullName}.{nameof(Stand_in_for_a_core_kernel)}"])
        {
            RedirectStandardOutput = true,
            // It is killed, and so can remove nothing.
            Environment = { ["MUK_TEST_PID_FILE"] = Path.Combine(TestFolders.New(), "pid"), ["TMPDIR"] = TestFolders.New() },
        };
        var path = start.Environment["MUK_TEST_PID_FILE"]!;
        using var kernel = System.Diagnostics.Process.Start(start)!;
        Assert.True(SpinWait.SpinUntil(
            () => { Thread.Sleep(20); return File.Exists(path) && File.ReadAllText(path).EndsWith('\n'); }, 60_000));
        var guest = int.Parse(File.ReadAllText(path), CultureInfo.InvariantCulture);
        Assert.True(Directory.Exists($"/proc/{guest}"));
        kernel.Kill();
        kernel.WaitForExit();
        Assert.True(SpinWait.SpinUntil(() => { Thread.Sleep(5); return !IsAlive(guest); }, 60_000), "the guest outlived its kernel");
    }

    [Fact(Explicit = true)]
    public void Stand_in_for_a_core_kernel()
    {
        using var machine = MachineFixture.Machine();
        machine.Load(MachineFixture.Plan(fixture.Guests.Compile(Spin)));
        machine.Run(new FakeSystemCalls
        {
            Special = (_, _) =>
            {
                File.WriteAllText(Environment.GetEnvironmentVariable("MUK_TEST_PID_FILE")!, $"{machine.Pid}\n");
                return null;
            },
        });
    }

    private static bool IsAlive(int pid)
    {
        try
        {
            return !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Children of a process that are, or were, launchers: their names in /proc are muk-launch.</summary>
    private static string[] Launchers(int parent) => [.. Directory.GetDirectories("/proc")
        .Where(d => int.TryParse(Path.GetFileName(d), out _))
        .Select(d => TryRead($"{d}/stat"))
        .Where(s => s.Contains("(muk-launch)", StringComparison.Ordinal) && s.Split(") ")[^1].Split(' ')[1] == $"{parent}")];

    private static string TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
