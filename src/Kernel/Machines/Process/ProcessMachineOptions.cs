namespace Muk.Kernel.Machines.Process;

/// <summary>Does the core kernel trace its guests?</summary>
public enum Tracing
{
    /// <summary>Yes: crashes come with registers, addresses and frames.</summary>
    Wanted,

    /// <summary>No, so that a debugger can: gdb and strace need the place that the core kernel would take.</summary>
    Off,
}

/// <summary>How a <see cref="ProcessMachine"/> is made.</summary>
/// <param name="Core">The CPU its guests run on.</param>
/// <param name="LauncherPath">The launcher's file, muk-launch.</param>
/// <param name="Tracing">Shall guests be traced?</param>
/// <param name="JoinFile">Where a process must be written down before it may run on the core; null where any may.</param>
public sealed record ProcessMachineOptions(int Core, string LauncherPath, Tracing Tracing, string? JoinFile = null)
{
    /// <summary>The launcher beside the running program, tracing on unless MUK_PROCESS_TRACING is "off".</summary>
    public static ProcessMachineOptions ForCore(int core, string? joinFile = null) => new(
        core,
        Path.Combine(AppContext.BaseDirectory, "muk-launch"),
        Environment.GetEnvironmentVariable("MUK_PROCESS_TRACING") == "off" ? Tracing.Off : Tracing.Wanted,
        joinFile);
}
