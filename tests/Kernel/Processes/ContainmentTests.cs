using System.Globalization;
using Muk.Abi;
using Muk.Channel.Rings;
using Muk.Kernel.Linux;
using Muk.Kernel.Machines;

namespace Muk.Tests.Kernel.Processes;

/// <summary>What a guest must not be able to do to anybody else, tried from inside.</summary>
[Collection(MachineFixture.Collection)]
public sealed class ContainmentTests(MachineFixture fixture)
{
    /// <summary>Prints "what=errno" for each attempt, 0 where it was let through.</summary>
    private const string Attempts = """
        #define _GNU_SOURCE
        #include <errno.h>
        #include <stdio.h>
        #include <sys/mman.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        static long raw(long n, long a, long b, long c, long d, long e, long f) {
            long r; register long r10 __asm__("r10") = d; register long r8 __asm__("r8") = e; register long r9 __asm__("r9") = f;
            __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
            return r;
        }
        #define TRY(name, ...) do { long r = raw(__VA_ARGS__); printf("%s=%ld\n", name, r < 0 && r > -4096 ? -r : 0); } while (0)
        static char page[8192] __attribute__((aligned(4096)));
        int main(void) {
            long anonymous = MAP_PRIVATE | MAP_ANONYMOUS;
            TRY("map", SYS_mmap, 0, 4096, 3, anonymous, -1, 0);
            TRY("map wx", SYS_mmap, 0, 4096, 7, anonymous, -1, 0);
            TRY("map w x without read", SYS_mmap, 0, 4096, 6, anonymous, -1, 0);
            TRY("map file", SYS_mmap, 0, 4096, 1, MAP_PRIVATE, 0, 0);
            TRY("map shared", SYS_mmap, 0, 4096, 3, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
            TRY("map grows down", SYS_mmap, 0, 4096, 3, anonymous | MAP_GROWSDOWN, -1, 0);
            TRY("map over boot", SYS_mmap, 0x20000, 4096, 3, anonymous | MAP_FIXED, -1, 0);
            TRY("map over rings", SYS_mmap, 0x100000000000, 4096, 3, anonymous | MAP_FIXED, -1, 0);
            TRY("protect data", SYS_mprotect, (long)page, 4096, 1, 0, 0, 0);
            TRY("protect data x", SYS_mprotect, (long)page, 4096, 5, 0, 0, 0);
            TRY("protect boot", SYS_mprotect, 0x20000, 4096, 3, 0, 0, 0);
            TRY("unmap boot", SYS_munmap, 0x20000, 4096, 0, 0, 0, 0);
            TRY("unmap around boot", SYS_munmap, 0x10000, 0x30000, 0, 0, 0, 0);
            TRY("protect text", SYS_mprotect, (long)&raw & ~4095l, 4096, 3, 0, 0, 0);
            TRY("protect ring", SYS_mprotect, 0x100000002000, 4096, 3, 0, 0, 0);
            TRY("grow ring", SYS_mremap, 0x100000001000, 4096, 0x300000, MREMAP_MAYMOVE, 0, 0);
            TRY("copy ring", SYS_mremap, 0x100000001000, 0, 4096, MREMAP_MAYMOVE, 0, 0);
            TRY("discard ring", SYS_madvise, 0x100000001000, 4096, MADV_DONTNEED, 0, 0, 0);
            TRY("poison", SYS_madvise, (long)page, 4096, 100, 0, 0, 0);
            TRY("open", SYS_open, (long)"/etc/passwd", 0, 0, 0, 0, 0);
            TRY("openat", SYS_openat, -100, (long)"/etc/passwd", 0, 0, 0, 0);
            TRY("socket", SYS_socket, 2, 1, 0, 0, 0, 0);
            TRY("ptrace", SYS_ptrace, 16, 1, 0, 0, 0, 0);
            TRY("kill parent", SYS_kill, raw(SYS_getppid, 0, 0, 0, 0, 0, 0), 0, 0, 0, 0, 0);
            TRY("kill init", SYS_kill, 1, 0, 0, 0, 0, 0);
            TRY("kill all", SYS_kill, -1, 0, 0, 0, 0, 0);
            TRY("kill group", SYS_kill, 0, 0, 0, 0, 0, 0);
            TRY("kill self", SYS_kill, getpid(), 0, 0, 0, 0, 0);
            TRY("tgkill init", SYS_tgkill, 1, 1, 0, 0, 0, 0);
            TRY("fork", SYS_fork, 0, 0, 0, 0, 0, 0);
            TRY("vfork", SYS_vfork, 0, 0, 0, 0, 0, 0);
            TRY("clone", SYS_clone, 17, 0, 0, 0, 0, 0);
            TRY("clone3", 435, (long)page, 64, 0, 0, 0, 0);
            TRY("execve", SYS_execve, (long)"/bin/true", 0, 0, 0, 0, 0);
            TRY("read 3", SYS_read, 3, (long)page, 1, 0, 0, 0);
            TRY("close 0", SYS_close, 0, 0, 0, 0, 0, 0);
            TRY("seccomp", SYS_seccomp, 0, 0, 0, 0, 0, 0);
            TRY("gs base", SYS_arch_prctl, 0x1001, 0, 0, 0, 0, 0);
            *(volatile int *)0x100000001000 = 1;
            printf("own side written\n");
            fflush(stdout);
            *(volatile int *)0x100000002000 = 1;
        }
        """;

