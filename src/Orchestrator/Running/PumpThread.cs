using Muk.Channel.Interop;

namespace Muk.Orchestrator.Running;

/// <summary>A thread of the runner's own, kept off the cores that stages have. What its work throws is its result.</summary>
internal sealed class PumpThread
{
    private readonly Thread _thread;
    private Exception? _failure;

    private PumpThread(string name, IReadOnlyList<int> cpus, Action work) =>
        _thread = new Thread(() => Run(cpus, work)) { IsBackground = true, Name = name };

    /// <summary>What ended it, null for an ordinary end. Read it after <see cref="Join"/>.</summary>
    public Exception? Failure => _failure;

    public static PumpThread Start(string name, IReadOnlyList<int> cpus, Action work)
    {
        var pump = new PumpThread(name, cpus, work);
        pump._thread.Start();
        return pump;
    }

    public void Join() => _thread.Join();

    private void Run(IReadOnlyList<int> cpus, Action work)
    {
        try
        {
            if (cpus.Count > 0)
            {
                Affinity.Set([.. cpus]);
            }

            work();
        }
        catch (Exception problem) when (problem is HostException or IOException or UnauthorizedAccessException)
        {
            _failure = problem;
        }
    }
}
