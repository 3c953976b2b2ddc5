using Muk.Channel.Interop;
using Muk.Kernel.Control;
using Muk.Kernel.Linux.Time;

namespace Muk.Kernel.Linux;

/// <summary>What one run's personality is made of. The rings belong to whoever made this, who closes them after the run.</summary>
/// <param name="Name">The stage's name; names the program in <c>/proc/self</c>.</param>
/// <param name="Ports">The rings of descriptors 0, 1 and 2 and the doors of declared ports.</param>
/// <param name="Files">What of the host's files the guest may open.</param>
/// <param name="Kick">Ends the vCPU thread's waits; the same word for all rings of <paramref name="Ports"/>.</param>
/// <param name="Alarm">For alarm and setitimer.</param>
/// <param name="Log">For calls that are not served, named once each.</param>
/// <param name="MemoryBytes">The guest's limit, for sysinfo and getrlimit.</param>
/// <param name="Core">The host's number of the CPU, for getcpu and sched_getaffinity.</param>
public sealed record PersonalityOptions(
    string Name,
    GuestPorts Ports,
    IReadOnlyList<FileGrant> Files,
    KickWord Kick,
    IAlarm Alarm,
    IKernelLog Log,
    ulong MemoryBytes,
    int Core)
{
    /// <summary>The program's arguments, for /proc/self/cmdline.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [Name];

    /// <summary>What the program finds in its environment, for /proc/self/environ.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>The clocks of the run: the host's.</summary>
    internal IGuestTime Time { get; init; } = new HostTime();
}
