namespace Muk.Orchestrator.Cli;

/// <summary>Writes the help: all verbs on one page, or one verb with its options and examples.</summary>
public static class HelpPage
{
    public static void WriteAll(Terminal terminal, IEnumerable<VerbSpec> verbs)
    {
        var (output, style) = (terminal.Out, terminal.OutStyle);
        output.WriteLine("Muk runs C programs as unikernels, each on a core of its own, linked by shared-memory rings.");
        output.WriteLine();
        output.WriteLine($"  {style.Strong("muk")} <verb> [arguments]");
        output.WriteLine();
        foreach (var verb in verbs)
        {
            output.WriteLine($"  {style.Strong(verb.Name.PadRight(9))} {verb.Summary}");
        }

        output.WriteLine();
        output.WriteLine("muk help <verb> tells more. Exit status:");
        foreach (var (status, meaning) in ExitStatus.Meanings)
        {
            output.WriteLine($"  {status,4}  {meaning}");
        }
    }

    public static void Write(Terminal terminal, VerbSpec verb)
    {
        var (output, style) = (terminal.Out, terminal.OutStyle);
        var usage = $"muk {verb.Name}"
            + (verb.Arguments.Length > 0 ? $" {verb.Arguments}" : "")
            + string.Concat(verb.Options.Select(option => $" [{Spelled(option)}]"));
        output.WriteLine(style.Strong(usage));
        output.WriteLine();
        output.WriteLine(verb.Summary);
        foreach (var paragraph in verb.Details)
        {
            output.WriteLine();
            output.WriteLine(paragraph);
        }

        if (verb.Options.Count > 0)
        {
            output.WriteLine();
            var width = verb.Options.Max(option => Spelled(option).Length);
            foreach (var option in verb.Options)
            {
                output.WriteLine($"  {Spelled(option).PadRight(width)}  {option.Help}");
            }
        }

        output.WriteLine();
        output.WriteLine("Examples:");
        foreach (var (line, what) in verb.Examples)
        {
            output.WriteLine($"  {line}");
            output.WriteLine($"      {style.Quiet(what)}");
        }
    }

    private static string Spelled(VerbOption option) => option.Value is null ? option.Name : $"{option.Name} {option.Value}";
}
