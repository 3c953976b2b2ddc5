using Muk.Abi;
using static Muk.Kernel.Machines.Process.Seccomp.SeccompData;

namespace Muk.Kernel.Machines.Process.Seccomp;

/// <summary>The filter a guest runs under: what Linux serves directly, what it refuses, and everything else goes to the
/// core kernel. Pure.</summary>
/// <remarks>
/// Direct are the calls that reach nothing but the process itself: its own memory, time, sleeping, its own signals, its
/// end. Memory stays as the `kvm` machine keeps it: private and anonymous, never writable and executable together, never
/// executable later, and nothing may be done to the boot block and the rings. Growing a ring's mapping is the dangerous
/// one: it would reach the pages of the file that lie behind the mapped ones. A thread is begun by clone, whose flags are in registers
/// and looked at here; clone3 has them in memory, where they could change after a look, and does not exist. What is left of clone is
/// handed over, to be counted, as is the end of a thread.
/// </remarks>
public static class GuestFilter
{
    private const uint Eperm = 1;
    private const uint Einval = 22;
    private const uint Enosys = 38;
    private const uint ProtWriteExecute = 6;
    private const uint ProtExecute = 4;
    private const uint ProtAll = 7;

    // MAP_PRIVATE, _FIXED, _ANONYMOUS, _DENYWRITE, _EXECUTABLE, _LOCKED, _NORESERVE, _POPULATE, _NONBLOCK, _STACK and
    // _FIXED_NOREPLACE. Not _SHARED and _GROWSDOWN, which the memory limit does not count, nor _HUGETLB.
    private const uint MapFlags = 0x13f832;
    private const uint MapPrivateAnonymous = 0x22;
    private const uint RemapFlags = 7;

    // What makes a thread and nothing else: CLONE_VM, _FS, _FILES, _SIGHAND and _THREAD. With it may come _SYSVSEM, _SETTLS,
    // _PARENT_SETTID, _CHILD_CLEARTID, _DETACHED (which means nothing) and _CHILD_SETTID.
    private const uint CloneThread = 0x10f00;
    private const uint CloneFlags = CloneThread | 0x17c0000;

    // MEMBARRIER_CMD_PRIVATE_EXPEDITED and the registration for it; the others reach further than the process.
    private const uint BarrierPrivate = 8;
    private const uint BarrierRegister = 16;

    // RINGS and IMAGE addresses are multiples of 4 GiB, so the high half of an address decides.
    private const uint RingsHigh = (uint)(GuestLayout.RingsAddress >> 32);
    private const uint ImageHigh = (uint)(GuestLayout.ImageAddress >> 32);
    private const uint BootEnd = (uint)GuestLayout.BootAddress + GuestLayout.BootBytes;
    private const uint LauncherHigh = (uint)(LaunchLayout.LauncherAddress >> 32);

    // x32 calls are Linux's own with this bit; muk_abi.h's numbers have it too but lie above them.
    private const uint X32First = 0x40000000;
    private const uint X32End = 0x40001000;

    private static LinuxCall[] Harmless =>
    [
        LinuxCall.ClockGettime, LinuxCall.Futex, LinuxCall.RtSigreturn, LinuxCall.RtSigaction, LinuxCall.RtSigprocmask,
        LinuxCall.RtSigpending, LinuxCall.RtSigtimedwait, LinuxCall.RtSigsuspend, LinuxCall.Sigaltstack, LinuxCall.SchedYield,
        LinuxCall.Brk, LinuxCall.Pause, LinuxCall.Nanosleep, LinuxCall.ClockNanosleep, LinuxCall.RestartSyscall,
        LinuxCall.Getpid, LinuxCall.Gettid, LinuxCall.SetTidAddress, LinuxCall.Gettimeofday, LinuxCall.Time,
        LinuxCall.Getitimer, LinuxCall.Alarm, LinuxCall.Setitimer, LinuxCall.SetRobustList,
        LinuxCall.ClockGetres, LinuxCall.Getrusage, LinuxCall.Times, LinuxCall.ExitGroup,
    ];

    // MADV_NORMAL … DONTNEED, FREE, HUGEPAGE, NOHUGEPAGE, DONTDUMP, DODUMP, COLD, PAGEOUT, POPULATE_READ, _WRITE, COLLAPSE.
    private static uint[] Advice => [0, 1, 2, 3, 4, 8, 14, 15, 16, 17, 20, 21, 22, 23, 25];

    /// <summary>The filter of the guest in process <paramref name="pid"/>.</summary>
    public static BpfInstruction[] Build(int pid)
    {
        var filter = new BpfAssembler()
            .Load(Architecture).IfEqual(X64, "native").Return(KillProcess)
            .Label("native")
            .Load(Number)
            .IfBelow(X32First, "number").IfAtLeast(X32End, "number").Return(KillProcess)
            .Label("number");

        foreach (var call in Harmless)
        {
            filter.IfEqual((uint)call, "harmless");
        }

        filter.Go("memory").Label("harmless").Return(Allow).Label("memory");
        Memory(filter);
        Signals(filter, (uint)pid);
        Threads(filter);
        Launcher(filter);
        return filter.Return(Notify).ToArray();
    }

