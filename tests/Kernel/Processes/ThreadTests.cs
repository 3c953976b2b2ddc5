using Muk.Kernel.Machines;
using Muk.Kernel.Machines.Process;

namespace Muk.Tests.Kernel.Processes;

/// <summary>Guests with threads: what Linux does for them, what is counted, and how they end.</summary>
[Collection(MachineFixture.Collection)]
public sealed class ThreadTests(MachineFixture fixture)
{
    private const string Head = """
        #define _GNU_SOURCE
        #include <errno.h>
        #include <pthread.h>
        #include <sched.h>
        #include <signal.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        static volatile int ready;
        static pthread_t thread;

        """;

    [Fact]
    public void A_bomb_of_threads_is_refused_at_the_limit_and_what_has_ended_makes_room()
    {
        const string source = Head + """
            static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
            static void *wait(void *x) { pthread_mutex_lock(&gate); pthread_mutex_unlock(&gate); return x; }
            static pthread_t all[2000];
            int main(void) {
                pthread_attr_t small;
                pthread_attr_init(&small);
                pthread_attr_setstacksize(&small, 16384);
                for (int round = 0; round < 3; round++) {
                    int made = 0, error = 0;
                    pthread_mutex_lock(&gate);
                    while (made < 2000 && !(error = pthread_create(&all[made], &small, wait, 0))) made++;
                    pthread_mutex_unlock(&gate);
                    for (int i = 0; i < made; i++) pthread_join(all[i], 0);
                    printf("%d %d\n", made, error == EAGAIN);
                }
                return 0;
            }
            """;
        var (end, calls) = fixture.Run(source);
        Assert.Equal(new GuestEnd.Exited(0), end);
        var lines = calls.Output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.Equal($"{CallServer.ThreadsMax - 1} 1", lines[0]);
        Assert.All(lines, line => Assert.EndsWith(" 1", line, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_no_thread_is_not_made_and_other_processes_get_no_signal()
    {
        const string source = Head + """
            #define TRY(name, ...) do { long r = syscall(__VA_ARGS__); printf("%s=%d\n", name, r < 0 ? errno : 0); } while (0)
            int main(void) {
                static struct { unsigned long long flags, rest[10]; } many = { 0x7d0f00 };
                TRY("new user", SYS_clone, 0x10000000, 0, 0, 0, 0);
                TRY("thread in new pid", SYS_clone, 0x207d0f00, 0, 0, 0, 0);
                TRY("fork", SYS_clone, SIGCHLD, 0, 0, 0, 0);
                TRY("vfork", SYS_clone, 0x4111, 0, 0, 0, 0);
                TRY("not its files", SYS_clone, 0x7d0b00, 0, 0, 0, 0);
                TRY("clone3", SYS_clone3, &many, sizeof many);
                TRY("tkill init", SYS_tkill, 1, 0);
                TRY("tkill parent", SYS_tkill, getppid(), 0);
                TRY("tgkill init", SYS_tgkill, getpid(), 1, 0);
                TRY("robust list of init", SYS_get_robust_list, 1, &many, &many);
                return 0;
            }
            """;
        var (end, calls) = fixture.Run(source);
        Assert.Equal(new GuestEnd.Exited(0), end);
        var lines = calls.Output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(10, lines.Length);
        Assert.All(lines[..6], line => Assert.EndsWith("=38", line, StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.EndsWith("=0", StringComparison.Ordinal));
    }

    [Fact]
    public void A_crash_in_any_thread_ends_all_and_has_its_registers()
    {
        const string source = Head + """
            static void *fall(void *x) { *(volatile int *)0x10 = 1; return x; }
            int main(void) {
                pthread_create(&thread, 0, fall, 0);
                pthread_join(thread, 0);
                return 1;
            }
            """;
        for (var i = 0; i < 20; i++)
        {
            var (end, _) = fixture.Run(source);
            var crash = Assert.IsType<GuestEnd.Crashed>(end);
            Assert.Equal(11, crash.Signal);
            Assert.Contains("write to 0x10: nothing is mapped there", crash.Reason, StringComparison.Ordinal);
            Assert.Equal(crash.Fault.Registers.Rip, crash.Fault.Frames[0].Value);
        }
    }

    [Fact]
    public void The_first_thread_may_end_before_the_others_and_the_last_ones_status_is_the_programs()
    {
        const string source = Head + """
            static void *last(void *first) {
                pthread_join(*(pthread_t *)first, 0);
                char *text = "still here\n";
                write(1, text, strlen(text));
                syscall(SYS_exit, 5);
                return 0;
            }
            int main(void) {
                static pthread_t self;
                self = pthread_self();
                pthread_create(&thread, 0, last, &self);
                pthread_exit(0);
            }
            """;
        for (var i = 0; i < 10; i++)
        {
            var (end, calls) = fixture.Run(source);
            Assert.Equal("still here\n", calls.Output.ToString());
            Assert.Equal(new GuestEnd.Exited(5), end); // As Linux has it.
        }
    }

    [Fact]
    public void A_crash_after_the_first_thread_has_ended_is_a_crash()
    {
        const string source = Head + """
            static void *fall(void *first) { pthread_join(*(pthread_t *)first, 0); __asm__ volatile("ud2"); return 0; }
            int main(void) {
                static pthread_t self;
                self = pthread_self();
                pthread_create(&thread, 0, fall, &self);
                pthread_exit(0);
            }
            """;
        var (end, _) = fixture.Run(source);
        Assert.True(end is GuestEnd.Crashed, $"{end}");
        var crash = Assert.IsType<GuestEnd.Crashed>(end);
        Assert.Equal((4, "invalid instruction"), (crash.Signal, crash.Reason));
    }

    [Theory]
    [InlineData(Tracing.Wanted)]
    [InlineData(Tracing.Off)]
    public void The_end_of_the_program_is_the_end_of_all_its_threads(Tracing tracing)
    {
        const string source = Head + """
            static void *spin(void *x) { for (;;) ready = 1; }
            int main(void) {
                for (int i = 0; i < 8; i++) pthread_create(&thread, 0, spin, 0);
                while (!ready) sched_yield();
                _exit(9);
            }
            """;
        using var machine = MachineFixture.Machine(tracing);
        for (var i = 0; i < 5; i++)
        {
            machine.Load(MachineFixture.Plan(fixture.Guests.Compile(source)));
            Assert.Equal(new GuestEnd.Exited(9), machine.Run(new FakeSystemCalls()));
        }
    }

    [Fact]
    public void Threads_that_change_a_path_while_it_is_looked_at_gain_nothing()
    {
        const string source = Head + """
            static char path[] = "/granted";
            static void *race(void *x) { for (;;) { memcpy(path, "/etc/pas", 8); memcpy(path, "/granted", 8); } }
            int main(void) {
                pthread_create(&thread, 0, race, 0);
                int other = 0;
                for (int i = 0; i < 300; i++) other += syscall(SYS_open, path, 0) != 3;
                return other;
            }
            """;
        using var machine = MachineFixture.Machine();
        machine.Load(MachineFixture.Plan(fixture.Guests.Compile(source)));
        var calls = new FakeSystemCalls();
        var opened = 0;
        calls.Special = (call, guest) =>
        {
            if (call.Number != 2)
            {
                return null;
            }

            // As the personality does it: what is decided about and what is used are one copy.
            var text = new byte[8];
            Assert.True(guest.Memory.TryRead(new(call.A0), text));
            opened++;
            return Muk.Kernel.Linux.SystemCallResult.Return(3);
        };
        Assert.Equal(new GuestEnd.Exited(0), machine.Run(calls));
        Assert.Equal(300, opened);
    }

    [Fact]
    public void Memory_that_is_only_reserved_costs_nothing_and_what_is_made_writable_counts()
    {
        const string source = Head + """
            #include <sys/mman.h>
            int main(void) {
                char *all = mmap(0, 256ul << 30, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
                char *more = mmap(0, 256ul << 30, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
                printf("%d %d\n", all != MAP_FAILED, more != MAP_FAILED);
                int some = mprotect(all, 32 << 20, PROT_READ | PROT_WRITE);
                int beyond = mprotect(more, 64 << 20, PROT_READ | PROT_WRITE);
                printf("%d %d %d\n", some, beyond, errno == ENOMEM);
                mmap(all, 32 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
                printf("%d\n", mprotect(more, 60 << 20, PROT_READ | PROT_WRITE));
                return 0;
            }
            """;
        var (end, calls) = fixture.Run(source);
        Assert.Equal(new GuestEnd.Exited(0), end);
        Assert.Equal("1 1\n0 -1 1\n0\n", calls.Output.ToString());
    }
}
