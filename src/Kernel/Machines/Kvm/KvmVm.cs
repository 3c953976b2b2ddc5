using System.Runtime.InteropServices;
using Muk.Channel.Interop;
using Muk.Kernel.Interop.Kvm;

namespace Muk.Kernel.Machines.Kvm;

/// <summary>A virtual machine of the host's, without memory or processors yet. Owner: the thread that made it.</summary>
internal sealed class KvmVm : IDisposable
{
    private const int ApiVersion = 12;
    private const string Update = "update the host's kernel, or use --machine process";

    private static readonly (KvmCapability Capability, string Name)[] _required =
    [
        (KvmCapability.UserMemory, "KVM_CAP_USER_MEMORY"),
        (KvmCapability.ExtendedCpuid, "KVM_CAP_EXT_CPUID"),
        (KvmCapability.SynchronousMmu, "KVM_CAP_SYNC_MMU"),
        (KvmCapability.ExtendedState, "KVM_CAP_XSAVE"),
        (KvmCapability.ExtendedControl, "KVM_CAP_XCRS"),
        (KvmCapability.ReadOnlyMemory, "KVM_CAP_READONLY_MEM"),
        (KvmCapability.ImmediateExit, "KVM_CAP_IMMEDIATE_EXIT"),
    ];

    private readonly int _device = -1;
    private readonly int _vm = -1;
    private uint _slots;

    /// <exception cref="HostException">There is no usable KVM here.</exception>
    public KvmVm(IKvmDevice calls, StepClock clock)
    {
        Calls = calls;
        try
        {
            _device = Check(calls.Open(), $"open({calls.Name})", "load the kvm module, be in group kvm, or use --machine process");
            var version = Check(calls.Call(_device, KvmRequest.GetApiVersion, 0), "KVM_GET_API_VERSION", Update);
            if (version != ApiVersion)
            {
                throw new HostException($"KVM_GET_API_VERSION (it is {version}, not {ApiVersion})", 95, Update);
            }

            foreach (var (capability, name) in _required)
            {
                CheckCapability(calls.Call(_device, KvmRequest.CheckExtension, (nint)capability), 1, name);
            }

            const int RegistersSpecialEvents = 7;
            CheckCapability(
                calls.Call(_device, KvmRequest.CheckExtension, (nint)KvmCapability.SynchronousRegisters), RegistersSpecialEvents,
                    "KVM_CAP_SYNC_REGS");
            clock.Done("open /dev/kvm");
            _vm = Check(calls.Call(_device, KvmRequest.CreateVm, 0), "KVM_CREATE_VM",
                "another hypervisor may own the processor: dmesg says why");
            clock.Done("create VM");
        }
        catch (HostException)
        {
            Dispose();
            throw;
        }
    }

    public IKvmDevice Calls { get; }

    public int Device => _device;

    public int Handle => _vm;

    /// <summary>Adds memory to the guest's physical address space.</summary>
    /// <returns>The slot, for <see cref="RemoveSlot"/>.</returns>
    public uint AddSlot(ulong physical, ulong bytes, nint host, SlotRights rights)
    {
        var slot = _slots++;
        SetSlot(new KvmMemoryRegion
        {
            Slot = slot,
            Flags = rights == SlotRights.ReadOnly ? 2u : 0,
            GuestPhysical = physical,
            Bytes = bytes,
            HostAddress = (ulong)host,
        });
        return slot;
    }

    /// <summary>Takes the slot that was added last out again; KVM drops all it has derived from the page tables.</summary>
    public void RemoveSlot(uint slot)
    {
        SetSlot(new KvmMemoryRegion { Slot = slot });
        _slots = slot;
    }

    public void Dispose()
    {
        foreach (var descriptor in (ReadOnlySpan<int>)[_vm, _device])
        {
            if (descriptor >= 0)
            {
                Calls.Close(descriptor);
            }
        }
    }

    /// <summary>The result, or an exception for a negative errno.</summary>
    public static int Check(int result, string call, string advice) =>
        result >= 0 ? result : throw new HostException(call, -result, advice);

    private static void CheckCapability(int result, int wanted, string name)
    {
        if (result < 0 || (result & wanted) != wanted)
        {
            throw new HostException($"KVM_CHECK_EXTENSION({name})", result < 0 ? -result : 95, Update);
        }
    }

    private void SetSlot(KvmMemoryRegion region)
    {
        var bytes = MemoryMarshal.AsBytes(new Span<KvmMemoryRegion>(ref region));
        Check(Calls.Call(_vm, KvmRequest.SetUserMemoryRegion, bytes), "KVM_SET_USER_MEMORY_REGION", "the host may be short of memory");
    }
}

/// <summary>What the guest may do with a slot, whatever its page tables or its ring say.</summary>
internal enum SlotRights
{
    ReadOnly,
    ReadWrite,
}
