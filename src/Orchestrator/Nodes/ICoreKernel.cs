using Muk.Abi;
using Muk.Kernel.Control;
using Muk.Kernel.Machines;

namespace Muk.Orchestrator.Nodes;

/// <summary>A core kernel as the orchestrator uses it: one run at a time, one after another. Any thread.</summary>
public interface ICoreKernel
{
    /// <summary>The host's number of its CPU.</summary>
    int Core { get; }

    MachineKind Machine { get; }

    /// <summary>Its process.</summary>
    int Pid { get; }

    /// <summary>Runs an image to its end.</summary>
    /// <param name="start">What to run.</param>
    /// <param name="sink">Told of <see cref="Event.Started"/> and <see cref="Event.Log"/>, on a thread of the kernel's client.</param>
    /// <returns>Always an end: a kernel that dies ends its run as <see cref="EndKind.Killed"/> with status 137 and the reason.</returns>
    Task<Event.Ended> RunAsync(Request.Start start, Action<Event> sink);

    /// <summary>Asks for the end of a run; nothing happens when that run is not the one in hand.</summary>
    void Kill(ulong run, KillReason reason);

    /// <summary>Ends the process itself: for a kernel that does not react to <see cref="Kill"/>.</summary>
    void Destroy();
}
