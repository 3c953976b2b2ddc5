using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Muk.Tests.Tidy;

/// <summary>Orchestrator → Kernel → Channel → Abi, build-rules → Abi, and nothing the other way.</summary>
public sealed partial class Arrows
{
    private static readonly Dictionary<string, string[]> MayReference = new()
    {
        ["src/Channel/Abi/Muk.Abi.csproj"] = [],
        ["src/Channel/Muk.Channel.csproj"] = ["src/Channel/Abi/Muk.Abi.csproj"],
        ["src/Kernel/Muk.Kernel.csproj"] = ["src/Channel/Muk.Channel.csproj"],
        ["src/Kernel/Program/muk-core.csproj"] = ["src/Kernel/Muk.Kernel.csproj"],
        ["src/Orchestrator/Muk.Orchestrator.csproj"] = ["src/Kernel/Muk.Kernel.csproj"],
        ["build-rules/Tasks/Muk.Build.Tasks.csproj"] = ["src/Channel/Abi/Muk.Abi.csproj"],
    };

    private static readonly (string Folder, string[] Namespaces)[] MayUse =
    [
        ("src/Channel/Abi/", ["Muk.Abi"]),
        ("src/Channel/", ["Muk.Abi", "Muk.Channel"]),
        ("src/Kernel/", ["Muk.Abi", "Muk.Channel", "Muk.Kernel"]),
        ("src/Orchestrator/", ["Muk.Abi", "Muk.Channel", "Muk.Kernel", "Muk.Orchestrator"]),
        ("build-rules/", ["Muk.Abi", "Muk.Build"]),
    ];

    [Fact]
    public void Every_product_project_references_only_what_is_below_it()
    {
        var projects = Repository.Files(".csproj").Where(path => !path.StartsWith("tests/", StringComparison.Ordinal)
            && !path.StartsWith("muks/", StringComparison.Ordinal) && !path.StartsWith("examples/", StringComparison.Ordinal));
        foreach (var project in projects)
        {
            Assert.True(MayReference.TryGetValue(project, out var allowed), $"{project} is new: say in Arrows.cs what it may reference");
            var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, project))!;
            var references = XDocument.Parse(Repository.Text(project)).Descendants("ProjectReference")
                .Select(reference => Path.GetFullPath(Path.Combine(folder, reference.Attribute("Include")!.Value)))
                .Select(path => Path.GetRelativePath(Repository.Root, path));
            Assert.All(references, reference => Assert.Contains(reference, allowed));
        }
    }

    [Fact]
    public void No_source_file_names_a_namespace_above_its_own()
    {
        var wrong = new List<string>();
        foreach (var path in Repository.Files(".cs"))
        {
            var rule = MayUse.FirstOrDefault(rule => path.StartsWith(rule.Folder, StringComparison.Ordinal));
            if (rule.Namespaces is null)
            {
                continue;
            }

            wrong.AddRange(Using().Matches(Repository.Text(path)).Select(match => match.Groups[1].Value)
                .Where(used => !rule.Namespaces.Any(allowed => used == allowed || used.StartsWith(allowed + ".", StringComparison.Ordinal)))
                .Select(used => $"{path} uses {used}"));
        }

        Assert.Empty(wrong);
    }

    [GeneratedRegex(@"^\s*(?:global )?using (?:static )?(Muk\.[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Using();
}
