using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Muk.Kernel.Machines;

namespace Muk.Kernel.Linux.Signals;

/// <summary>Linux's signal frame on x86-64 (<c>struct rt_sigframe</c>): builds it on the guest's stack and takes it apart again.</summary>
/// <remarks>From the stack pointer up: return address, ucontext, siginfo, then the extended state, 64-byte aligned and marked
/// as Linux marks it. All of it is the guest's to change before it returns, so everything read back is checked.</remarks>
internal sealed class SignalFrame
{
    private const int RedZoneBytes = 128;
    private const int ContextAt = 8;
    private const int ContextBytes = 304;
    private const int InfoAt = ContextAt + ContextBytes;
    private const int InfoBytes = SignalInfo.Bytes;
    private const int FrameBytes = InfoAt + InfoBytes;
    private const int StackAt = 16;
    private const int RegistersAt = 40;
    private const int SegmentsAt = RegistersAt + 144;
    private const int ErrorAt = RegistersAt + 152;
    private const int VectorAt = RegistersAt + 160;
    private const int FaultAddressAt = RegistersAt + 176;
    private const int ExtendedPointerAt = RegistersAt + 184;
    private const int MaskAt = RegistersAt + 256;
    private const int ExtendedAlign = 64;
    private const int SoftwareBytesAt = 464;
    private const int StateComponentsAt = 512;
    private const uint ExtendedMagic1 = 0x46505853;
    private const uint ExtendedMagic2 = 0x46505845;
    private const int ExtendedMagic2Bytes = 4;
    private const ulong ContextFlags = 7; // UC_FP_XSTATE, UC_SIGCONTEXT_SS, UC_STRICT_RESTORE_SS
    private const ulong UserSegments = 0x002b_0000_0000_0033; // CS and SS as 64-bit Linux has them

    // Flags a program may set for itself, and those that are always there for it: IF, IOPL 3 and the reserved one.
    private const ulong FlagsOwn = 0x240cd5;
    private const ulong FlagsAlways = 0x202;
    private const ulong FlagDirection = 0x400;
    private const ulong FlagTrap = 0x100;
    private const ulong FlagResume = 0x10000;
    private const ulong AddressEnd = 0x0000_8000_0000_0000;

    private readonly byte[] _frame = new byte[FrameBytes];
    private byte[] _extended = [];

    /// <summary>Builds the frame and sets the registers to enter the handler. False: the stack cannot hold it.</summary>
    public bool TryPush(IGuest guest, GuestRegisters registers, in SignalAction action, in SignalInfo info, SignalStack stack, ulong mask)
    {
        var onStack = (action.Flags & SignalAction.FlagOnStack) != 0 && (stack.Flags & SignalStack.Disabled) == 0
            && !stack.Holds(registers.Rsp);
        var top = onStack ? stack.At + stack.Bytes : registers.Rsp - RedZoneBytes;
        var extendedAt = 0ul;
        if (guest.ExtendedStateBytes > 0)
        {
            extendedAt = top = (top - (ulong)(guest.ExtendedStateBytes + ExtendedMagic2Bytes)) & ~(ExtendedAlign - 1ul);
            if (!TryPushExtended(guest, extendedAt))
            {
                return false;
            }
        }

        var at = ((top - FrameBytes) & ~15ul) - 8;
        Span<byte> frame = _frame;
        frame.Clear();
        Put(frame, 0, action.Restorer);
        var context = frame.Slice(ContextAt, ContextBytes);
        Put(context, 0, ContextFlags);
        MemoryMarshal.Write(context[StackAt..], in stack);
        WriteRegisters(context[RegistersAt..], registers);
        Put(context, SegmentsAt, UserSegments);
        Put(context, ErrorAt, info.Fault.ErrorCode);
        Put(context, VectorAt, info.Fault.Vector);
        Put(context, FaultAddressAt, info.Fault.Address);
        Put(context, ExtendedPointerAt, extendedAt);
        Put(context, MaskAt, mask);
        info.Write(frame.Slice(InfoAt, InfoBytes));
        if (!guest.Memory.TryWrite(new(at), frame))
        {
            return false;
        }

        registers.Rdi = (ulong)info.Number;
        registers.Rsi = at + InfoAt;
        registers.Rdx = at + ContextAt;
        registers.Rax = 0;
        registers.Rsp = at;
        registers.Rip = action.Handler;
        registers.Rflags &= ~(FlagDirection | FlagTrap | FlagResume);
        guest.Registers = registers;
        return true;
    }

