using Muk.Orchestrator.Pipelines;
using Muk.Orchestrator.Running;

namespace Muk.Orchestrator.Cli;

/// <summary>Finds the verb, parses its arguments, runs it, and turns what went wrong into a line and a status.</summary>
public sealed class FrontDoor(IReadOnlyList<IVerb> verbs, Terminal terminal)
{
    public async Task<int> RunAsync(IReadOnlyList<string> words)
    {
        try
        {
            return await DispatchAsync(words);
        }
        catch (Exception error) when (Explained.TryStatus(error) is { } status)
        {
            terminal.Say(error.Message);
            return status;
        }
    }

    /// <summary>The error for a verb that is not there.</summary>
    public static UserErrorException UnknownVerb(string name, IEnumerable<VerbSpec> verbs)
    {
        var nearest = NearestNames.Of(name, verbs.Select(verb => verb.Name)) is [var first, ..] ? first : null;
        return UserErrorException.Usage(
            $"'{name}' is no verb of muk" + (nearest is null ? "; muk help lists them" : $": did you mean muk {nearest}?"));
    }

    private async Task<int> DispatchAsync(IReadOnlyList<string> words)
    {
        var specs = verbs.Select(verb => verb.Spec).ToList();
        if (words is [] or ["--help" or "-h"])
        {
            HelpPage.WriteAll(terminal, specs);
            return ExitStatus.Ok;
        }

        var verb = verbs.FirstOrDefault(candidate => candidate.Spec.Name == words[0]) ?? throw UnknownVerb(words[0], specs);
        var rest = words.Skip(1).ToList();
        if (rest.TakeWhile(word => word != "--").Any(word => word is "--help" or "-h"))
        {
            HelpPage.Write(terminal, verb.Spec);
            return ExitStatus.Ok;
        }

        using var signals = new Signals(verb.Interrupts);
        try
        {
            var status = await verb.RunAsync(CommandLine.Parse(verb.Spec, rest), terminal, signals.Token);
            return status == ExitStatus.Interrupted && signals.Status != 0 ? signals.Status : status; // Which signal, only we know.
        }
        catch (OperationCanceledException) when (signals.Status != 0)
        {
            terminal.Say(RunVerdict.InterruptReason);
            return signals.Status;
        }
    }
}
