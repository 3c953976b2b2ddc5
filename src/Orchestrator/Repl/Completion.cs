using RadLine;

namespace Muk.Orchestrator.Repl;

/// <summary>Completes a word by what may stand in its place: images, commands, settings and their values.</summary>
/// <param name="images">Asked for the images' names each time: a build may have added some.</param>
public sealed class Completion(Func<IReadOnlyList<string>> images) : ITextCompletion
{
    /// <inheritdoc/>
    public IEnumerable<string>? GetCompletions(string prefix, string word, string suffix) =>
        Candidates(prefix).Where(candidate => candidate.StartsWith(word, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private IEnumerable<string> Candidates(string prefix)
    {
        var before = prefix.TrimStart();
        if (before.StartsWith(":set ", StringComparison.Ordinal))
        {
            var words = before.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return words.Length < 2
                ? ReplSettings.Known.Select(known => known.Name)
                : ReplSettings.Known.Where(known => known.Name == words[1]).SelectMany(known => known.Values.Split('|')).Where(value =>
                    value != "TIME");
        }

        if (before.StartsWith(":inspect ", StringComparison.Ordinal) || before.StartsWith(":build ", StringComparison.Ordinal))
        {
            return images();
        }

        if (before.Length == 0)
        {
            return images().Concat(ReplHelp.Commands.Select(command => ":" + command.Name));
        }

        return before == ":" ? ReplHelp.Commands.Select(command => command.Name)
            : before.TrimEnd().EndsWith('|') ? images()
            : [];
    }
}
