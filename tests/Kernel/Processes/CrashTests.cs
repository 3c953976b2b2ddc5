using Muk.Abi;
using Muk.Kernel.Machines;
using Muk.Kernel.Machines.Process;

namespace Muk.Tests.Kernel.Processes;

[Collection(MachineFixture.Collection)]
public sealed class CrashTests(MachineFixture fixture)
{
    private const string Crashes = """
        #include <signal.h>
        #include <stdlib.h>
        #include <string.h>
        static const int constant[1024] = {1};
        int data[16] = {1};
        __attribute__((noinline)) static int deep(volatile char *p) {
            volatile char big[4096];
            big[0] = (char)(unsigned long)p;
            return deep(big) + big[0];
        }
        __attribute__((noinline)) void inner(const char *what) {
            if (!strcmp(what, "write")) *(volatile int *)0x10 = 1;
            if (!strcmp(what, "read")) (void)*(volatile int *)0x123456789000;
            if (!strcmp(what, "jump")) ((void (*)(void))0x20)();
            if (!strcmp(what, "constant")) *(volatile int *)&constant[3] = 1;
            if (!strcmp(what, "data")) { data[1]++; ((void (*)(void))data)(); }
            if (!strcmp(what, "boot")) *(volatile int *)0x20000 = 1;
            if (!strcmp(what, "stack")) deep(0);
            if (!strcmp(what, "noncanonical")) *(volatile int *)0x8000000000000000 = 1;
            if (!strcmp(what, "privileged")) __asm__ volatile("hlt");
            if (!strcmp(what, "division")) { volatile int zero = 0; __asm__ volatile("cltd; idivl %0" :: "m"(zero), "a"(1) : "edx"); }
            if (!strcmp(what, "ud2")) __asm__ volatile("ud2");
            if (!strcmp(what, "breakpoint")) __asm__ volatile("int3");
            if (!strcmp(what, "abort")) abort();
            if (!strcmp(what, "term")) raise(SIGTERM);
            if (!strcmp(what, "int80")) __asm__ volatile("int $0x80" :: "a"(20));
        }
        __attribute__((noinline)) void middle(const char *what) { inner(what); __asm__ volatile(""); }
        int main(int argc, char **argv) { middle(argv[1]); __asm__ volatile(""); return 0; }
        """;

    [Theory]
    [InlineData("write", 11, 14, "write to 0x10: nothing is mapped there (a null pointer?)")]
    [InlineData("read", 11, 14, "read from 0x123456789000: nothing is mapped there")]
    [InlineData("jump", 11, 14, "jump to 0x20: nothing is mapped there (a null pointer?)")]
    [InlineData("constant", 11, 14, ": the memory there is read only")]
    [InlineData("data", 11, 14, ": the memory there is data, not code")]
    [InlineData("boot", 11, 14, "write to 0x20000: the boot block is read only and not code")]
    [InlineData("stack", 11, 14, "stack overflow: write to 0x77")]
    [InlineData("noncanonical", 11, 13, "general protection")]
    [InlineData("privileged", 11, 13, "general protection")]
    [InlineData("division", 8, 0, "division by zero")]
    [InlineData("ud2", 4, 6, "invalid instruction")]
    [InlineData("breakpoint", 5, 3, "breakpoint")]
    [InlineData("abort", 6, -1, "abort")]
    [InlineData("term", 15, -1, "SIGTERM, which it sent itself")]
    [InlineData("int80", 31, -1, "a system call that no MUK may make")]
    public void A_crash_names_its_signal_its_reason_and_where(string what, int signal, int vector, string reason)
    {
        var (end, _) = fixture.Run(Crashes, what);
        var crash = Assert.IsType<GuestEnd.Crashed>(end);
        Assert.Contains(reason, crash.Reason, StringComparison.Ordinal);
        Assert.Equal(signal, crash.Signal);
        Assert.Equal(vector, crash.Fault.Vector);
        Assert.Equal(crash.Fault.Registers.Rip, crash.Fault.Frames[0].Value);
        if (what != "jump" && what != "data")
        {
            Assert.True(crash.Fault.Registers.Rip >= GuestLayout.ImageAddress);
        }
    }

    [Fact]
    public void The_frames_lead_from_the_crash_to_main()
    {
        var (end, _) = fixture.Run(Crashes, "ud2");
        var frames = Assert.IsType<GuestEnd.Crashed>(end).Fault.Frames;
        Assert.InRange(frames.Count, 4, 64);   // inner, middle, main, libc's start.
        Assert.All(frames, f => Assert.InRange(f.Value, GuestLayout.ImageAddress, GuestLayout.ImageAddress + (1 << 20)));
    }

    [Fact]
    public void A_handler_of_the_guests_own_is_honoured_and_what_it_does_not_handle_still_is_a_crash()
    {
        const string source = """
            #include <signal.h>
            #include <setjmp.h>
            #include <stdio.h>
            static sigjmp_buf back;
            static void handle(int signal, siginfo_t *info, void *context) { siglongjmp(back, info->si_addr == (void *)0x40 ? 1 : 2); }
            int main(void) {
                struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO};
                sigaction(SIGSEGV, &action, 0);
                int got = 0;
                for (int i = 0; i < 3; i++) {
                    int what = sigsetjmp(back, 1);
                    if (what) { got += what; continue; }
                    *(volatile int *)0x40 = 1;
                }
                printf("handled %d\n", got);
                fflush(stdout);
                __asm__ volatile("ud2");
            }
            """;
        var (end, calls) = fixture.Run(source);
        Assert.Equal("handled 3\n", calls.Output.ToString());
        Assert.Equal(4, Assert.IsType<GuestEnd.Crashed>(end).Signal);
    }

    [Fact]
    public void Where_tracing_is_off_a_crash_still_has_its_signal_and_says_what_is_missing()
    {
        using var machine = MachineFixture.Machine(Tracing.Off);
        machine.Load(MachineFixture.Plan(fixture.Guests.Compile(Crashes), "write"));
        var crash = Assert.IsType<GuestEnd.Crashed>(machine.Run(new FakeSystemCalls()));
        Assert.Equal(11, crash.Signal);
        Assert.Contains("not traced", crash.Reason, StringComparison.Ordinal);
    }
}
