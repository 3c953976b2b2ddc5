using System.Runtime.CompilerServices;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Crashes.Unwinding;

/// <summary>Interprets call frame instructions (DWARF 5, 6.4.2) up to an instruction. Expressions and what x86-64 compilers do not
/// write for ordinary code are not understood: unwinding ends there.</summary>
internal struct FrameRules
{
    private const int InstructionsMax = 4096;

    private Row _row;
    private Row _first;
    private Row _remembered;
    private ulong _at;

    [InlineArray(Registers.Count)]
    private struct Offsets
    {
        private long _first;
    }

    /// <summary>Where the frame begins, and where in it the caller's registers are.</summary>
    private struct Row
    {
        public ulong BaseRegister;
        public long BaseOffset;
        public uint Saved;
        public Offsets At;
    }

    /// <summary>Turns the registers of a frame into its caller's; false where the rules or the stack do not say them.</summary>
    public static bool TryStep(IGuestMemory memory, in FrameEntry entry, ulong instruction, ref Registers registers)
    {
        var rules = new FrameRules { _at = entry.Start };
        if (!rules.Run(entry, entry.Common.Span, instruction))
        {
            return false;
        }

        rules._first = rules._row;
        return rules.Run(entry, entry.Rules.Span, instruction) && rules.Apply(memory, ref registers);
    }

    private readonly bool Apply(IGuestMemory memory, ref Registers registers)
    {
        if (_row.BaseRegister >= Registers.ReturnAddress)
        {
            return false;
        }

        Span<byte> word = stackalloc byte[8];
        var before = registers;
        var frame = before[(int)_row.BaseRegister] + (ulong)_row.BaseOffset;
        for (var i = 0; i < Registers.Count; i++)
        {
            if ((_row.Saved & (1u << i)) != 0)
            {
                if (!memory.TryRead(new(frame + (ulong)_row.At[i]), word))
                {
                    return false;
                }

                registers[i] = BitConverter.ToUInt64(word);
            }
        }

        // A caller's frame lies above: so a broken stack leads nowhere twice.
        registers[Registers.Rsp] = frame;
        return frame > before[Registers.Rsp] && (_row.Saved & (1u << Registers.ReturnAddress)) != 0;
    }

    private bool Run(in FrameEntry entry, ReadOnlySpan<byte> code, ulong instruction)
    {
        var reader = new DwarfBytes(code);
        for (var i = 0; i < InstructionsMax && !reader.AtEnd && _at <= instruction; i++)
        {
            var operation = reader.Byte();
            var low = (ulong)(operation & 0x3f);
            var known = (operation >> 6) switch
            {
                1 => Advance(low * entry.CodeStep, instruction),
                2 => Save(low, (long)reader.Unsigned() * entry.DataStep),
                3 => Restore(low),
                _ => More(operation, ref reader, entry, instruction),
            };
            if (!known || reader.Failed)
            {
                return !reader.Failed && _at > instruction;
            }
        }

        return true;
    }

    private bool More(byte operation, ref DwarfBytes reader, in FrameEntry entry, ulong instruction)
    {
        switch (operation)
        {
            case 0x00: // nop
                return true;
            case 0x02 or 0x03 or 0x04: // advance_loc1, 2, 4
                return Advance(reader.Fixed(1 << (operation - 2)) * entry.CodeStep, instruction);
            case 0x05: // offset_extended
                return Save(reader.Unsigned(), (long)reader.Unsigned() * entry.DataStep);
            case 0x11: // offset_extended_sf
                return Save(reader.Unsigned(), reader.Signed() * entry.DataStep);
            case 0x06 or 0x08: // restore_extended, same_value
                return Restore(reader.Unsigned());
            case 0x0a: // remember_state
                _remembered = _row;
                return true;
            case 0x0b: // restore_state
                _row = _remembered;
                return true;
            case 0x0c or 0x12: // def_cfa, def_cfa_sf
                _row.BaseRegister = reader.Unsigned();
                _row.BaseOffset = operation == 0x0c ? (long)reader.Unsigned() : reader.Signed() * entry.DataStep;
                return true;
            case 0x0d: // def_cfa_register
                _row.BaseRegister = reader.Unsigned();
                return true;
            case 0x0e or 0x13: // def_cfa_offset, def_cfa_offset_sf
                _row.BaseOffset = operation == 0x0e ? (long)reader.Unsigned() : reader.Signed() * entry.DataStep;
                return true;
            case 0x2e: // GNU_args_size
                reader.Unsigned();
                return true;
            default:
                return false;
        }
    }

    private bool Advance(ulong bytes, ulong instruction)
    {
        _at += bytes;
        return _at <= instruction;
    }

    private bool Save(ulong register, long offset)
    {
        if (register >= Registers.Count)
        {
            return true; // A vector register: no caller is found by it.
        }

        _row.At[(int)register] = offset;
        _row.Saved |= 1u << (int)register;
        return true;
    }

    private bool Restore(ulong register)
    {
        if (register < Registers.Count)
        {
            var bit = 1u << (int)register;
            _row.Saved = (_row.Saved & ~bit) | (_first.Saved & bit);
            _row.At[(int)register] = _first.At[(int)register];
        }

        return true;
    }
}
