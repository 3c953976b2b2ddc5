using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Muk.Build.Tasks.Describing.CSharp;

/// <summary>One instruction of a method's body.</summary>
/// <param name="Offset">In bytes from the start of the body.</param>
/// <param name="Code">What it does.</param>
/// <param name="Operand">Its operand as a number: a token, a constant, a branch's distance; 0 for none.</param>
public readonly record struct Instruction(int Offset, OpCode Code, long Operand);

/// <summary>Reads method bodies instruction by instruction (ECMA-335, III).</summary>
public static class IlReader
{
    private const int TwoByteLead = 0xfe;

    private static readonly Dictionary<int, OpCode> ByValue = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (int)(ushort)code.Value);

    /// <summary>The instructions in order, up to the first that is none.</summary>
    public static IEnumerable<Instruction> Read(byte[] body)
    {
        var at = 0;
        while (at < body.Length)
        {
            var offset = at;
            int value = body[at++];
            value = value == TwoByteLead && at < body.Length ? (TwoByteLead << 8) | body[at++] : value;
            if (!ByValue.TryGetValue(value, out var code))
            {
                yield break;
            }

            var bytes = OperandBytes(code.OperandType, body, at);
            if (at + bytes > body.Length)
            {
                yield break;
            }

            yield return new(offset, code, Operand(code.OperandType, body, at));
            at += bytes;
        }
    }

    private static int OperandBytes(OperandType type, byte[] body, int at) => type switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => at + 4 <= body.Length ? 4 + (4 * BitConverter.ToInt32(body, at)) : 4,
        _ => 4,
    };

    private static long Operand(OperandType type, byte[] body, int at) => type switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI => (sbyte)body[at],
        OperandType.ShortInlineVar => body[at],
        OperandType.InlineVar => BitConverter.ToUInt16(body, at),
        OperandType.InlineI8 or OperandType.InlineR => BitConverter.ToInt64(body, at),
        _ => BitConverter.ToInt32(body, at),
    };

    /// <summary>The constant that an instruction pushes: a <see cref="string"/> or a <see cref="long"/>; null for none.</summary>
    public static object? Constant(Instruction instruction, MetadataReader metadata)
    {
        var code = instruction.Code;
        if (code == OpCodes.Ldstr)
        {
            return metadata.GetUserString((UserStringHandle)MetadataTokens.Handle((int)instruction.Operand));
        }

        if (code == OpCodes.Ldc_I4 || code == OpCodes.Ldc_I4_S || code == OpCodes.Ldc_I8)
        {
            return instruction.Operand;
        }

        // ldc.i4.m1 is followed by ldc.i4.0 to ldc.i4.8.
        var small = code.Value - OpCodes.Ldc_I4_0.Value;
        return small is >= -1 and <= 8 ? (long)small : null;
    }
}
