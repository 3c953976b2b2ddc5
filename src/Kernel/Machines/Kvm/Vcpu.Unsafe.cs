using System.Runtime.InteropServices;
using Muk.Channel.Interop;
using Muk.Kernel.Interop.Kvm;

namespace Muk.Kernel.Machines.Kvm;

/// <summary>The one virtual processor. Registers go in and out through its shared page (<c>KVM_CAP_SYNC_REGS</c>), so a round
/// trip to the guest is one call. Owner: the vCPU thread.</summary>
internal sealed unsafe class Vcpu : IDisposable
{
    public const int ExtendedStateBytes = 4096;

    private const int Interrupted = 4;
    private const string Broken = "this host's KVM cannot run a ring-3 guest: use --machine process";

    private readonly KvmVm _vm;
    private readonly int _handle = -1;
    private readonly int _pageBytes;

    // SAFETY: the vCPU's page, mapped until Dispose; KVM touches it only inside its own calls on this thread.
    private readonly KvmRunPage* _page;
    private readonly byte[] _initialExtendedState = new byte[ExtendedStateBytes];
    private KvmSpecialRegisters _initial;

    /// <exception cref="HostException">KVM refused something.</exception>
    public Vcpu(KvmVm vm, CpuidTable cpuid, ulong pageTables, StepClock clock)
    {
        _vm = vm;
        try
        {
            _handle = KvmVm.Check(vm.Calls.Call(vm.Handle, KvmRequest.CreateVcpu, 0), "KVM_CREATE_VCPU", Broken);
            _pageBytes = KvmVm.Check(vm.Calls.Call(vm.Device, KvmRequest.GetVcpuMapBytes, 0), "KVM_GET_VCPU_MMAP_SIZE", Broken);
            if (_pageBytes < sizeof(KvmRunPage))
            {
                throw new HostException($"KVM_GET_VCPU_MMAP_SIZE ({_pageBytes} bytes)", 22, Broken);
            }

            var page = vm.Calls.MapVcpu(_handle, _pageBytes);
            _page = page is > -4096 and < 0 ? throw new HostException("mmap(vCPU)", (int)-page, "raise ulimit -v") : (KvmRunPage*)page;
            clock.Done("create vCPU");
            Check(vm.Calls.Call(_handle, KvmRequest.SetCpuid, cpuid.Bytes), "KVM_SET_CPUID2");
            ExtendedControl = cpuid.ExtendedControl;
            Check(vm.Calls.Call(_handle, KvmRequest.GetExtendedState, _initialExtendedState), "KVM_GET_XSAVE");
            Check(vm.Calls.Call(_handle, KvmRequest.GetSpecialRegisters, AsBytes(ref _initial)), "KVM_GET_SREGS");

            ShareTimeStampCounter();
            Segments.Fill(ref _initial, pageTables);
            Initialize();
            clock.Done("set up vCPU");
        }
        catch (HostException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>XCR0 of the guest.</summary>
    public ulong ExtendedControl { get; }

    /// <summary>General registers as of the last exit; a change goes in with the next run if <see cref="MarkDirty"/> says so.</summary>
    public ref GuestRegisters Registers => ref _page->Registers;

    public ref KvmSpecialRegisters Special => ref _page->Special;

    public KvmExit Exit => _page->Exit;

    public ushort Port => _page->IoPort;

    public bool IsOut => _page->IoDirection == 1;

    /// <summary>The first bytes of what KVM says about an exit that nobody expects.</summary>
    public ulong Detail => _page->Detail;

    public void MarkDirty(KvmSync what) => _page->Dirty |= what;

    /// <summary>Ring 3, as system calls and exceptions return to.</summary>
    public void SetUserSegments()
    {
        ref var special = ref _page->Special;
        if (special.Cs.Selector != Traps.UserCode || special.Cs.Dpl != 3 || special.Ss.Selector != Traps.UserData || special.Ss.Dpl != 3)
        {
            special.Cs = _initial.Cs;
            special.Ss = _initial.Ss;
            _page->Dirty |= KvmSync.Special;
        }
    }

    /// <summary>Runs the guest until it comes out.</summary>
    /// <returns>0, or a negative errno: -EINTR for a signal.</returns>
    public int Run() => _vm.Calls.Call(_handle, KvmRequest.Run, 0);

    /// <summary>Extended state as it was before the first instruction.</summary>
    public void ClearExtendedState() =>
        Check(_vm.Calls.Call(_handle, KvmRequest.SetExtendedState, _initialExtendedState), "KVM_SET_XSAVE");

    /// <summary>General and special registers as they are before the first instruction, with nothing pending from the last guest.</summary>
    public void Begin(ulong instructionPointer, ulong stackPointer, ulong flags)
    {
        _page->Special = _initial;
        _page->Registers = new GuestRegisters { Rip = instructionPointer, Rsp = stackPointer, Rflags = flags };
        _page->Events = default;
        _page->Dirty = KvmSync.Registers | KvmSync.Special | KvmSync.Events;
    }

    /// <summary>Finishes what KVM still owes for the last exit (the second half of an `in` or of an emulated access).</summary>
    public void Settle()
    {
        _page->Dirty = KvmSync.None;
        _page->ImmediateExit = 1;
        var result = Run();
        _page->ImmediateExit = 0;
        if (result is < 0 and not -Interrupted)
        {
            throw new HostException("KVM_RUN(immediate_exit)", -result, Broken);
        }
    }

    /// <summary>Sets what no guest in ring 3 can change: once, and again after the processor has shut down.</summary>
    public void Initialize()
    {
        var special = _initial;
        Check(_vm.Calls.Call(_handle, KvmRequest.SetSpecialRegisters, AsBytes(ref special)), "KVM_SET_SREGS");
        Span<ulong> msrs = stackalloc ulong[7];
        const uint Star = 0xC0000081, LongStar = 0xC0000082, FlagMask = 0xC0000084;
        msrs[0] = 3;
        (msrs[1], msrs[2]) = (Star, ((ulong)Traps.KernelCode << 32) | (0x1bUL << 48));
        (msrs[3], msrs[4]) = (LongStar, Abi.GuestLayout.StubAddress);
        (msrs[5], msrs[6]) = (FlagMask, ~Flags.PrivilegeLevel3 & 0xffff_ffff);
        var set = Check(_vm.Calls.Call(_handle, KvmRequest.SetMsrs, MemoryMarshal.AsBytes(msrs)), "KVM_SET_MSRS");
        if (set != 3)
        {
            throw new HostException($"KVM_SET_MSRS (took {set} of 3)", 22, Broken);
        }

        Span<ulong> control = stackalloc ulong[49];
        control.Clear();
        control[0] = 1;
        control[2] = ExtendedControl;
        Check(_vm.Calls.Call(_handle, KvmRequest.SetExtendedControl, MemoryMarshal.AsBytes(control)), "KVM_SET_XCRS");
        _page->Valid = KvmSync.Registers | KvmSync.Special;
    }

    /// <summary>Which signals may end <see cref="Run"/>: all but those of <paramref name="blocked"/>.</summary>
    public void SetSignalMask(ulong blocked)
    {
        Span<uint> mask = [KickSignal.MaskBytes, (uint)blocked, (uint)(blocked >> 32)];
        Check(_vm.Calls.Call(_handle, KvmRequest.SetSignalMask, MemoryMarshal.AsBytes(mask)), "KVM_SET_SIGNAL_MASK");
    }

    /// <summary>Is an exception on its way into the guest that has not arrived?</summary>
    public bool ExceptionOnItsWay()
    {
        var events = default(KvmEvents);
        Check(_vm.Calls.Call(_handle, KvmRequest.GetEvents, AsBytes(ref events)), "KVM_GET_VCPU_EVENTS");
        return (events.ExceptionInjected | events.ExceptionPending) != 0;
    }

    /// <summary>Reads the XSAVE area, <see cref="ExtendedStateBytes"/> long; a negative errno where KVM refuses.</summary>
    public int SaveExtendedState(Span<byte> into) => _vm.Calls.Call(_handle, KvmRequest.GetExtendedState, into);

    public int LoadExtendedState(Span<byte> from) => _vm.Calls.Call(_handle, KvmRequest.SetExtendedState, from);

    public void Dispose()
    {
        if (_page is not null)
        {
            _vm.Calls.UnmapVcpu((nint)_page, _pageBytes);
        }

        if (_handle >= 0)
        {
            _vm.Calls.Close(_handle);
        }
    }

    /// <summary>Has the guest read the host's own time-stamp counter (KVM_VCPU_TSC_OFFSET 0). A KVM without this attribute either does so
    /// anyway or gives a counter that starts at zero; the boot block's clock is then off by that.</summary>
    private void ShareTimeStampCounter()
    {
        var offset = 0UL;
        Span<ulong> attribute = stackalloc ulong[3];
        attribute.Clear();
        // SAFETY: KVM reads the eight bytes of a local that lives until the call is over.
        attribute[2] = (ulong)&offset;
        _ = _vm.Calls.Call(_handle, KvmRequest.SetDeviceAttribute, MemoryMarshal.AsBytes(attribute));
    }

    private static Span<byte> AsBytes<T>(ref T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new Span<T>(ref value));

    private static int Check(int result, string call) => KvmVm.Check(result, call, Broken);
}
