using System.Text;
using Muk.Abi;
using Muk.Kernel.Control;
using Muk.Orchestrator.Images;
using Muk.Orchestrator.Nodes;
using Muk.Orchestrator.Pipelines;
using Muk.Orchestrator.Running;

namespace Muk.Tests.Orchestrator.Running;

/// <summary>Pipelines of the repository's own images on real core kernels. Needs both built (<c>./muk build</c>), <c>/dev/kvm</c>
/// for the half that runs there, and a core besides CPU 0's.</summary>
public sealed class RealPipelineTests : IDisposable
{
    private const string RuntimeVariable = "MUK_RUNTIME_DIR";

    private readonly string? _runtimeBefore = Environment.GetEnvironmentVariable(RuntimeVariable);
    private readonly string _runtime = TestFolders.SharedName();

    // A runtime folder of its own, so that a node that somebody has up on this host does not keep the cores from the tests.
    public RealPipelineTests() => Environment.SetEnvironmentVariable(RuntimeVariable, _runtime);

    private const string Text = "the cat and the dog and the bird\nThe End\n";

    [Theory]
    [InlineData(MachineRequest.Kvm)]
    [InlineData(MachineRequest.Process)]
    public async Task Words_are_counted(MachineRequest machine)
    {
        var (result, output, _) = await Run("tokenize | count | top n=2", Text, machine);
        Assert.Equal((0, ""), (result.Status, result.Reason));
        Assert.Equal("      3 the\n      2 and\n", output);
        Assert.All(result.Stages, s => Assert.True(s.Counts.Cycles > 0 && s.Steps.Count > 0));
    }

    [Theory]
    [InlineData(MachineRequest.Kvm)]
    [InlineData(MachineRequest.Process)]
    public async Task A_large_input_comes_through_whole(MachineRequest machine)
    {
        var random = new Random(1);
        var words = string.Concat(Enumerable.Range(0, 400_000).Select(
            _ => new string((char)('a' + random.Next(26)), random.Next(1, 9)) + "\n"));
        var (result, output, _) = await Run("tokenize | tokenize", words, machine);
        Assert.Equal((0, ""), (result.Status, result.Reason));
        Assert.Equal(words, output);
        Assert.Equal((ulong)words.Length, result.Stages[1].Input.Bytes);
    }

    [Theory]
    [InlineData(MachineRequest.Kvm)]
    [InlineData(MachineRequest.Process)]
    public async Task Typed_messages_flow_from_stage_to_stage(MachineRequest machine)
    {
        var (result, output, _) = await Run("gen count=20000 | fir | stats", "", machine);
        Assert.Equal((0, ""), (result.Status, result.Reason));
        Assert.NotEqual("", output);
        Assert.Equal((20_000ul, 20_000ul), (result.Stages[0].Output.Messages, result.Stages[1].Input.Messages));
    }

    [Theory]
    [InlineData(MachineRequest.Kvm)]
    [InlineData(MachineRequest.Process)]
    public async Task A_reader_that_has_had_enough_ends_its_writers_and_nothing_has_failed(MachineRequest machine)
    {
        // hello reads nothing and ends; tokenize has more to write than the ring holds.
        var words = string.Concat(Enumerable.Repeat("a word and another\n", 500_000));
        var (result, output, _) = await Run("tokenize | tokenize | hello", words, machine);
        Assert.Equal((0, ""), (result.Status, result.Reason));
        Assert.Equal(["tokenize", "tokenize", "hello"], result.Stages.Select(s => s.Label.Split('#')[0]));
        Assert.Equal([141, 141, 0], result.Stages.Select(s => s.Status));
        Assert.All(result.Stages, s => Assert.False(s.Fails));
        Assert.True(result.InputBytes < words.Length);
        Assert.NotEqual("", output);
    }

