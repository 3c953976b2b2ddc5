using FsCheck;
using FsCheck.Fluent;
using Muk.Kernel.Machines.Process.Seccomp;

namespace Muk.Tests.Kernel.Processes;

public sealed class GuestFilterTests
{
    private const int Pid = 4711;
    private const ulong High = 0x1_0000_0000;
    private static readonly uint Eperm = SeccompData.Error(1);
    private static readonly uint Einval = SeccompData.Error(22);
    private static readonly uint Enosys = SeccompData.Error(38);
    private static readonly BpfInstruction[] Filter = GuestFilter.Build(Pid);

    [Fact]
    public void Another_architecture_or_x32_kills_and_the_kernels_own_calls_are_served()
    {
        Assert.Equal(SeccompData.KillProcess, BpfInterpreter.Verdict(Filter, 1, [], architecture: 0x40000003));
        Assert.Equal(SeccompData.KillProcess, BpfInterpreter.Verdict(Filter, 0x40000001, []));
        Assert.Equal(SeccompData.KillProcess, BpfInterpreter.Verdict(Filter, 0x40000fff, []));
        Assert.Equal(SeccompData.Notify, BpfInterpreter.Verdict(Filter, 0x4d554b01, []));
        Assert.Equal(SeccompData.Notify, BpfInterpreter.Verdict(Filter, uint.MaxValue, []));
    }

    [Theory]
    [InlineData(3ul, 0x22ul, true)]        // read and write, private and anonymous
    [InlineData(0ul, 0x4022ul, true)]      // a reservation
    [InlineData(5ul, 0x22ul, true)]        // read and execute: there is nothing to run in it
    [InlineData(7ul, 0x22ul, false)]
    [InlineData(6ul, 0x22ul, false)]
    [InlineData(0x1000003ul, 0x22ul, false)]
    [InlineData(3ul, 0x02ul, false)]       // of a file
    [InlineData(3ul, 0x21ul, false)]       // shared
    [InlineData(3ul, 0x23ul, false)]       // MAP_SHARED_VALIDATE
    [InlineData(3ul, 0x122ul, false)]      // MAP_GROWSDOWN
    [InlineData(3ul, 0x40022ul, false)]    // MAP_HUGETLB
    public void Mmap_is_private_anonymous_and_never_writable_and_executable(ulong rights, ulong flags, bool allowed) =>
        Assert.Equal(allowed ? SeccompData.Allow : Eperm, BpfInterpreter.Verdict(Filter, (uint)LinuxCall.Mmap, [0, 4096, rights, flags]));

