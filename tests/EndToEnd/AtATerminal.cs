using System.Diagnostics;

namespace Muk.Tests.EndToEnd;

/// <summary>What happens at a real terminal: keys, signals of the keyboard, a history that outlives the session.</summary>
public sealed class AtATerminal(Sandbox sandbox) : IClassFixture<Sandbox>
{
    [Fact]
    public async Task The_REPL_edits_completes_remembers_and_outlives_Ctrl_C()
    {
        await using (var screen = await Screen.StartAsync(sandbox, "./muk repl"))
        {
            await screen.PromptsAsync(1);
            await screen.TypeAsync(":set share-cores on", "Enter");
            await screen.PromptsAsync(2);
            await screen.TypeAsync("spi", "Tab");
            await screen.ShowsAsync("muk> spin");
            await screen.TypeAsync("BSpace", "BSpace", "BSpace", "BSpace");
            await screen.TypeAsync("copy < .ci/rum", "BSpace", "n", "Enter"); // A slip of the finger, put right.
            await screen.PromptsAsync(3);
            await screen.ShowsAsync("exec ./muk test");

            await screen.TypeAsync("nonsense", "C-c");
            await screen.TypeAsync(":set", "Enter"); // A new line: what was typed before Ctrl-C is gone.
            await screen.PromptsAsync(5);
            await screen.ShowsAsync("stats off");

            await screen.TypeAsync("copy < LICENSE > " + sandbox.File("license"), "Enter");
            await screen.PromptsAsync(6);
            Assert.Equal(await File.ReadAllTextAsync(Path.Combine(Launcher.Root, "LICENSE")),
                await File.ReadAllTextAsync(sandbox.File("license")));
            await screen.TypeAsync("C-d");
            await screen.ShowsAsync("ended with 0");
        }

        await sandbox.ExpectNothingLeftAsync();
        await using (var screen = await Screen.StartAsync(sandbox, "./muk repl"))
        {
            await screen.PromptsAsync(1);
            await screen.TypeAsync("Up");
            await screen.ShowsAsync("muk> copy < LICENSE");
            await screen.TypeAsync("C-c", "C-d");
            await screen.ShowsAsync("ended with 0");
        }
    }

    /// <summary>However soon after Enter it comes: in the same breath, or while the run is being made ready, or is under way.</summary>
    [Fact]
    public async Task Ctrl_C_ends_the_line_in_hand_at_whatever_moment_and_the_session_goes_on()
    {
        await using var screen = await Screen.StartAsync(sandbox, "./muk repl");
        await screen.PromptsAsync(1);
        await screen.TypeAsync(":set share-cores on", "Enter");
        await screen.PromptsAsync(2);
        for (var moment = 0; moment < 8; moment++)
        {
            await screen.TypeAsync(moment == 0 ? ["spin", "Enter", "C-c"] : ["spin", "Enter"]);
            if (moment > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds((moment - 1) * 5));
                await screen.TypeAsync("C-c");
            }

            await screen.PromptsAsync(moment + 3);
            await screen.ShowsAsync("muk: interrupted", times: moment + 1);
        }