    /// <summary>rt_sigreturn: the stack pointer is behind the frame's return address. False: the frame is nonsense.</summary>
    public bool TryPop(IGuest guest, out ulong mask, out SignalStack stack)
    {
        mask = 0;
        stack = default;
        var now = guest.Registers;
        Span<byte> context = _frame.AsSpan(0, ContextBytes);
        if (!guest.Memory.TryRead(new(now.Rsp), context))
        {
            return false;
        }

        var back = ReadRegisters(context[RegistersAt..]);
        back.Rflags = (back.Rflags & FlagsOwn) | (now.Rflags & ~FlagsOwn) | FlagsAlways;
        var extendedAt = Get(context, ExtendedPointerAt);
        if (back.Rip >= AddressEnd || (extendedAt != 0 && guest.ExtendedStateBytes > 0 && !TryPopExtended(guest, extendedAt)))
        {
            return false;
        }

        mask = Get(context, MaskAt);
        stack = MemoryMarshal.Read<SignalStack>(context[StackAt..]);
        guest.Registers = back;
        return true;
    }

    private bool TryPushExtended(IGuest guest, ulong at)
    {
        var bytes = guest.ExtendedStateBytes;
        var state = Extended(bytes + ExtendedMagic2Bytes);
        guest.SaveExtendedState(state[..bytes]);
        var software = state.Slice(SoftwareBytesAt, 48);
        software.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(software, ExtendedMagic1);
        BinaryPrimitives.WriteUInt32LittleEndian(software[4..], (uint)(bytes + ExtendedMagic2Bytes));
        Put(software, 8, Get(state, StateComponentsAt));
        BinaryPrimitives.WriteUInt32LittleEndian(software[16..], (uint)bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(state[bytes..], ExtendedMagic2);
        return guest.Memory.TryWrite(new(at), state);
    }

    private bool TryPopExtended(IGuest guest, ulong at)
    {
        var state = Extended(guest.ExtendedStateBytes);
        return at % ExtendedAlign == 0 && guest.Memory.TryRead(new(at), state) && guest.TryLoadExtendedState(state);
    }

    private Span<byte> Extended(int bytes)
    {
        if (_extended.Length < bytes)
        {
            _extended = new byte[bytes];
        }

        return _extended.AsSpan(0, bytes);
    }

    private static void WriteRegisters(Span<byte> into, in GuestRegisters r)
    {
        ReadOnlySpan<ulong> words =
        [
            r.R8, r.R9, r.R10, r.R11, r.R12, r.R13, r.R14, r.R15,
            r.Rdi, r.Rsi, r.Rbp, r.Rbx, r.Rdx, r.Rax, r.Rcx, r.Rsp, r.Rip, r.Rflags,
        ];
        MemoryMarshal.AsBytes(words).CopyTo(into);
    }

    private static GuestRegisters ReadRegisters(ReadOnlySpan<byte> from)
    {
        var w = MemoryMarshal.Cast<byte, ulong>(from[..144]);
        return new()
        {
            R8 = w[0], R9 = w[1], R10 = w[2], R11 = w[3], R12 = w[4], R13 = w[5], R14 = w[6], R15 = w[7],
            Rdi = w[8], Rsi = w[9], Rbp = w[10], Rbx = w[11], Rdx = w[12], Rax = w[13], Rcx = w[14], Rsp = w[15],
            Rip = w[16], Rflags = w[17],
        };
    }

    private static void Put(Span<byte> into, int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(into[at..], value);

    private static ulong Get(ReadOnlySpan<byte> from, int at) => BinaryPrimitives.ReadUInt64LittleEndian(from[at..]);
}
