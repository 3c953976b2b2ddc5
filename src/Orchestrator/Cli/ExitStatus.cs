namespace Muk.Orchestrator.Cli;

/// <summary>What <c>muk</c> exits with. A run that began ends with the status of its first failing stage instead.</summary>
public static class ExitStatus
{
    public const int Ok = 0;

    /// <summary>It did what it was asked and the answer is no: a build, a test or a comparison failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line or the pipeline text is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The time given with <c>--timeout</c> is over.</summary>
    public const int Timeout = 124;

    /// <summary>The host did not give what was needed: a core, <c>/dev/kvm</c>, a file.</summary>
    public const int HostRefused = 125;

    /// <summary>An image is there and cannot run: broken, of another version, its ports do not fit.</summary>
    public const int CannotRun = 126;

    /// <summary>There is no such MUK, or a tool is missing.</summary>
    public const int NotFound = 127;

    /// <summary>Ended by Ctrl-C (128 + SIGINT).</summary>
    public const int Interrupted = 130;

    /// <summary>All of them with a meaning each, for <c>muk help</c>.</summary>
    public static IReadOnlyList<(string Status, string Meaning)> Meanings { get; } =
    [
        ("0", "done"),
        ("n", "run: what the first failing stage ended with; 128 + signal for a crash"),
        ("1", "the answer is no: a build or a test failed"),
        ("2", "the command line or the pipeline text is wrong"),
        ("124", "the time given with --timeout is over"),
        ("125", "the host refused something: a core, /dev/kvm, a file"),
        ("126", "an image is there and cannot run: broken, another version, ports that do not fit"),
        ("127", "no such MUK, or a tool is missing"),
        ("130", "ended by Ctrl-C"),
    ];
}
