using Muk.Abi;
using Muk.Kernel.Control;
using Muk.Kernel.Images;
using Muk.Kernel.Machines;

namespace Muk.Kernel.Crashes;

/// <summary>Turns a crash as the machine saw it into the facts that travel to the orchestrator. Pure.</summary>
public static class CrashReport
{
    /// <summary>Frames inside the image become offsets from its load bias, as its symbols are numbered.</summary>
    public static CrashFacts Of(GuestEnd.Crashed crash, MukImage image)
    {
        ArgumentNullException.ThrowIfNull(crash);
        ArgumentNullException.ThrowIfNull(image);
        var end = 0ul;
        foreach (var segment in image.Segments)
        {
            end = Math.Max(end, segment.Start + segment.MemoryBytes);
        }

        var frames = new List<CrashFrame>(crash.Fault.Frames.Count);
        foreach (var frame in crash.Fault.Frames)
        {
            var offset = frame.Value - GuestLayout.ImageAddress;
            var inside = frame.Value >= GuestLayout.ImageAddress && offset < end;
            if (frames.Count < ControlLimits.FramesMax)
            {
                frames.Add(new(inside, inside ? offset : frame.Value));
            }
        }

        return new(crash.Signal, crash.Fault.Vector, crash.Fault.Address.Value, crash.Fault.Registers, frames);
    }
}
