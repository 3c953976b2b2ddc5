using System.Buffers.Binary;
using Muk.Kernel.Machines.Process.Seccomp;

namespace Muk.Tests.Kernel.Processes;

/// <summary>Runs a classic BPF program over a packet, by the rules of the kernel's networking/filter document.</summary>
internal static class BpfInterpreter
{
    public static uint Run(BpfInstruction[] program, ReadOnlySpan<byte> packet)
    {
        uint a = 0;
        for (var at = 0; at < program.Length; at++)
        {
            var i = program[at];
            switch (i.Code)
            {
                case 0x20: a = BinaryPrimitives.ReadUInt32LittleEndian(packet[(int)i.K..]); break;
                case 0x54: a &= i.K; break;
                case 0x05: at += (int)i.K; break;
                case 0x15: at += a == i.K ? i.IfTrue : i.IfFalse; break;
                case 0x35: at += a >= i.K ? i.IfTrue : i.IfFalse; break;
                case 0x06: return i.K;
                default: throw new InvalidOperationException($"code {i.Code:x}");
            }
        }

        throw new InvalidOperationException("the program ran past its end");
    }

    /// <summary>The verdict on one system call.</summary>
    public static uint Verdict(
        BpfInstruction[] program, uint number, ulong[] arguments, uint architecture = SeccompData.X64, ulong instruction = 0x500000000000)
    {
        var packet = new byte[SeccompData.Bytes];
        BinaryPrimitives.WriteUInt32LittleEndian(packet, number);
        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(4), architecture);
        BinaryPrimitives.WriteUInt64LittleEndian(packet.AsSpan(8), instruction);
        for (var i = 0; i < arguments.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(packet.AsSpan(16 + (8 * i)), arguments[i]);
        }

        return Run(program, packet);
    }
}
