namespace Muk.Build.Tasks.Tools;

/// <summary>One call of the compiler, as <see cref="CompilerWrapper"/> recorded it.</summary>
/// <param name="Links">Whether it made a program.</param>
/// <param name="Folder">Where it ran.</param>
/// <param name="Arguments">The user's.</param>
/// <param name="Inputs">The files it read, as far as the compiler said.</param>
public sealed record CompilerCall(bool Links, string Folder, IReadOnlyList<string> Arguments, IReadOnlyList<string> Inputs)
{
    private static readonly string[] WithValue = ["-I", "-D", "-U", "-include", "-isystem", "-iquote"];

    /// <summary>What it wrote, absolute.</summary>
    public string Output => Path.GetFullPath(After("-o") ?? "a.out", Folder);

    /// <summary>The C files it was given, absolute.</summary>
    public IEnumerable<string> Sources => Arguments
        .Where(a => a.EndsWith(".c", StringComparison.Ordinal) && a[0] != '-')
        .Select(a => Path.GetFullPath(a, Folder))
        .Where(File.Exists);

    /// <summary>The arguments that change how C is understood.</summary>
    public IEnumerable<string> LanguageArguments
    {
        get
        {
            for (var i = 0; i < Arguments.Count; i++)
            {
                if (WithValue.Contains(Arguments[i]) && i + 1 < Arguments.Count)
                {
                    yield return Arguments[i];
                    yield return Arguments[++i];
                }
                else if (WithValue.Any(w => Arguments[i].StartsWith(w, StringComparison.Ordinal))
                    || Arguments[i].StartsWith("-std=", StringComparison.Ordinal))
                {
                    yield return Arguments[i];
                }
            }
        }
    }

    /// <summary>Every call recorded in <paramref name="folder"/>, by output name.</summary>
    public static IReadOnlyList<CompilerCall> ReadAll(string folder)
    {
        var calls = new List<CompilerCall>();
        foreach (var record in Directory.GetFiles(folder).Where(f => !f.EndsWith(".d", StringComparison.Ordinal)))
        {
            var words = File.ReadAllText(record).Split('\0')[..^1];
            var dependencies = record + ".d";
            calls.Add(new(words[0] == "link", words[1], words[2..],
                File.Exists(dependencies) ? DependencyFile.Parse(File.ReadAllText(dependencies), words[1]) : []));
        }

        return [.. calls.OrderBy(c => c.Output, StringComparer.Ordinal)];
    }

    private string? After(string option)
    {
        var at = Arguments.ToList().LastIndexOf(option);
        return at >= 0 && at + 1 < Arguments.Count ? Arguments[at + 1] : null;
    }
}
