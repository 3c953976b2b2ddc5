namespace Muk.Kernel.Machines.Process;

/// <summary>How an instruction touches the memory it names.</summary>
public enum OperandAccess
{
    /// <summary>Not one of the instructions known here.</summary>
    Unknown,

    Read,
    Write,
}

/// <summary>Tells from an instruction's bytes whether it reads or writes its memory operand. Pure.</summary>
/// <remarks>Linux tells a tracer where a fault was, not which way; the processor's error code stays in the kernel. So this
/// looks at the opcode, for those that compilers emit (Intel SDM volume 2, appendix A). It serves a message only:
/// "access" is the answer where it does not know.</remarks>
public static class InstructionAccess
{
    // Two-byte opcodes (0F xx) whose memory operand is the destination: moves, setcc, bit sets, exchanges, stores.
    private static ReadOnlySpan<byte> StoresOfTwoBytes =>
    [
        0x11, 0x13, 0x17, 0x29, 0x2b, 0x7e, 0x7f, 0xd6, 0xe7, 0xa4, 0xa5, 0xab, 0xac, 0xad, 0xb0, 0xb1, 0xb3, 0xbb, 0xc0,
        0xc1, 0xc3, 0xc7,
    ];

    /// <param name="code">The bytes at the instruction pointer, up to 15.</param>
    public static OperandAccess Decode(ReadOnlySpan<byte> code)
    {
        var at = 0;
        var single = false;
        while (at < code.Length && code[at] is 0x66 or 0x67 or 0xf0 or 0xf2 or 0xf3 or 0x2e or 0x36 or 0x3e or 0x26 or 0x64 or 0x65)
        {
            single |= code[at] == 0xf3;
            at++;
        }

        if (at < code.Length && (code[at] & 0xf0) == 0x40)
        {
            at++;   // REX
        }

        if (at >= code.Length || (at + 1 == code.Length && code[at] is 0x0f or 0xc4 or 0xc5 or 0x62))
        {
            return OperandAccess.Unknown;
        }

        var second = at + 1 < code.Length ? code[at + 1] : 0;
        return code[at] switch
        {
            0x0f => TwoBytes(code[at + 1], at + 2 < code.Length ? code[at + 2] : (byte)0, single),
            0xc5 => at + 2 < code.Length ? Vector(code[at + 2], code[at + 1] & 3) : OperandAccess.Unknown,
            0xc4 => at + 3 < code.Length && (code[at + 1] & 0x1f) == 1 ? Vector(code[at + 3], code[at + 2] & 3) : OperandAccess.Unknown,
            0x62 => at + 4 < code.Length && (code[at + 1] & 7) == 1 ? Vector(code[at + 4], code[at + 2] & 3) : OperandAccess.Unknown,
            _ => OneByte(code[at], (second >> 3) & 7),
        };
    }

    private static OperandAccess OneByte(byte opcode, int extension) => opcode switch
    {
        0x38 or 0x39 or 0x3a or 0x3b => OperandAccess.Read,                          // cmp
        < 0x40 when (opcode & 7) is 0 or 1 => OperandAccess.Write,                   // op to memory
        < 0x40 when (opcode & 7) is 2 or 3 => OperandAccess.Read,
        >= 0x50 and <= 0x57 or 0x68 or 0x6a or 0xe8 => OperandAccess.Write,          // push, call: the stack
        >= 0x58 and <= 0x5f or 0xc3 or 0xc9 => OperandAccess.Read,                   // pop, ret, leave
        0x80 or 0x81 or 0x83 => extension == 7 ? OperandAccess.Read : OperandAccess.Write,
        0x84 or 0x85 or 0x8a or 0x8b or 0x63 or 0x69 or 0x6b => OperandAccess.Read,
        0x86 or 0x87 or 0x88 or 0x89 or 0xc6 or 0xc7 => OperandAccess.Write,
        0xa4 or 0xa5 or 0xaa or 0xab => OperandAccess.Write,                         // movs, stos
        0xa6 or 0xa7 or 0xac or 0xad or 0xae or 0xaf => OperandAccess.Read,          // cmps, lods, scas
        0xc0 or 0xc1 or >= 0xd0 and <= 0xd3 => OperandAccess.Write,                  // shifts
        0xf6 or 0xf7 => extension is 2 or 3 ? OperandAccess.Write : OperandAccess.Read,
        0xfe => OperandAccess.Write,
        0xff => extension is 0 or 1 ? OperandAccess.Write : OperandAccess.Read,
        >= 0xd8 and <= 0xdf => extension is 2 or 3 && (opcode & 1) == 1 ? OperandAccess.Write : OperandAccess.Unknown,   // x87
        _ => OperandAccess.Unknown,
    };

    private static OperandAccess TwoBytes(byte opcode, byte modrm, bool single) => opcode switch
    {
        0x7e when single => OperandAccess.Read,                                      // movq xmm, m64
        >= 0x90 and <= 0x9f => OperandAccess.Write,                                  // setcc
        0xba => ((modrm >> 3) & 7) == 4 ? OperandAccess.Read : OperandAccess.Write,   // bt / bts, btr, btc
        0xae => ((modrm >> 3) & 7) is 0 or 3 or 4 or 6 ? OperandAccess.Write : OperandAccess.Read,   // fxsave, stmxcsr, xsave
        0x05 or 0x0b or 0xa2 or 0x38 or 0x3a => OperandAccess.Unknown,
        _ => StoresOfTwoBytes.Contains(opcode) ? OperandAccess.Write : OperandAccess.Read,
    };

    /// <param name="prefix">The implied prefix of VEX and EVEX: 2 is F3.</param>
    private static OperandAccess Vector(byte opcode, int prefix) => opcode switch
    {
        0x7e when prefix == 2 => OperandAccess.Read,
        0x11 or 0x13 or 0x17 or 0x29 or 0x2b or 0x7e or 0x7f or 0xd6 or 0xe7 => OperandAccess.Write,
        0x77 => OperandAccess.Unknown,
        _ => OperandAccess.Read,
    };
}