    [Fact]
    public void A_guest_reaches_neither_files_nor_sockets_nor_processes_nor_its_peers_pages()
    {
        var path = TestFolders.SharedName();
        RingFile.Create(path, new RingOptions(RingKind.Slots, 8, 8, 4096, RingFlags.None, 0));
        try
        {
            using var machine = MachineFixture.Machine();
            var bytes = RingFile.ReadHeader(path).DataBytes;
            var plan = MachineFixture.Plan(fixture.Guests.Compile(Attempts)) with
            {
                Rings = [new GuestRing(0, PortDirection.Out, path, bytes)],
            };
            machine.Load(plan);
            var calls = new FakeSystemCalls();
            var crash = Assert.IsType<GuestEnd.Crashed>(machine.Run(calls));
            var lines = calls.Output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal("own side written", lines[^1]);
            Assert.Equal("write to 0x100000002000: that part of a ring belongs to its peer and is read only", crash.Reason);

            var let = lines.Where(l => l.EndsWith("=0", StringComparison.Ordinal)).ToArray();
            var sealedToo = machine.Facts.HasFlag(Muk.Kernel.Machines.Process.LaunchFacts.Sealed);
            string[] allowed = sealedToo
                ? ["map=0", "protect data=0", "kill self=0"]
                : ["map=0", "protect data=0", "unmap around boot=0", "protect text=0", "kill self=0"];
            Assert.Equal(allowed, let);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Every_system_call_number_with_garbage_is_served_or_refused_and_hurts_nobody()
    {
        const string source = """
            #include <stdio.h>
            #include <stdlib.h>
            static long raw(long n, long a, long b, long c, long d, long e, long f) {
                long r; register long r10 __asm__("r10") = d; register long r8 __asm__("r8") = e; register long r9 __asm__("r9") = f;
                __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
                return r;
            }
            int main(int argc, char **argv) {
                unsigned long seed = strtoul(argv[1], 0, 10);
                int done = 0;
                for (int round = 0; round < 3; round++)
                    for (long n = 0; n <= 500; n++) {
                        /* These end it, wait for ever, or take away what it stands on. */
                        if (n == 9 || n == 10 || n == 11 || n == 12 || n == 13 || n == 15 || n == 25 || n == 28 || n == 34 || n == 60
                            || n == 35 || n == 128 || n == 130 || n == 131 || n == 158 || n == 202 || n == 218 || n == 230 || n == 231
                            || n == 335 || n == 336 /* uretprobe, uprobe: Linux lets them past every filter and answers SIGILL */
                            || n == 14 || n == 62 || n == 200 || n == 234 || n == 219) continue;
                        unsigned long v[6];
                        for (int i = 0; i < 6; i++) {
                            seed = seed * 6364136223846793005ul + 1442695040888963407ul;
                            v[i] = round == 0 ? 0 : round == 1 ? seed >> 1 : seed >> (seed & 63);
                        }
                        raw(n, v[0], v[1], v[2], v[3], v[4], v[5]);
                        done++;
                    }
                char line[32];
                int bytes = snprintf(line, sizeof line, "done %d", done);
                raw(1, 1, (long)line, bytes, 0, 0, 0);
                return 7;
            }
            """;
        var seed = Environment.TickCount64;
        var (end, calls) = fixture.Run(source, seed.ToString(CultureInfo.InvariantCulture));
        Assert.True(end is GuestEnd.Exited { Status: 7 },
            $"seed {seed}: {end} {calls.Calls.Count} calls, last {calls.Calls[^1]}, rip {(end as GuestEnd.Crashed)?.Fault.Frames[0]}");
        Assert.EndsWith("done 1425", calls.Output.ToString(), StringComparison.Ordinal);
        Assert.True(calls.Calls.Count >= 1300);
    }

    [Fact]
    public void Memory_that_the_guest_may_not_touch_the_kernel_does_not_touch_for_it()
    {
        const string source = """
            #include <sys/syscall.h>
            #include <unistd.h>
            static const char constant[16] = "constant";
            int main(void) { return (int)syscall(0x4d554b03, constant, 0x20000, &constant); }
            """;
        using var machine = MachineFixture.Machine();
        machine.Load(MachineFixture.Plan(fixture.Guests.Compile(source)));
        var calls = new FakeSystemCalls
        {
            Special = (call, guest) =>
            {
                if (call.Number != 0x4d554b03)
                {
                    return null;
                }

                var text = new byte[8];
                Assert.True(guest.Memory.TryRead(new(call.A0), text));
                Assert.Equal("constant"u8.ToArray(), text);
                Assert.False(guest.Memory.TryWrite(new(call.A0), text));
                Assert.False(guest.Memory.TryWrite(new(call.A1), text));
                Assert.False(guest.Memory.TryRead(new(0x10), text));
                Assert.False(guest.Memory.TryRead(new(0xffff_8000_0000_0000), text));
                Assert.True(guest.Registers.Rip > GuestLayout.ImageAddress);
                Assert.InRange(guest.Registers.Rsp, GuestLayout.StackTop - (1 << 20), GuestLayout.StackTop);
                return SystemCallResult.Return(33);
            },
        };
        Assert.Equal(new GuestEnd.Exited(33), machine.Run(calls));
        Assert.Equal((ulong)calls.Calls.Count, machine.Counters.SystemCalls);
    }
}
