namespace Muk.Orchestrator.Running;

/// <summary>What ended a run before its stages did by themselves.</summary>
internal enum RunStop
{
    None = 0,
    Timeout = 1,
    Cancelled = 2,

    /// <summary>A stage crashed, was refused or lost its kernel, and the others did not follow.</summary>
    Failure = 3,
}
