namespace Muk.Orchestrator.Cli.Verbs;

/// <summary><c>muk help [verb]</c>.</summary>
public sealed class HelpVerb(IReadOnlyList<VerbSpec> verbs) : IVerb
{
    public static VerbSpec Description { get; } = new(
        "help",
        "what there is to do; with a verb, all about it",
        "[verb]",
        1,
        [],
        [],
        [("muk help run", "how pipelines are run, and with which options")]);

    public VerbSpec Spec => Description;

    public Task<int> RunAsync(CommandLine line, Terminal terminal, CancellationToken cancellation)
    {
        if (line.Arguments is [var name])
        {
            HelpPage.Write(terminal, verbs.FirstOrDefault(verb => verb.Name == name) ?? throw FrontDoor.UnknownVerb(name, verbs));
        }
        else
        {
            HelpPage.WriteAll(terminal, verbs);
        }

        return Task.FromResult(ExitStatus.Ok);
    }
}
