using Muk.Channel.Rings;
using Muk.Orchestrator.Nodes;
using Muk.Orchestrator.Pipelines;

namespace Muk.Orchestrator.Running;

/// <summary>The pipeline's own two ends: the pumps of its input and its output, each on a thread of its own.</summary>
internal sealed class RunEnds : IDisposable
{
    private readonly INode _node;
    private readonly InputPump? _input;
    private readonly OutputPump? _output;
    private PumpThread? _inputThread;
    private PumpThread? _outputThread;

    public RunEnds(Plan plan, RunOptions options, INode node, RunRings rings)
    {
        _node = node;

        // With one CPU for all of the host's threads, spinning only keeps the other threads from what is waited for.
        var wait = node.HostCpus.Count > 1 ? RingWait.SpinThenPark : RingWait.Park;
        var links = plan.Links.ToList();
        var first = links.FindIndex(l => l.From is null);
        var last = links.FindIndex(l => l.To is null);
        _input = first < 0 ? null : new InputPump(options.Input, links[first], rings.Link(first), wait);
        _output = last < 0 ? null : new OutputPump(options.Output, links[last], rings.Link(last), wait);
    }

    public long InputBytes => _input?.Bytes ?? 0;

    public long OutputBytes => _output?.Bytes ?? 0;

    /// <summary>What was wrong with the input, null for nothing. After <see cref="Finish"/>.</summary>
    public string? InputProblem => _input?.Problem ?? _inputThread?.Failure?.Message;

    /// <summary>What was wrong with the output, null for nothing; a reader that went away is not wrong.</summary>
    public string? OutputProblem => _outputThread?.Failure?.Message;

    public void Start()
    {
        _outputThread = _output is null ? null : PumpThread.Start("pipeline output", _node.HostCpus, _output.Run);
        _inputThread = _input is null ? null : PumpThread.Start("pipeline input", _node.HostCpus, _input.Run);
    }

    /// <summary>Waits for the pumps, once every stage has ended: nobody reads the input any more, and what is left of the
    /// output is written.</summary>
    public void Finish()
    {
        _input?.Cancel();
        _inputThread?.Join();
        _outputThread?.Join();
    }

    /// <summary>Gives up on what has not been written: for a run that is ended from outside. Any thread.</summary>
    public void CancelOutput() => _output?.Cancel();

    public void Dispose()
    {
        _input?.Cancel();
        _output?.Cancel();
        _inputThread?.Join();
        _outputThread?.Join();
        _input?.Dispose();
        _output?.Dispose();
    }
}
