using System.Text.RegularExpressions;

namespace Muk.Tests.EndToEnd.RealKvm;

/// <summary>The product on an ordinary KVM and on cgroup v2, whatever this host has: in a machine that qemu emulates.</summary>
public sealed partial class OrdinaryKvm
{
    private const string Text = "/usr/share/common-licenses/GPL-3";

    [Fact]
    public async Task Pipelines_run_crash_and_own_their_cores_on_an_ordinary_kvm()
    {
        var script = Path.Combine(Launcher.Root, "tests", "EndToEnd", "RealKvm");
        foreach (var tool in (string[])["qemu-system-x86_64", "busybox", "cpio"])
        {
            var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(p => File.Exists(Path.Combine(p, tool)));
            Assert.SkipUnless(found, $"needs {tool}: apt-get install qemu-system-x86 busybox-static cpio kmod");
        }

        (await Launcher.MukAsync(["build"])).Expect(0);
        var images = Path.Combine(Launcher.Root, "artifacts", "real-kvm");   // The machine has a /tmp of its own.
        (await Launcher.MukAsync(
            ["build"], null, "", ("MUK_SOURCES", Path.Combine(Launcher.Root, "tests", "guests", "bad")), ("MUK_IMAGES", images))).Expect(0);
        var outcome = await Launcher.RunAsync(
            TimeSpan.FromMinutes(4), Path.Combine(script, "real-kvm"), [Path.Combine(script, "product"), "kvm", Text, images], null, "",
            ("MUK_QEMU_CPUS", "4"), ("MUK_QEMU_SECONDS", "220"));
        var parts = Parts(outcome);

        Assert.Contains("\"verdict\": \"native\"", Part("doctor", 0), StringComparison.Ordinal);
        Assert.Contains("granted (a partition of cgroup v2)", Part("doctor", 0), StringComparison.Ordinal);

        var theirs = await Launcher.RunAsync(
            "sh", ["-c", @"tr -cs A-Za-z '\n' < ""$0"" | LC_ALL=C sort | uniq -c | LC_ALL=C sort -rn | head -n 10", Text]);
        foreach (var line in theirs.Expect(0).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.Contains(line.Trim(), Part("words", 0), StringComparison.Ordinal);
        }

        Assert.Contains("20000", Part("typed", 0), StringComparison.Ordinal);
        Assert.Contains("crash.c:5", Part("crash", 139), StringComparison.Ordinal);

        // The guest's thread alone is on the core; it is everybody else's again after the end, and after kill -9 and the next start.
        var lease = Part("lease", 0);
        Assert.Matches("lease cpus [123] partition isolated", lease);
        Assert.Matches("inside muk-core [123]", lease);
        var groups = GroupLines().Matches(lease + Part("killed", 0)).Select(m => m.Value).ToArray();
        Assert.Equal(4, groups.Length);
        Assert.Equal(groups[0], groups[1]);
        Assert.Contains("muk-cores-", groups[2], StringComparison.Ordinal);
        Assert.Equal(groups[0], groups[3]);

        string Part(string name, int status)
        {
            Assert.True(
                parts.TryGetValue((name, status), out var text),
                $"no '{name}' that ended with {status}:\n{outcome.Out}\n{outcome.Errors}");
            return text!;
        }
    }

    /// <summary>What every step said, by its name and status.</summary>
    private static Dictionary<(string Name, int Status), string> Parts(Outcome outcome)
    {
        var parts = new Dictionary<(string, int), string>();
        var from = 0;
        foreach (Match end in StepEnds().Matches(outcome.Out))
        {
            parts[(end.Groups[1].Value, int.Parse(end.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture))] =
                outcome.Out[from..end.Index];
            from = end.Index + end.Length;
        }

        return parts;
    }

    [GeneratedRegex(@"^== (\w+) (\d+)$", RegexOptions.Multiline)]
    private static partial Regex StepEnds();

    [GeneratedRegex(@"^groups .*$", RegexOptions.Multiline)]
    private static partial Regex GroupLines();
}
