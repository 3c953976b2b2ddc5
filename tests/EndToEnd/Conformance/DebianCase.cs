namespace Muk.Tests.EndToEnd.Conformance;

/// <summary>One run of a program of Debian's, to be compared with Debian's own build of it.</summary>
/// <param name="What">What it shows.</param>
/// <param name="Program">The image.</param>
/// <param name="Native">Debian's program.</param>
/// <param name="Arguments">As in a shell; <c>@folder</c> is a folder to write in with a file <c>text</c>, <c>@sources</c> are the packages'
/// sources, <c>@scripts</c> the scripts beside this file.</param>
/// <param name="Input">The file that is its standard input.</param>
internal sealed record DebianCase(string What, string Program, string Native, string Arguments, string Input = DebianCase.Text)
{
    /// <summary>A text that every Debian has.</summary>
    public const string Text = "/usr/share/common-licenses/GPL-3";

    /// <summary>As <see cref="Native"/>: the image itself, run by the host, for what depends on the package's very version.</summary>
    public const string Image = "";

    private const string Large = "@sources/sqlite3-amalgamation/sqlite3.c";

    /// <summary>Every case.</summary>
    public static IReadOnlyList<DebianCase> All { get; } =
    [
        new("compresses eight megabytes", "bzip2", "bzip2", "-9", Large),
        new("compresses a file beside itself", "bzip2", "bzip2", "-k @folder/text"),
        new("decompresses a file of its own samples", "bzip2", "bzip2", "-dc @sources/bzip2/sample2.bz2"),
        new("refuses what is not compressed", "bzip2", "bzip2", "-t"),
        new("runs a script on strings, tables and numbers", "lua", "lua5.4", "@scripts/values.lua one 'two words'"),
        new("runs a script on coroutines, errors and the collector", "lua", "lua5.4", "@scripts/control.lua"),
        new("runs a script on files and the time", "lua", "lua5.4", "@scripts/files.lua @folder"),
        new("ends with an error's message and status", "lua", "lua5.4", "-e 'local t = nil; print(t.x)'"),
        new("passes its own tests", "jq", Image, "--run-tests @sources/jq/tests/jq.test"),
        new("passes its own tests of regular expressions", "jq", Image, "--run-tests @sources/jq/tests/onig.test"),
        new("makes one value of a text", "jq", "jq",
            "-R -s 'split(\"\\n\") | map(select(length > 0) | ascii_downcase) | {lines: length, all: .}'"),
        new("computes in memory", "sqlite3", "sqlite3", "-batch -init /dev/null :memory:", "@scripts/memory.sql"),
        new("keeps a database in a file", "sqlite3", "sqlite3", "-batch -init /dev/null @folder/data.db", "@scripts/file.sql"),
        new("sorts lines", "sort", "sort", ""),
        new("sorts by fields, once each", "sort", "sort", "-u -f -k2,2 -k1,1r"),
        new("sorts numbers of the general kind", "sort", "sort", "-g -s -k3"),
        new("merges from temporary files", "sort", "sort", "-S 1M -T @folder -o @folder/sorted", Large),
        new("checks an order", "sort", "sort", "-c @folder/text"),
    ];

    public override string ToString() => $"{Program} {What}";
}
