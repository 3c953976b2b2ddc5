namespace Muk.Tests.EndToEnd;

/// <summary>A C# program ends as it does natively, however it ends, and what it says of an exception has file and line.</summary>
public sealed class CSharpEnds(CSharpEnds.Images images) : IClassFixture<CSharpEnds.Images>
{
    [Theory]
    [InlineData("return", 7)]
    [InlineData("exit", 9)]
    [InlineData("caught", 31)]
    [InlineData("nowhere", 2)]
    [InlineData("throw", 134)]
    [InlineData("null", 134)]
    [InlineData("divide", 134)]
    [InlineData("thread", 134)]
    [InlineData("task", 134)]
    [InlineData("failfast", 134)]
    [InlineData("wild", 134)]
    [InlineData("overflow", 139)]
    public async Task A_program_ends_as_it_does_natively(string way, int status)
    {
        Machines.Need("kvm");
        var native = (await NativelyAsync(way)).Expect(status);
        var outcome = (await RunAsync(way)).Expect(status);
        Assert.Equal(native.Out, outcome.Out);
        // All that it says natively, with places in the traces where those have offsets.
        foreach (var line in native.Errors.Split('\n').Where(l => l.Length > 0))
        {
            Assert.Contains("ends: " + line.Split(" + 0x")[0], outcome.Errors, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("not served", outcome.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("throw", "   at Ways.Throw(Int32) in csharp-ends/ends.cs:line", "throw new InvalidOperationException")]
    [InlineData("throw", "   at Program.<<Main>$>d__0.MoveNext() in csharp-ends/ends.cs:line", "Ways.Throw(3)")]
    [InlineData("null", "   at Ways.Length(String) in csharp-ends/ends.cs:line", "text!.Length")]
    [InlineData("divide", "   at Ways.Divide(Int32, Int32) in csharp-ends/ends.cs:line", "a / b")]
    [InlineData("wild", "   at Ways.Wild() in csharp-ends/ends.cs:line", "0x123456789000")]
    public async Task A_stack_trace_names_the_line(string way, string frame, string code)
    {
        Machines.Need("kvm");
        Assert.Contains($"ends: {frame} {Line(code)}\n", (await RunAsync(way)).Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("thread", "throw new InvalidOperationException", "ends_Ways__Throw")]
    [InlineData("failfast", "Environment.FailFast", "ends_Program___Main___d__0__MoveNext")]
    [InlineData("overflow", "int Deeper(int", "ends_Ways__Deeper, 64 times")]
    public async Task The_backtrace_of_a_crash_reaches_the_programs_own_methods(string way, string code, string method)
    {
        Machines.Need("kvm");
        Assert.Contains($"  at csharp-ends/ends.cs:{Line(code)} in {method}\n", (await RunAsync(way)).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stack_overflow_is_called_by_its_name()
    {
        Machines.Need("kvm");
        Assert.Contains("ends: SIGSEGV: stack overflow", (await RunAsync("overflow")).Errors, StringComparison.Ordinal);
    }

    private static int Line(string code) =>
        Array.FindIndex(File.ReadAllLines(Path.Combine(Images.Sources, "ends.cs")), l => l.Contains(code, StringComparison.Ordinal)) + 1;

    private static Task<Outcome> NativelyAsync(string way) => Launcher.RunAsync(Path.Combine(Images.Folder, "ends.muk"), [way]);

    private Task<Outcome> RunAsync(string way) =>
        Launcher.MukAsync(["run", $"ends {way}", "--machine", "kvm"], null, "", [.. images.Environment]);

    /// <summary>The program's image; the native compiler takes its time, so it is kept for the next run of the tests.</summary>
    public sealed class Images : IAsyncLifetime
    {
        private readonly string _runtime = Directory.CreateTempSubdirectory("muk-ends-").FullName;

        public static string Sources => Path.Combine(Launcher.Root, "tests", "guests", "csharp-ends");

        public static string Folder => Path.Combine(Launcher.Root, "artifacts", "tests", "csharp-ends");

        public IEnumerable<(string, string)> Environment =>
            [("MUK_SOURCES", Sources), ("MUK_IMAGES", Folder), ("MUK_RUNTIME_DIR", _runtime), ("MUK_LEASE", "nodes")];

        public async ValueTask InitializeAsync() => (await Launcher.MukAsync(["build"], null, "", [.. Environment])).Expect(0);

        public ValueTask DisposeAsync()
        {
            Directory.Delete(_runtime, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