    [Theory]
    [InlineData(MachineRequest.Kvm)]
    [InlineData(MachineRequest.Process)]
    public async Task An_output_whose_reader_goes_away_ends_the_pipeline_quietly(MachineRequest machine)
    {
        Require(machine);
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.In);
        using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(
            pipe.ClientSafePipeHandle.DangerousGetHandle(), ownsHandle: false);
        await using var start = NodeStart.Open();
        var run = new PipelineRunner(start.Node, new Asked(), TimeProvider.System).RunAsync(
            Linker.Link(PipelineText.Parse("tokenize"), ImageCatalog.Load(ImageCatalog.DefaultFolder())),
            new RunOptions
            {
                Machine = machine, Sharing = CoreSharing.Allow, Timeout = TimeSpan.FromSeconds(20),
                Input = new PipelineInput.Bytes(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a word\n", 1_000_000)))),
                Output = new PipelineOutput.Descriptor(handle),
            }, new RecordingObserver(), TestContext.Current.CancellationToken);
        Assert.Equal('a', pipe.ReadByte());
        pipe.Dispose();
        var result = await run;
        Assert.Equal((0, ""), (result.Status, result.Reason));
        Assert.Equal(141, Assert.Single(result.Stages).Status);
    }

    [Theory]
    [InlineData(MachineRequest.Kvm)]
    [InlineData(MachineRequest.Process)]
    public async Task A_stage_that_waits_for_ever_is_ended_by_the_timeout(MachineRequest machine)
    {
        Require(machine);
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.Out);
        using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(
            pipe.ClientSafePipeHandle.DangerousGetHandle(), ownsHandle: false);
        await using var start = NodeStart.Open();
        using var output = new MemoryStream();
        var result = await new PipelineRunner(start.Node, new Asked(), TimeProvider.System).RunAsync(
            Linker.Link(PipelineText.Parse("tokenize | count"), ImageCatalog.Load(ImageCatalog.DefaultFolder())),
            new RunOptions
            {
                Machine = machine, Sharing = CoreSharing.Allow, Timeout = TimeSpan.FromSeconds(2),
                Input = new PipelineInput.Descriptor(handle), Output = new PipelineOutput.To(output),
            }, new RecordingObserver(), TestContext.Current.CancellationToken);
        Assert.Equal(
            (124, "no end after 2 s: tokenize waits for input, and none has come; count waits for input, and none has come"),
            (result.Status, result.Reason));

