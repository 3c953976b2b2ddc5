using Muk.Channel.Interop;
using Muk.Kernel.Cores;
using Muk.Kernel.Images;
using Muk.Orchestrator.Nodes;
using Muk.Orchestrator.Pipelines;
using Muk.Orchestrator.Running;

namespace Muk.Orchestrator.Cli;

/// <summary>Which exceptions carry a message that a user can act on, so that it is shown without a trace.</summary>
public static class Explained
{
    /// <summary>The exit status for <paramref name="error"/>; null for a defect of ours, which must be seen whole.</summary>
    public static int? TryStatus(Exception error) => error switch
    {
        UserErrorException user => user.Status,
        PipelineSyntaxException => ExitStatus.Usage,
        PlacementException or MachineException or KernelException => ExitStatus.HostRefused,
        PipelineException => ExitStatus.CannotRun,
        ImageException => ExitStatus.CannotRun,
        HostException or TopologyException => ExitStatus.HostRefused,
        _ => null,
    };
}
