namespace Muk.Orchestrator.Cli;

/// <summary>What a verb is called, takes and does: the parser, the help pages and the REPL's completion read it.</summary>
/// <param name="Name">As typed.</param>
/// <param name="Summary">One line.</param>
/// <param name="Arguments">The positional arguments as the usage line shows them, "" for none.</param>
/// <param name="ArgumentsMax">How many of them there may be.</param>
/// <param name="Options">Every option it takes; <c>--help</c> is understood by all.</param>
/// <param name="Details">Paragraphs for its help page.</param>
/// <param name="Examples">Command lines with what each does.</param>
public sealed record VerbSpec(
    string Name,
    string Summary,
    string Arguments,
    int ArgumentsMax,
    IReadOnlyList<VerbOption> Options,
    IReadOnlyList<string> Details,
    IReadOnlyList<(string Line, string What)> Examples);

/// <summary>An option of a verb.</summary>
/// <param name="Name">With its dashes.</param>
/// <param name="Value">What its value is called in the help, null for an option that takes none.</param>
/// <param name="Help">One line.</param>
public sealed record VerbOption(string Name, string? Value, string Help);
