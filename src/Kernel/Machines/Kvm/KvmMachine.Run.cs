using System.Globalization;
using Muk.Kernel.Interop.Kvm;
using Muk.Kernel.Linux;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Machines.Kvm;

/// <summary>The loop around the guest. Nothing here is allocated as long as the guest goes on.</summary>
public sealed partial class KvmMachine
{
    private const int InterruptedCall = 4;
    private const int TryAgain = 11;
    private const int SegmentationFault = 11;
    private const int GeneralProtection = 13;
    private const int PageFaultVector = 14;
    private const ulong LowerHalfEnd = 0x8000_0000_0000;

    private volatile bool _kickedEarly;

    /// <summary>It was interrupted between two of its instructions' halves; to be looked after at the next exit.</summary>
    private bool _interruptedWithin;
    private bool _loaded;

    public GuestEnd Run(ISystemCalls calls)
    {
        ArgumentNullException.ThrowIfNull(calls);
        if (!_loaded)
        {
            throw new InvalidOperationException("nothing is loaded");
        }

        _loaded = false;
        _isUsed = true;
        EnterThread();
        try
        {
            while (true)
            {
                var end = Step(calls);
                if (end is not null)
                {
                    return end;
                }
            }
        }
        finally
        {
            _thread = 0;
            _guest.CancelInterrupt();
        }
    }

    /// <summary>Runs the guest up to one exit and serves that.</summary>
    private GuestEnd? Step(ISystemCalls calls)
    {
        var result = _vcpu.Run();
        _exits++;
        if (result < 0)
        {
            return result is -InterruptedCall or -TryAgain ? Interrupted(calls) : Fail($"KVM_RUN failed with errno {-result}");
        }

        if (_vcpu.Exit != KvmExit.Io)
        {
            return Unexpected();
        }

        var instruction = _vcpu.Registers.Rip;
        var vector = Traps.Vector(instruction, _vcpu.Port);
        var end = Traps.IsCall(instruction, _vcpu.Port) ? Call(calls)
            : vector >= 0 ? Exception(calls, vector)
            : PortOfItsOwn(calls);
        return end is null && _interruptedWithin ? LookUp(calls) : end;
    }

    private void EnterThread()
    {
        var thread = KickSignal.ThreadId();
        if (_maskedThread != thread)
        {
            _vcpu.SetSignalMask(KickSignal.BlockHere());
            _maskedThread = thread;
            _guest.Timer?.Dispose();
            _guest.Timer = new ThreadTimer(thread);
        }

        _interruptedWithin = false;
        _thread = thread;
        if (_kickedEarly)
        {
            _kickedEarly = false;
            KickSignal.Send(thread);
        }
    }

    private GuestEnd? Interrupted(ISystemCalls calls)
    {
        _interrupts++;
        if (!KickSignal.Take())
        {
            return null;
        }

        // Within the machine's own stubs, or on its way there, a guest is between two of its instructions: its registers are not
        // a thread's that could be put aside or sent elsewhere.
        _interruptedWithin = Traps.Within(_vcpu.Registers.Rip) || _vcpu.ExceptionOnItsWay();
        return _interruptedWithin ? null : LookUp(calls);
    }

    private GuestEnd? LookUp(ISystemCalls calls)
    {
        _guest.InterruptDone();
        _interruptedWithin = false;
        var end = calls.Interrupted();
        return end is null && _vcpu.Registers.Rip >= LowerHalfEnd ? JumpedNowhere(calls) : end;
    }

    private GuestEnd? Call(ISystemCalls calls)
    {
        _systemCalls++;
        ref var registers = ref _vcpu.Registers;
        var call = new SystemCall(
            (long)registers.Rax, registers.Rdi, registers.Rsi, registers.Rdx, registers.R10, registers.R8, registers.R9);
        registers.Rip = registers.Rcx;
        registers.Rflags = Flags.Sanitize(registers.R11);
        _vcpu.SetUserSegments();
        _vcpu.MarkDirty(KvmSync.Registers);
        var result = calls.Invoke(in call, _guest);
        if (result.Outcome == SystemCallOutcome.End)
        {
            return result.End;
        }

        if (result.Outcome == SystemCallOutcome.Return)
        {
            _vcpu.Registers.Rax = (ulong)result.Value;
        }

        return _vcpu.Registers.Rip < LowerHalfEnd ? null : JumpedNowhere(calls);
    }

