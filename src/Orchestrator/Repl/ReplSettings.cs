using Muk.Orchestrator.Cli;
using Muk.Orchestrator.Cli.Verbs;
using Muk.Orchestrator.Pipelines;
using Muk.Orchestrator.Running;

namespace Muk.Orchestrator.Repl;

/// <summary>What <c>:set</c> changes: how the pipelines of a session run. Immutable.</summary>
public sealed record ReplSettings
{
    /// <summary>Names that <c>:set</c> knows, with what each takes.</summary>
    public static IReadOnlyList<(string Name, string Values, string Help)> Known { get; } =
    [
        ("machine", "auto|kvm|process", "what owns the cores"),
        ("share-cores", "on|off", "let stages share cores where there are too few"),
        ("stats", "on|off", "say after every run what each stage did"),
        ("timeout", "TIME|off", "end a run after this long, such as 30s"),
    ];

    public MachineRequest Machine { get; init; } = MachineRequest.Auto;

    public CoreSharing Sharing { get; init; } = CoreSharing.Refuse;

    public StatisticsShown Statistics { get; init; } = StatisticsShown.WhenAsked;

    public TimeSpan? Timeout { get; init; }

    /// <summary>The same with one thing changed.</summary>
    /// <exception cref="UserErrorException">There is no such setting or value.</exception>
    public ReplSettings With(string name, string value) => name switch
    {
        "machine" => this with { Machine = RunVerb.ParseMachine(value) },
        "share-cores" => this with { Sharing = IsOn(name, value) ? CoreSharing.Allow : CoreSharing.Refuse },
        "stats" => this with { Statistics = IsOn(name, value) ? StatisticsShown.AfterEveryRun : StatisticsShown.WhenAsked },
        "timeout" => this with { Timeout = value == "off" ? null : CommandLine.ParseTime(name, value) },
        _ => throw UserErrorException.Usage(
            $"there is no setting '{name}': there are {string.Join(", ", Known.Select(known => known.Name))}"),
    };

    /// <summary>One line for each.</summary>
    public IEnumerable<string> Lines() =>
    [
        $"machine {Machine.ToString().ToLowerInvariant()}",
        $"share-cores {(Sharing == CoreSharing.Allow ? "on" : "off")}",
        $"stats {(Statistics == StatisticsShown.AfterEveryRun ? "on" : "off")}",
        $"timeout {(Timeout is { } time ? $"{time.TotalSeconds} s" : "off")}",
    ];

    private static bool IsOn(string name, string value) => value switch
    {
        "on" => true,
        "off" => false,
        _ => throw UserErrorException.Usage($"{name} is on or off, not '{value}'"),
    };
}

/// <summary>When a session shows statistics.</summary>
public enum StatisticsShown
{
    WhenAsked = 0,
    AfterEveryRun = 1,
}
