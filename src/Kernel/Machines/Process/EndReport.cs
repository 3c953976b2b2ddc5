using System.Buffers.Binary;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Machines.Process;

/// <summary>Turns the end of a process into the end of a guest.</summary>
internal static class EndReport
{
    private const int FramesMax = 64;
    private const int KillSignal = 9;

    /// <param name="process">Ended, not yet buried.</param>
    /// <param name="memory">Its memory, readable when it stands in its exit.</param>
    /// <param name="stackBytes">The stack's limit.</param>
    public static GuestEnd Build(LaunchedProcess process, IGuestMemory memory, ulong stackBytes)
    {
        var end = process.End ?? throw new InvalidOperationException("the process is not over");
        var signal = end.TerminatingSignal;
        if (signal == 0)
        {
            return new GuestEnd.Exited(end.ExitStatus);
        }

        if (signal == KillSignal)
        {
            return OutOfMemoryKills.Count() > process.OutOfMemoryKillsBefore
                ? new GuestEnd.Killed(KillReason.OutOfMemory, "SIGKILL while the host was out of memory: give it more, or its MUKs less")
                : new GuestEnd.Killed(KillReason.Requested, "SIGKILL from outside Muk: somebody killed its process");
        }

        if (end.Registers is not { } registers)
        {
            var why = process.TraceError > 0 ? $"ptrace is refused here (errno {process.TraceError})" : "it was not traced";
            return new GuestEnd.Crashed(signal, $"{FaultText.Name(signal)}; {why}, so neither address nor registers are known",
                new GuestFault(default, -1, default, []));
        }

        var code = end.Signal?.Code ?? 0;
        var address = code > 0 ? end.Signal!.Value.Address : 0;
        Span<byte> instruction = stackalloc byte[15];
        var access = memory.TryRead(new(registers.Rip), instruction) ? InstructionAccess.Decode(instruction) : OperandAccess.Unknown;
        var deed = address == registers.Rip ? "jump to" : access switch
        {
            OperandAccess.Read => "read from",
            OperandAccess.Write => "write to",
            _ => "access to",
        };
        var reason = FaultText.Reason(signal, code, address, deed, ProcessMaps.RightsAt(process.Pid, address), stackBytes);
        var fault = new GuestFault(registers.ToGuest(), FaultText.Vector(signal, code), new(address),
            Frames(memory, registers.Rip, registers.Rbp));
        return new GuestEnd.Crashed(signal, reason, fault);
    }

    /// <summary>Follows the frame pointers, each of which must lie above the one before.</summary>
    private static List<GuestAddress> Frames(IGuestMemory memory, ulong instruction, ulong frame)
    {
        List<GuestAddress> frames = [new(instruction)];
        Span<byte> link = stackalloc byte[16];
        while (frames.Count < FramesMax && frame % 8 == 0 && frame != 0 && memory.TryRead(new(frame), link))
        {
            var next = BinaryPrimitives.ReadUInt64LittleEndian(link);
            var back = BinaryPrimitives.ReadUInt64LittleEndian(link[8..]);
            if (back == 0)
            {
                break;
            }

            frames.Add(new(back));
            if (next <= frame)
            {
                break;
            }

            frame = next;
        }

        return frames;
    }
}
