using System.Diagnostics;
using Muk.Abi;

namespace Muk.Kernel.Control;

/// <summary>The events' part of <see cref="ControlCodec"/>.</summary>
internal static class EventCodec
{
    private const byte ReadyTag = 1;
    private const byte StartedTag = 2;
    private const byte EndedTag = 3;
    private const byte LogTag = 4;

    public static void Write(Event message, ref ControlWriter writer)
    {
        switch (message)
        {
            case Event.Ready ready:
                writer.Byte(ReadyTag);
                writer.U32((uint)ready.Pid);
                writer.U32((uint)ready.Machine);
                writer.U32((uint)ready.Core);
                writer.Text(ready.Facts);
                break;
            case Event.Started started:
                writer.Byte(StartedTag);
                writer.U64(started.Run);
                writer.Count(started.Steps.Count, ControlLimits.StepsMax, "steps");
                foreach (var step in started.Steps)
                {
                    writer.Text(step.Name);
                    writer.U64(step.Nanoseconds);
                }

                break;
            case Event.Ended ended:
                writer.Byte(EndedTag);
                WriteEnded(ended, ref writer);
                break;
            case Event.Log log:
                writer.Byte(LogTag);
                writer.U64(log.Run);
                writer.Text(log.Text);
                break;
            default:
                throw new UnreachableException(message.GetType().Name);
        }
    }

    public static Event Read(ref ControlReader reader) => reader.Byte() switch
    {
        ReadyTag => new Event.Ready(
            (int)reader.U32(), (MachineKind)reader.Choice(1, 2, "machine"), (int)reader.U32(), reader.Text()),
        StartedTag => ReadStarted(ref reader),
        EndedTag => ReadEnded(ref reader),
        LogTag => new Event.Log(reader.U64(), reader.Text()),
        var other => throw new ControlFormatException($"{other} is no kind of event"),
    };

    private static Event.Started ReadStarted(ref ControlReader reader)
    {
        var run = reader.U64();
        var steps = new StartStep[reader.Count(ControlLimits.StepsMax, 12, "steps")];
        for (var i = 0; i < steps.Length; i++)
        {
            steps[i] = new(reader.Text(), reader.U64());
        }

        return new(run, steps);
    }

    private static void WriteEnded(Event.Ended ended, ref ControlWriter writer)
    {
        writer.U64(ended.Run);
        writer.U32((uint)ended.Kind);
        writer.U32((uint)ended.Status);
        writer.Text(ended.Reason);
        writer.Byte(ended.Crash is null ? (byte)0 : (byte)1);
        if (ended.Crash is { } crash)
        {
            writer.U32((uint)crash.Signal);
            writer.U32((uint)crash.Vector);
            writer.U64(crash.Address);
            writer.Registers(crash.Registers);
            writer.Count(crash.Frames.Count, ControlLimits.FramesMax, "frames");
            foreach (var frame in crash.Frames)
            {
                writer.Byte(frame.InImage ? (byte)1 : (byte)0);
                writer.U64(frame.Offset);
            }
        }

        var counts = ended.Counts;
        writer.U64(counts.Exits);
        writer.U64(counts.SystemCalls);
        writer.U64(counts.Faults);
        writer.U64(counts.Interrupts);
        writer.U64(counts.Parks);
        writer.U64(counts.MemoryBytesPeak);
        writer.U64(counts.Nanoseconds);
        writer.U64(counts.Cycles);
    }

    private static Event.Ended ReadEnded(ref ControlReader reader) => new(
        reader.U64(),
        (EndKind)reader.Choice(1, 4, "way to end"),
        (int)reader.Choice(0, 255, "exit status"),
        reader.Text(),
        reader.Flag() ? ReadCrash(ref reader) : null,
        new(reader.U64(), reader.U64(), reader.U64(), reader.U64(), reader.U64(), reader.U64(), reader.U64(), reader.U64()));

    private static CrashFacts ReadCrash(ref ControlReader reader)
    {
        var signal = (int)reader.Choice(0, 64, "signal");
        var vector = (int)reader.U32();
        var address = reader.U64();
        var registers = reader.Registers();
        var frames = new CrashFrame[reader.Count(ControlLimits.FramesMax, 9, "frames")];
        for (var i = 0; i < frames.Length; i++)
        {
            frames[i] = new(reader.Flag(), reader.U64());
        }

        return new(signal, vector, address, registers, frames);
    }
}
