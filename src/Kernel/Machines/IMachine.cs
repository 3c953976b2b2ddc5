using Muk.Abi;
using Muk.Kernel.Control;
using Muk.Kernel.Linux;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Machines;

/// <summary>One way to own a core: a VM with one vCPU (<c>kvm</c>) or a filtered Linux process (<c>process</c>).</summary>
/// <remarks>A machine is made once per core kernel and used for one run after another: <see cref="Load"/> puts it back
/// to a clean state in place. All members belong to the core kernel's vCPU thread, except <see cref="Kick"/>.</remarks>
public interface IMachine : IDisposable
{
    MachineKind Kind { get; }

    /// <summary>Resets the machine in place and puts the image, its stack, its boot block and its rings into it.</summary>
    /// <exception cref="Images.ImageException">The image cannot run here; the message is for the user.</exception>
    void Load(GuestPlan plan);

    /// <summary>Runs the loaded guest until it ends; its system calls go to <paramref name="calls"/>.</summary>
    GuestEnd Run(ISystemCalls calls);

    /// <summary>Clears away what is left of the last guest, while nobody waits for the next one. Its memory can no longer be
    /// read.</summary>
    void Clear()
    {
    }

    /// <summary>The process is about to end, and takes the machine with it: only what would outlive it is cleared away.</summary>
    void Abandon() => Dispose();

    /// <summary>From where a guest reads the time without leaving; null where Linux serves that. Any thread.</summary>
    internal TimePage? Time => null;

    /// <summary>Makes a running guest come out soon and <see cref="ISystemCalls.Interrupted"/> be asked. Any thread.</summary>
    void Kick();

    /// <summary>The loaded guest's memory, also after its end, until the next <see cref="Load"/> or <see cref="Clear"/>.</summary>
    IGuestMemory Memory { get; }

    /// <summary>What the run in hand, or the last one, has cost so far. Plain counters.</summary>
    MachineCounters Counters => default;

    /// <summary>What making the machine (before its first load) and the last <see cref="Load"/> did, with how long each took.</summary>
    IReadOnlyList<StartStep> StartSteps => [];
}

/// <summary>Counters of a run.</summary>
/// <param name="Exits">Guest exits of every kind (<c>kvm</c>), notified system calls (<c>process</c>).</param>
/// <param name="SystemCalls">System calls served.</param>
/// <param name="Faults">Exceptions, page faults that were cured included.</param>
/// <param name="Interrupts">Exits for a signal.</param>
/// <param name="MemoryBytes">Memory the guest has now: committed (<c>kvm</c>), resident (<c>process</c>).</param>
/// <param name="MemoryBytesPeak">The most it has had at one time.</param>
public readonly record struct MachineCounters(
    ulong Exits, ulong SystemCalls, ulong Faults, ulong Interrupts, ulong MemoryBytes = 0, ulong MemoryBytesPeak = 0);