    [Fact]
    public void Nothing_in_the_memory_family_starts_in_the_boot_block_or_the_rings() =>
        Prop.ForAll<uint, uint>((low, seed) =>
        {
            var high = 0x1000ul + (seed % 0x4000);
            ulong[] arguments = [(high << 32) | low, 4096, 0, 0x22];
            LinuxCall[] family = [LinuxCall.Mmap, LinuxCall.Mprotect, LinuxCall.Munmap, LinuxCall.Mremap, LinuxCall.Madvise];
            return family.All(c => BpfInterpreter.Verdict(Filter, (uint)c, arguments) == Eperm)
                && family.All(c => BpfInterpreter.Verdict(Filter, (uint)c, [0x20000 + (low % 0x10000), 4096, 0, 0x22]) == Eperm)
                && family.All(c => BpfInterpreter.Verdict(Filter, (uint)c, [(0x5000ul << 32) | low, 4096, 0,
                    FlagsOf(c)]) == SeccompData.Allow)
                && family.All(c => BpfInterpreter.Verdict(Filter, (uint)c, [0x30000ul | low, 4096, 0, FlagsOf(c)]) == SeccompData.Allow)
                && BpfInterpreter.Verdict(Filter, (uint)LinuxCall.Mremap, [0x5000ul << 32, 4096, 4096, 3, arguments[0]]) == Eperm;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Signals_go_to_the_process_itself_only()
    {
        foreach (var call in new[] { LinuxCall.Kill, LinuxCall.Tgkill, LinuxCall.RtSigqueueinfo, LinuxCall.RtTgsigqueueinfo })
        {
            Assert.Equal(SeccompData.Allow, BpfInterpreter.Verdict(Filter, (uint)call, [Pid, Pid + 1, 6]));
            Assert.Equal(Eperm, BpfInterpreter.Verdict(Filter, (uint)call, [Pid + 1, Pid + 1, 6]));
            Assert.Equal(Eperm, BpfInterpreter.Verdict(Filter, (uint)call, [0, Pid, 6]));
            Assert.Equal(Eperm, BpfInterpreter.Verdict(Filter, (uint)call, [unchecked((ulong)-1L), Pid, 6]));
        }

        Assert.Equal(SeccompData.Allow, BpfInterpreter.Verdict(Filter, (uint)LinuxCall.Tkill, [Pid, 6]));
        Assert.Equal(SeccompData.Notify, BpfInterpreter.Verdict(Filter, (uint)LinuxCall.Tkill, [Pid + 1, 6]));
    }

    [Theory]
    [InlineData(0x7d0f00ul, true)]     // as musl makes a thread
    [InlineData(0x3d0f00ul, true)]     // as glibc does
    [InlineData(0x10f00ul, true)]
    [InlineData(0x1010f00ul, true)]    // CLONE_CHILD_SETTID
    [InlineData(0x7c0f00ul, false)]    // no CLONE_THREAD
    [InlineData(0x7d0e00ul, false)]    // no CLONE_VM
    [InlineData(0x7d0b00ul, false)]    // no CLONE_FILES
    [InlineData(0x7d0f11ul, false)]    // a signal at its end
    [InlineData(0x7d4f00ul, false)]    // CLONE_VFORK
    [InlineData(0x7d2f00ul, false)]    // CLONE_PTRACE
    [InlineData(0x7d8f00ul, false)]    // CLONE_PARENT
    [InlineData(0xfd0f00ul, false)]    // CLONE_UNTRACED
    [InlineData(0x7d1f00ul, false)]    // CLONE_PIDFD
    [InlineData(0x7f0f00ul, false)]    // CLONE_NEWNS
    [InlineData(0x107d0f00ul, false)]  // CLONE_NEWUSER
    [InlineData(0x207d0f00ul, false)]  // CLONE_NEWPID
    [InlineData(0x1007d0f00ul, false)] // what is above 32 bits
    [InlineData(17ul, false)]          // fork
    public void Clone_makes_threads_and_nothing_else(ulong flags, bool counted) =>
        Assert.Equal(counted ? SeccompData.Notify : Enosys, BpfInterpreter.Verdict(Filter, (uint)LinuxCall.Clone, [flags, 0, 0, 0, 0]));

    [Fact]
    public void New_processes_there_are_none_and_what_cannot_be_looked_at_is_not_there()
    {
        foreach (var call in new[] { LinuxCall.Fork, LinuxCall.Vfork, LinuxCall.Clone3 })
        {
            Assert.Equal(Enosys, BpfInterpreter.Verdict(Filter, (uint)call, [0x5000 * High, 88]));
        }
    }

    [Fact]
    public void A_memory_barrier_reaches_the_process_itself_and_no_other()
    {
        Assert.Equal(SeccompData.Allow, BpfInterpreter.Verdict(Filter, (uint)LinuxCall.Membarrier, [8, 0]));
        Assert.Equal(SeccompData.Allow, BpfInterpreter.Verdict(Filter, (uint)LinuxCall.Membarrier, [16, 0]));
        Assert.Equal(SeccompData.Notify, BpfInterpreter.Verdict(Filter, (uint)LinuxCall.Membarrier, [1, 0]));
        Assert.Equal(SeccompData.Notify, BpfInterpreter.Verdict(Filter, (uint)LinuxCall.Membarrier, [8, 1]));
    }

    [Fact]
    public void Executable_memory_cannot_be_made_later()
    {
        Assert.Equal(SeccompData.Allow, BpfInterpreter.Verdict(Filter, (uint)LinuxCall.Mprotect, [0x5000 * High, 4096, 3]));
        Assert.Equal(Eperm, BpfInterpreter.Verdict(Filter, (uint)LinuxCall.Mprotect, [0x5000 * High, 4096, 5]));
        Assert.Equal(Einval, BpfInterpreter.Verdict(Filter, (uint)LinuxCall.Madvise, [0x5000 * High, 4096, 100]));
        Assert.Equal(SeccompData.Allow, BpfInterpreter.Verdict(Filter, (uint)LinuxCall.ArchPrctl, [0x1002, 0]));
        Assert.Equal(Einval, BpfInterpreter.Verdict(Filter, (uint)LinuxCall.ArchPrctl, [0x1001, 0]));
    }

    [Fact]
    public void What_the_launcher_may_still_do_a_guest_must_ask_for()
    {
        foreach (var call in new[] { LinuxCall.Sendmsg, LinuxCall.Read, LinuxCall.CloseRange })
        {
            Assert.Equal(SeccompData.Allow, BpfInterpreter.Verdict(Filter, (uint)call, [3], instruction: 0x7a0000000123));
            Assert.Equal(SeccompData.Notify, BpfInterpreter.Verdict(Filter, (uint)call, [3]));
        }
    }

    [Fact]
    public void Every_number_has_a_verdict_and_what_is_not_known_is_served_by_the_kernel()
    {
        for (uint number = 0; number < 600; number++)
        {
            var verdict = BpfInterpreter.Verdict(Filter, number, [1, 2, 3, 4, 5, 6]);
            if (!Enum.IsDefined((LinuxCall)number))
            {
                Assert.Equal(SeccompData.Notify, verdict);
            }
        }
    }

    private static ulong FlagsOf(LinuxCall call) => call == LinuxCall.Mremap ? 0ul : 0x22;
}
