using Muk.Abi;

namespace Muk.Orchestrator.Running;

/// <summary>Decides which machine runs the stages.</summary>
public interface IMachineChooser
{
    /// <exception cref="MachineException">The machine that was asked for by name does not work here.</exception>
    MachineVerdict Choose(MachineRequest request);
}

/// <summary>A machine and a line that says why, "" where nothing needs saying.</summary>
public sealed record MachineVerdict(MachineKind Machine, string Note);