        await screen.TypeAsync("copy < .ci/run", "Enter");
        await screen.ShowsAsync("exec ./muk test");
        await screen.TypeAsync("C-d");
        await screen.ShowsAsync("ended with 0");
        await sandbox.ExpectNothingLeftAsync();
    }

    [Fact]
    public async Task Ctrl_C_ends_a_run_and_leaves_nothing()
    {
        await using var screen = await Screen.StartAsync(sandbox, "./muk run spin --share-cores");
        await Sandbox.UntilAsync(() => sandbox.Kernels().Count > 0, "no core kernel came up"); // The stage itself may not yet run.
        await screen.TypeAsync("C-c");
        await screen.ShowsAsync("ended with 130");
        await sandbox.ExpectNothingLeftAsync();
    }

    /// <summary>Its window closed, its connection lost: with a signal (SIGHUP), or without one where that is ignored (nohup).</summary>
    [Theory]
    [InlineData("./muk repl", null)]
    [InlineData("./muk repl", "spin")]
    [InlineData("./muk repl", "forever")]
    [InlineData("env --ignore-signal=HUP ./muk repl", null)]
    [InlineData("env --ignore-signal=HUP ./muk repl", "forever")]
    [InlineData("./muk run spin --share-cores", null)]
    [InlineData("env --ignore-signal=HUP ./muk run forever --share-cores", null)]
    [InlineData("env --ignore-signal=HUP ./muk run copy --share-cores", null)]
    public async Task A_terminal_that_goes_away_ends_what_runs_at_it_and_leaves_nothing(string command, string? line)
    {
        await using var screen = await Screen.StartAsync(sandbox, command);
        if (command.EndsWith("repl", StringComparison.Ordinal))
        {
            await screen.PromptsAsync(1);
        }

        if (line is not null)
        {
            await screen.TypeAsync(":set share-cores on", "Enter");
            await screen.PromptsAsync(2);
            await screen.TypeAsync(line, "Enter");
        }

        if (line is not null || command.Contains(" run ", StringComparison.Ordinal))
        {
            await Sandbox.UntilAsync(() => sandbox.Kernels().Count > 0, "no core kernel came up");
        }

        await screen.GoAwayAsync();
        await Sandbox.UntilAsync(
            () => sandbox.Programs().Count == 0, () => $"these outlive their terminal: {string.Join(", ", sandbox.Programs())}");
        await sandbox.ExpectNothingLeftAsync();
    }

    /// <summary>A terminal (tmux's) with a command in it.</summary>
    private sealed class Screen : IAsyncDisposable
    {
        private readonly string _socket;
        private bool _gone;

        private Screen(string socket) => _socket = socket;

        public static async Task<Screen> StartAsync(Sandbox sandbox, string command)
        {
            Assert.SkipUnless(File.Exists("/usr/bin/tmux"), "needs tmux");
            var screen = new Screen(sandbox.File($"tmux-{Guid.NewGuid():N}"));
            var environment = sandbox.Environment.SelectMany(variable => new[] { "-e", $"{variable.Name}={variable.Value}" });
            await screen.TmuxAsync([
                "-f", "/dev/null", "new-session", "-d", "-x", "160", "-y", "50", "-c", Launcher.Root, .. environment,
                $"trap : INT; env --default-signal=INT,HUP {command}; echo ended with $?; read _",
            ]);
            return screen;
        }

        public async Task TypeAsync(params string[] keys) => await TmuxAsync(["send-keys", .. keys]);

        public Task ShowsAsync(string text, int times = 1) =>
            UntilAsync(shown => shown.Split(text).Length > times, $"'{text}' {times} times");

        /// <summary>Waits for the prompt of that number, with nothing after it: from then on keys are edited, not typed ahead.</summary>
        public Task PromptsAsync(int number) => UntilAsync(
            shown => shown.Split("muk>").Length > number && shown.TrimEnd().EndsWith("muk>", StringComparison.Ordinal),
            $"its prompt number {number}");

        private async Task UntilAsync(Func<string, bool> holds, string what)
        {
            var since = Stopwatch.GetTimestamp();
            var shown = await TmuxAsync(["capture-pane", "-p", "-S", "-"]);
            while (!holds(shown))
            {
                Assert.True(Stopwatch.GetElapsedTime(since) < Launcher.TimeMax, $"the terminal does not show {what}:\n{shown.TrimEnd()}");
                await Task.Delay(TimeSpan.FromMilliseconds(50));
                shown = await TmuxAsync(["capture-pane", "-p", "-S", "-"]);
            }
        }

        /// <summary>The terminal is no more, whatever runs at it.</summary>
        public async Task GoAwayAsync()
        {
            _gone = true;
            await TmuxAsync(["kill-server"]);
        }

        public async ValueTask DisposeAsync()
        {
            if (!_gone)
            {
                await GoAwayAsync();
            }
        }

        private async Task<string> TmuxAsync(string[] words) =>
            (await Launcher.RunAsync("tmux", ["-S", _socket, .. words])).Expect(0).Out;
    }
}