    /// <summary>An instruction pointer that the processor refuses to be entered with: what Linux makes of it too.</summary>
    private GuestEnd? JumpedNowhere(ISystemCalls calls)
    {
        _guest.FaultCode = 0;
        var end = Deliver(calls, SegmentationFault, GeneralProtection, 0, $"jump to 0x{_vcpu.Registers.Rip:x}: no such address");
        return end ?? (_vcpu.Registers.Rip < LowerHalfEnd ? null : Fail("the guest's signal handler is at no address"));
    }

    private GuestEnd? Exception(ISystemCalls calls, int vector)
    {
        _faults++;
        var frame = _memory.Bytes(PhysicalLayout.TrapStack + PhysicalLayout.Page - TrapFrame.Bytes, TrapFrame.Bytes);
        var trap = TrapFrame.Read(frame, vector);
        _guest.FaultCode = trap.ErrorCode;
        ref var registers = ref _vcpu.Registers;
        registers.Rip = trap.InstructionPointer;
        registers.Rsp = trap.StackPointer;
        registers.Rflags = Flags.Sanitize(trap.Flags);
        _vcpu.SetUserSegments();
        _vcpu.MarkDirty(KvmSync.Registers);
        return vector == PageFaultVector
            ? PageFault(calls, _vcpu.Special.Cr2, trap.Access)
            : Deliver(calls, ExceptionVectors.Signal(vector), vector, 0, ExceptionVectors.Describe(vector, registers.Rip));
    }

    private GuestEnd? PageFault(ISystemCalls calls, ulong address, MemoryAccess access)
    {
        switch (_space.Fault(address, access))
        {
            case FaultOutcome.Cured:
                return null;
            case FaultOutcome.OutOfMemory:
                var (committed, limit) = _space.Usage;
                return new GuestEnd.Killed(KillReason.OutOfMemory, string.Create(CultureInfo.InvariantCulture,
                    $"out of memory: {committed >> 10} KiB of its limit of {limit >> 10} KiB are in use and 0x{address:x} needs more"),
                        Where(PageFaultVector, address));
            default:
                return Deliver(calls, SegmentationFault, PageFaultVector, address, _space.Explain(address, access));
        }
    }

    private GuestEnd? Deliver(ISystemCalls calls, int signal, int vector, ulong address, string reason)
    {
        var result = calls.Fault(signal, vector, new GuestAddress(address), reason, _guest);
        return result.Outcome switch
        {
            SystemCallOutcome.End => result.End,
            SystemCallOutcome.Resume => null,
            _ => throw new InvalidOperationException("a fault has no value to return"),
        };
    }

    /// <summary>An `in` or `out` of the guest's own: IOPL lets it, nothing is there.</summary>
    private GuestEnd? PortOfItsOwn(ISystemCalls calls)
    {
        _unsettled = true;
        _faults++;
        _vcpu.SetUserSegments();
        _guest.FaultCode = 0;
        var deed = _vcpu.IsOut ? "out" : "in";
        return Deliver(calls, SegmentationFault, GeneralProtection, 0,
            $"privileged instruction near 0x{_vcpu.Registers.Rip:x}: `{deed}` on port 0x{_vcpu.Port:x}, and a MUK has no ports");
    }

    private GuestEnd Unexpected()
    {
        _unsettled = true;
        switch (_vcpu.Exit)
        {
            case KvmExit.Shutdown:
                _shutDown = true;
                return new GuestEnd.Crashed(SegmentationFault, "the processor shut down (a triple fault)", Where(8, 0));
            case KvmExit.Halt:
                return Fail("the guest halted the processor");
            case KvmExit.Mmio:
                return Fail($"the guest reached physical memory it was not given (0x{_vcpu.Detail:x})");
            case KvmExit.FailEntry:
                _shutDown = true;
                return Fail($"the processor refused to enter the guest (reason 0x{_vcpu.Detail:x})");
            case KvmExit.InternalError:
                return Fail($"KVM gave up (suberror {(uint)_vcpu.Detail}) near 0x{_vcpu.Registers.Rip:x}");
            default:
                return Fail($"KVM came back with exit {(uint)_vcpu.Exit}, which nobody understands here");
        }
    }

    private GuestEnd.Killed Fail(string reason) => new(KillReason.MachineFailed, reason, Where(-1, 0));

    private GuestFault Where(int vector, ulong address) =>
        new(_vcpu.Registers, vector, new GuestAddress(address), FrameWalker.Walk(_vcpu.Registers, _space));
}
