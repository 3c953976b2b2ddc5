using System.Text.RegularExpressions;

namespace Muk.Tests.EndToEnd.Conformance;

/// <summary>A program of <c>tests/guests</c> and how it is to be run, which the comment at its head says.</summary>
/// <remarks>
/// A program that says nothing is run without arguments natively, on <c>process</c> and on <c>kvm</c>. Lines of the comment may say
/// otherwise, each with its words behind a colon:
/// <code>
/// arguments: exit 7 @folder     as in a shell; @folder is a folder that it may write in, empty at first
/// machines: kvm, process: why   not natively, or on one machine only, and the reason
/// memory: 3G                     its limit on a machine, where its image's own is too little
/// not compared: why             it has no output to compare
/// </code>
/// Every program has the same few lines of input.
/// </remarks>
/// <param name="Name">Of its image.</param>
/// <param name="Source">Its file.</param>
/// <param name="Arguments">As a pipeline writes them.</param>
/// <param name="Memory">Its limit, as <c>--memory</c> has it; "" for its image's own.</param>
/// <param name="Machines">What it runs on, among <see cref="Native"/>, <c>process</c> and <c>kvm</c>.</param>
/// <param name="Reason">Why it does not run on all of them; "" where it does.</param>
internal sealed partial record GuestProgram(
    string Name, string Source, string Arguments, string Memory, IReadOnlyList<string> Machines, string Reason)
{
    /// <summary>An ordinary process of the host.</summary>
    public const string Native = "native";

    private static readonly string[] _all = [Native, "process", "kvm"];

    /// <summary>Every program, in the order of their names.</summary>
    public static IReadOnlyList<GuestProgram> All { get; } = [.. Files("", "*.c").Concat(Files("csharp", "*.cs")).Select(Read)];

    /// <summary>Reads what a source says about itself.</summary>
    /// <exception cref="FormatException">A machine's name is none, or a reason is missing.</exception>
    public static GuestProgram Read(string file, string text)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var head = Head().Match(text).Value;
        string Word(string key) =>
            Regex.Match(head, $@"^[ \t/*]*{key}:[ \t]*(.*?)[ \t]*(\*/)?\r?$", RegexOptions.Multiline).Groups[1].Value;
        if (Word("not compared") is { Length: > 0 } reason)
        {
            return new(name, file, "", "", [], reason);
        }

        var machines = Word("machines");
        if (machines.Length == 0)
        {
            return new(name, file, Word("arguments"), Word("memory"), _all, "");
        }

        var colon = machines.IndexOf(':', StringComparison.Ordinal);
        string[] named = [.. (colon < 0 ? "" : machines[..colon]).Split(',', StringSplitOptions.TrimEntries)];
        return named.All(m => _all.Contains(m)) && machines[(colon + 1)..].Trim() is { Length: > 0 } why
            ? new(name, file, Word("arguments"), Word("memory"), [.. _all.Where(m => named.Contains(m))], why)
            : throw new FormatException($"{file}: 'machines: {machines}' is not 'machines: kvm, process: reason'");
    }

    private static IEnumerable<string> Files(string folder, string pattern)
    {
        var path = Path.Combine(Launcher.Root, "tests", "guests", folder);
        return Directory.Exists(path) ? Directory.GetFiles(path, pattern).Order(StringComparer.Ordinal) : [];
    }

    private static GuestProgram Read(string file) => Read(file, File.ReadAllText(file));

    [GeneratedRegex(@"\A(/\*.*?\*/|(//[^\n]*\n)+)", RegexOptions.Singleline)]
    private static partial Regex Head();
}
