using System.Text;
using Muk.Abi;
using Muk.Orchestrator.Images;
using Muk.Orchestrator.Pipelines;
using Muk.Orchestrator.Running;
using Muk.Tests.Orchestrator.Pipelines;

namespace Muk.Tests.Orchestrator.Running;

/// <summary>Runs pipelines of fake programs.</summary>
internal sealed class RunFixture : IMachineChooser, IDisposable
{
    private readonly Dictionary<string, FakeProgram> _programs = [];
    private readonly TestImages _images = new();
    private readonly FakeNode _node;

    public RunFixture(int cores = 8)
    {
        _node = new FakeNode(_programs, cores);
        Add("cat", guest =>
        {
            while (guest.Read() is { } bytes)
            {
                guest.Write(bytes);
            }

            return 0;
        });
    }

    public FakeNode Node => _node;

    public IPipelineRunner Runner => new PipelineRunner(_node, this, TimeProvider.System);

    public IImageSource Images => _images;

    public RecordingObserver Observer { get; } = new();

    public MemoryStream Output { get; } = new();

    public string Text => Encoding.UTF8.GetString(Output.ToArray());

    public RunFixture Add(string name, FakeProgram program, params Manifest.Port[] ports)
    {
        _programs[name] = program;
        _images.Add(name, [new("struct m", MessageTypeKind.Struct, 8, 8, Fields: [])], ports);
        return this;
    }

    public Task<RunResult> Run(string text, string input, TimeSpan? timeout = null, CancellationToken cancellation = default) => Run(text,
        new RunOptions
        {
            Input = new PipelineInput.Bytes(Encoding.UTF8.GetBytes(input)),
            Output = new PipelineOutput.To(Output),
            Timeout = timeout,
        }, cancellation);

    public Task<RunResult> Run(string text, RunOptions options, CancellationToken cancellation = default) =>
        Runner.RunAsync(
            Linker.Link(PipelineText.Parse(text), _images), options, Observer, cancellation);

    public MachineVerdict Choose(MachineRequest request) => new(MachineKind.Kvm, "");

    public void Dispose()
    {
        Assert.Equal(0, _node.Rings.Taken);
        Assert.Equal(_node.Rings.Kept, Directory.GetFiles(_node.Folder).Length);
        _node.Dispose();
    }
}