    private static void Memory(BpfAssembler filter)
    {
        filter.UnlessEqual((uint)LinuxCall.Mmap, "mprotect");
        OwnMemory(filter, 0);
        filter.Load(Low(2)).IfAtLeast(ProtAll + 1, "refuse")
            .And(ProtWriteExecute).IfEqual(ProtWriteExecute, "refuse")
            .Load(Low(3)).And(~MapFlags).UnlessEqual(0, "refuse")
            .Load(Low(3)).And(MapPrivateAnonymous).UnlessEqual(MapPrivateAnonymous, "refuse")
            .Return(Allow);

        filter.Label("mprotect").UnlessEqual((uint)LinuxCall.Mprotect, "munmap");
        OwnMemory(filter, 0);
        filter.Load(Low(2)).And(ProtExecute).UnlessEqual(0, "refuse").Return(Allow);

        filter.Label("munmap").UnlessEqual((uint)LinuxCall.Munmap, "mremap");
        OwnMemory(filter, 0);
        filter.Return(Allow);

        filter.Label("mremap").UnlessEqual((uint)LinuxCall.Mremap, "madvise");
        OwnMemory(filter, 0);
        OwnMemory(filter, 4);
        filter.Load(Low(3)).IfAtLeast(RemapFlags + 1, "refuse").Return(Allow);

        filter.Label("madvise").UnlessEqual((uint)LinuxCall.Madvise, "signals");
        OwnMemory(filter, 0);
        filter.Load(Low(2));
        foreach (var advice in Advice)
        {
            filter.IfEqual(advice, "advised");
        }

        filter.Return(Error(Einval)).Label("advised").Return(Allow);
        filter.Label("refuse").Return(Error(Eperm)).Label("signals");
    }

    /// <summary>Refuses an address in the boot block or the rings.</summary>
    private static void OwnMemory(BpfAssembler filter, int argument)
    {
        var low = $"low {filter.Count}";
        var own = $"own {filter.Count}";
        filter.Load(High(argument)).IfEqual(0, low).IfBelow(RingsHigh, own).IfBelow(ImageHigh, "refuse").Go(own)
            .Label(low).Load(Low(argument)).IfBelow((uint)GuestLayout.BootAddress, own).IfBelow(BootEnd, "refuse")
            .Label(own);
    }

    /// <summary>A process may send signals to itself only. Where it says which process, Linux itself sees to it that the thread is one
    /// of that; tkill does not say, and what it names beside the first thread is handed over.</summary>
    private static void Signals(BpfAssembler filter, uint pid)
    {
        filter.IfEqual((uint)LinuxCall.Kill, "one").IfEqual((uint)LinuxCall.Tgkill, "one")
            .IfEqual((uint)LinuxCall.RtSigqueueinfo, "one").IfEqual((uint)LinuxCall.RtTgsigqueueinfo, "one")
            .UnlessEqual((uint)LinuxCall.Tkill, "others")
            .Load(Low(0)).UnlessEqual(pid, "another thread").Return(Allow)
            .Label("another thread").Return(Notify)
            .Label("one").Load(Low(0)).UnlessEqual(pid, "stranger").Return(Allow)
            .Label("stranger").Return(Error(Eperm))
            .Label("others");

        filter.UnlessEqual((uint)LinuxCall.ArchPrctl, "no prctl")
            .Load(Low(0)).IfEqual(0x1002, "base").IfEqual(0x1003, "base").Return(Error(Einval))
            .Label("base").Return(Allow)
            .Label("no prctl");
    }

    private static void Threads(BpfAssembler filter)
    {
        filter.IfEqual((uint)LinuxCall.Clone3, "no process").IfEqual((uint)LinuxCall.Fork, "no process")
            .IfEqual((uint)LinuxCall.Vfork, "no process").UnlessEqual((uint)LinuxCall.Clone, "barrier")
            .Load(High(0)).UnlessEqual(0, "no process")
            .Load(Low(0)).And(~CloneFlags).UnlessEqual(0, "no process")
            .Load(Low(0)).And(CloneThread).UnlessEqual(CloneThread, "no process").Return(Notify)
            .Label("no process").Return(Error(Enosys));

        filter.Label("barrier").UnlessEqual((uint)LinuxCall.Membarrier, "no threads")
            .Load(Low(1)).UnlessEqual(0, "far barrier")
            .Load(Low(0)).IfEqual(BarrierPrivate, "near barrier").IfEqual(BarrierRegister, "near barrier")
            .Label("far barrier").Return(Notify)
            .Label("near barrier").Return(Allow)
            .Label("no threads");
    }

    /// <summary>The launcher's last steps. A guest that jumps there finds no descriptor to use them on.</summary>
    private static void Launcher(BpfAssembler filter) => filter
        .IfEqual((uint)LinuxCall.Sendmsg, "launcher").IfEqual((uint)LinuxCall.Read, "launcher")
        .UnlessEqual((uint)LinuxCall.CloseRange, "notify")
        .Label("launcher").Load(InstructionPointer + 4).UnlessEqual(LauncherHigh, "notify").Return(Allow)
        .Label("notify");
}