        // The first is ended before it ends what the next one reads, which may then end by itself before its own end is there.
        Assert.Equal((EndKind.Killed, 124), (result.Stages[0].Kind, result.Stages[0].Status));
        Assert.Contains(
            (result.Stages[1].Kind, result.Stages[1].Status), new[] { (EndKind.Killed, 124), (EndKind.Exited, 0) }.AsEnumerable());
    }

    [Theory]
    [InlineData(MachineRequest.Kvm)]
    [InlineData(MachineRequest.Process)]
    public async Task A_stage_that_refuses_its_arguments_fails_with_what_it_says(MachineRequest machine)
    {
        var (result, _, observer) = await Run("top n=x", Text, machine);
        Assert.NotEqual(0, result.Status);
        Assert.Equal("top", Assert.Single(result.Stages, s => s.Fails).Label);
        Assert.StartsWith("top: ", Assert.Single(observer.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MachineRequest.Kvm)]
    [InlineData(MachineRequest.Process)]
    public async Task One_stage_has_a_core_to_itself_and_makes_no_exit_a_message(MachineRequest machine)
    {
        var (result, output, _) = await Run("gen count=100000", "", machine);
        Assert.Equal((0, ""), (result.Status, result.Reason));
        Assert.Equal(0ul, result.Stages[0].Output.Parks);
        Assert.True(result.Stages[0].Counts.Exits < 1000, $"{result.Stages[0].Counts.Exits} exits");
        Assert.NotEqual("", output);
    }

    [Theory]
    [InlineData(MachineRequest.Kvm)]
    [InlineData(MachineRequest.Process)]
    public async Task A_kernel_that_is_killed_ends_its_stage_and_is_replaced_for_the_next_run(MachineRequest machine)
    {
        Require(machine);
        await using var start = NodeStart.Open();
        var runner = new PipelineRunner(start.Node, new Asked(), TimeProvider.System);
        var plan = Linker.Link(PipelineText.Parse("tokenize"), ImageCatalog.Load(ImageCatalog.DefaultFolder()));
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.Out);
        using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(
            pipe.ClientSafePipeHandle.DangerousGetHandle(), ownsHandle: false);
        using var output = new MemoryStream();
        var options = new RunOptions
        {
            Machine = machine, Sharing = CoreSharing.Allow,
            Input = new PipelineInput.Descriptor(handle), Output = new PipelineOutput.To(output),
        };
        var killer = new KillOnStart(start.Node, machine);
        var died = await runner.RunAsync(plan, options, killer, TestContext.Current.CancellationToken);
        Assert.Equal((137, "tokenize: core kernel of 'tokenize' died (signal 9)"), (died.Status, died.Reason));
        var again = await runner.RunAsync(
            plan, options with { Input = new PipelineInput.Bytes("a b\n"u8.ToArray()) },
            new RecordingObserver(), TestContext.Current.CancellationToken);
        Assert.Equal((0, "a\nb\n"), (again.Status, Encoding.UTF8.GetString(output.ToArray())));
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(RuntimeVariable, _runtimeBefore);
        if (Directory.Exists(_runtime))
        {
            // What a node leaves is its cores' locks, nothing else.
            Assert.Empty(Directory.GetDirectories(_runtime));
            Directory.Delete(_runtime, recursive: true);
        }
    }

    private static async Task<(RunResult Result, string Output, RecordingObserver Observer)> Run(
        string text, string input, MachineRequest machine)
    {
        Require(machine);
        await using var start = NodeStart.Open();
        var runner = new PipelineRunner(start.Node, new Asked(), TimeProvider.System);
        var plan = Linker.Link(PipelineText.Parse(text), ImageCatalog.Load(ImageCatalog.DefaultFolder()));
        var observer = new RecordingObserver();
        using var output = new MemoryStream();
        var result = await runner.RunAsync(plan, new RunOptions
        {
            Machine = machine,
            Sharing = CoreSharing.Allow,
            Timeout = TimeSpan.FromSeconds(20),
            Input = new PipelineInput.Bytes(Encoding.UTF8.GetBytes(input)),
            Output = new PipelineOutput.To(output),
        }, observer, TestContext.Current.CancellationToken);
        return (result, Encoding.UTF8.GetString(output.ToArray()), observer);
    }

    private static void Require(MachineRequest machine)
    {
        var required = Environment.GetEnvironmentVariable("MUK_REQUIRE") ?? "";
        if (machine == MachineRequest.Kvm && !required.Contains("kvm", StringComparison.Ordinal))
        {
            Assert.SkipUnless(File.Exists("/dev/kvm"), "there is no /dev/kvm");
        }

        Assert.SkipUnless(Environment.ProcessorCount > 1, "there is one CPU only, and it stays with the host");
        Assert.SkipUnless(ImageCatalog.Load(ImageCatalog.DefaultFolder()).Find("tokenize")?.Manifest is not null,
            "the images are not built: ./muk build");
        try
        {
            KernelProgram.Find();
        }
        catch (KernelException missing)
        {
            Assert.Skip(missing.Message);
        }
    }

    private sealed class Asked : IMachineChooser
    {
        public MachineVerdict Choose(MachineRequest request) =>
            new(request == MachineRequest.Kvm ? MachineKind.Kvm : MachineKind.Process, "");
    }

    private sealed class KillOnStart(Node node, MachineRequest machine) : IRunObserver
    {
        public void Placed(Plan plan, PlacedPlan placed)
        {
        }

        public void Note(string text)
        {
        }

        public void Started(PlannedStage stage, IReadOnlyList<StartStep> steps)
        {
            var kind = machine == MachineRequest.Kvm ? MachineKind.Kvm : MachineKind.Process;
            node.KernelAsync(node.FreeCores[0].Cpu, 0, kind, default).Result.Destroy();
        }

        public void Wrote(PlannedStage stage, string line)
        {
        }

        public void Ended(PlannedStage stage, StageResult result, string? crash)
        {
        }
    }
}
