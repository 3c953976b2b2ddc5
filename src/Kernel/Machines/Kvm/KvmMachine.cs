using Muk.Abi;
using Muk.Channel.Interop;
using Muk.Kernel.Control;
using Muk.Kernel.Interop.Kvm;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Machines.Kvm;

/// <summary>A VM with one virtual processor whose guest runs in ring 3 only.</summary>
/// <remarks>
/// <para>The kernel owns the page tables and everything a guest in ring 0 could use; the guest never gets there but for the one instruction
/// of a stub that leaves it. A system call is one <c>KVM_RUN</c>: registers travel in the vCPU's shared page.</para>
/// <para>Threads: all members belong to one thread, the one that calls <see cref="Run"/>, except <see cref="Kick"/>.</para>
/// </remarks>
public sealed partial class KvmMachine : IMachine
{
    private readonly KvmVm _vm;
    private readonly PhysicalMemory _memory;
    private readonly AddressSpace _space;
    private readonly Vcpu _vcpu;
    private readonly KvmGuest _guest;
    private readonly GuestLoader _loader;
    private readonly TimePage _time;
    private readonly StepClock _clock = new();
    private readonly IReadOnlyList<StartStep> _creation;

    /// <summary>The thread inside <see cref="Run"/>, 0 for none.</summary>
    private volatile int _thread;
    private int _maskedThread;
    private ulong _exits, _systemCalls, _faults, _interrupts;
    private bool _unsettled;
    private bool _shutDown;
    private bool _isFirstLoad;
    private bool _hasLoaded;
    private bool _isUsed;

    /// <summary>Makes the VM, its memory and its processor.</summary>
    /// <exception cref="HostException">The host has no KVM that can do this; the message says what is missing.</exception>
    public KvmMachine(KvmOptions options, IKvmDevice? device = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MemoryBytesMax, PhysicalLayout.FirstSlotEnd);
        _clock.Begin();
        var first = HostReading.Now();
        var vm = new KvmVm(device ?? new LinuxKvmDevice(), _clock);
        PhysicalMemory? memory = null;
        try
        {
            var bytesMax = ((options.MemoryBytesMax + PhysicalLayout.FirstSlotEnd) & ~0x1fffffUL) + PhysicalLayout.FirstSlotEnd;
            memory = new PhysicalMemory(vm, options.MemoryPath, bytesMax, _clock);
            Traps.CallStub.CopyTo(memory.Bytes(PhysicalLayout.Stub, (int)PhysicalLayout.Page));
            Traps.WriteCode(memory.Bytes(PhysicalLayout.TrapCode, (int)PhysicalLayout.Page));
            Traps.WriteDescriptors(memory.Bytes(PhysicalLayout.Descriptors, (int)PhysicalLayout.Page));
            TimePage.Code().CopyTo(memory.Bytes(PhysicalLayout.Vdso, (int)PhysicalLayout.Page));
            var tables = new PageTables(memory.Base, PhysicalLayout.TablesStart, PhysicalLayout.TablesEnd, memory);
            var frames = new FrameAllocator(
                (long)(PhysicalLayout.Frames / PhysicalLayout.Page), (long)((bytesMax - PhysicalLayout.Frames) / PhysicalLayout.Page));
            _space = new AddressSpace(memory, tables, frames);
            _clock.Done("page tables");
            var cpuid = CpuidTable.Read(vm.Calls, vm.Device, options.CpuidCachePath);
            _clock.Done("cpuid");
            _vcpu = new Vcpu(vm, cpuid, tables.Root, _clock);
            _time = new TimePage(memory.Base + (nint)PhysicalLayout.Time, first);
            _loader = new GuestLoader(memory, _space, tables, _clock);
        }
        catch (HostException)
        {
            memory?.Dispose();
            vm.Dispose();
            throw;
        }

        (_vm, _memory) = (vm, memory);
        _guest = new KvmGuest(_vcpu, _space);
        _creation = [.. _clock.Steps];
    }

    public MachineKind Kind => MachineKind.Kvm;

    TimePage? IMachine.Time => _time;

    public IGuestMemory Memory => _space;

    public MachineCounters Counters => new(_exits, _systemCalls, _faults, _interrupts, _space.Usage.Committed, _space.CommittedMax);

    /// <summary>How often a ring has been mapped, which takes longer than all else of a start together.</summary>
    public int RingsMapped => _memory.Rings.Mapped;

    public IReadOnlyList<StartStep> StartSteps => _isFirstLoad ? [.. _creation, .. _clock.Steps] : _clock.Steps;

    public void Load(GuestPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        // A load that throws half way leaves nothing to run.
        _loaded = false;
        _clock.Begin();
        (_isFirstLoad, _hasLoaded) = (!_hasLoaded, true);
        ResetProcessor();
        _time.Update();
        var stackPointer = _loader.Load(plan);
        _vcpu.Begin(GuestLayout.ImageAddress + plan.Image.Entry, stackPointer, Flags.Initial);
        _clock.Done("registers");
        (_exits, _systemCalls, _faults, _interrupts) = (0, 0, 0, 0);
        _loaded = true;
    }

    /// <summary>Does now what the next <see cref="Load"/> of the same image would have to do: nothing of the guest's is left, neither
    /// in its memory nor in the processor.</summary>
    public void Clear()
    {
        _loaded = false;
        ResetProcessor();
        _loader.Clear();
    }

    public void Kick()
    {
        var thread = _thread;
        if (thread != 0)
        {
            KickSignal.Send(thread);
        }
        else
        {
            _kickedEarly = true;
        }
    }

    /// <summary>Takes out of the processor what the last guest has left there; nothing where that has been done.</summary>
    private void ResetProcessor()
    {
        if (_shutDown)
        {
            _vcpu.Initialize();
        }

        if (_unsettled || _shutDown)
        {
            _vcpu.Settle();
            (_unsettled, _shutDown) = (false, false);
        }

        if (_isUsed)
        {
            _vcpu.ClearExtendedState();
            _isUsed = false;
        }
    }

    public void Abandon() => _memory.RemoveFile();

    public void Dispose()
    {
        _time.Close();
        _guest.Timer?.Dispose();
        _vcpu.Dispose();
        _vm.Dispose();
        _memory.Dispose();
    }
}
