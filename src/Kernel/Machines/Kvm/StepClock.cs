using System.Diagnostics;
using Muk.Kernel.Control;

namespace Muk.Kernel.Machines.Kvm;

/// <summary>Takes the time of the steps of a start. Owner: one thread.</summary>
internal sealed class StepClock
{
    private readonly List<StartStep> _steps = [];
    private long _last = Stopwatch.GetTimestamp();

    public IReadOnlyList<StartStep> Steps => _steps;

    public void Begin()
    {
        _steps.Clear();
        _last = Stopwatch.GetTimestamp();
    }

    /// <summary>The step that has just ended.</summary>
    public void Done(string name)
    {
        var now = Stopwatch.GetTimestamp();
        _steps.Add(new StartStep(name, (ulong)((now - _last) * (1_000_000_000 / Stopwatch.Frequency))));
        _last = now;
    }
}
