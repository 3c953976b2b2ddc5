using Microsoft.Win32.SafeHandles;

namespace Muk.Orchestrator.Running;

/// <summary>Where a pipeline's bytes come from.</summary>
public abstract record PipelineInput
{
    /// <summary>A file descriptor: a terminal, a pipe, a file. Not closed.</summary>
    public sealed record Descriptor(SafeFileHandle Handle) : PipelineInput;

    /// <summary>Bytes in hand.</summary>
    public sealed record Bytes(ReadOnlyMemory<byte> Data) : PipelineInput;

    /// <summary>Nothing: ended at once.</summary>
    public static PipelineInput Empty { get; } = new Bytes(default);

    /// <summary>The program's own standard input.</summary>
    public static PipelineInput Standard() => new Descriptor(new SafeFileHandle(0, ownsHandle: false));
}

/// <summary>Where a pipeline's bytes go.</summary>
public abstract record PipelineOutput
{
    /// <summary>A file descriptor. Not closed. A closed reader behind it (EPIPE) ends the pipeline quietly.</summary>
    public sealed record Descriptor(SafeFileHandle Handle) : PipelineOutput;

    /// <summary>A stream, written from one thread of the runner's.</summary>
    public sealed record To(Stream Stream) : PipelineOutput;

    /// <summary>The program's own standard output.</summary>
    public static PipelineOutput Standard() => new Descriptor(new SafeFileHandle(1, ownsHandle: false));
}
