using Muk.Abi;
using Muk.Kernel.Control;
using Muk.Kernel.Machines;
using Muk.Orchestrator.Nodes;

namespace Muk.Tests.Orchestrator.Running;

/// <summary>What a fake MUK does; its result is its exit status.</summary>
internal delegate int FakeProgram(FakeGuest guest);

/// <summary>Ends the fake guest as something else than an exit.</summary>
internal sealed class FakeEndException(EndKind kind, int status, string reason) : Exception(reason)
{
    public EndKind Kind => kind;

    public int Status => status;
}

/// <summary>A core kernel without a core: runs a delegate and behaves towards the runner as a kernel does.</summary>
internal sealed class FakeKernel(int core, MachineKind machine, IReadOnlyDictionary<string, FakeProgram> programs) : ICoreKernel
{
    private FakeGuest? _guest;
    private ulong _run;

    public int Core => core;

    public MachineKind Machine => machine;

    public int Pid => 1;

    public int Destroyed { get; private set; }

    public List<KillReason> Kills { get; } = [];

    public Task<Event.Ended> RunAsync(Request.Start start, Action<Event> sink)
    {
        var ended = new TaskCompletionSource<Event.Ended>(TaskCreationOptions.RunContinuationsAsynchronously);
        var guest = new FakeGuest(start);
        (_guest, _run) = (guest, start.Run);
        new Thread(() =>
        {
            sink(new Event.Started(start.Run, [new("load", 1000)]));
            ended.SetResult(Run(guest, start));
        })
        { IsBackground = true }.Start();
        return ended.Task;
    }

    public void Kill(ulong run, KillReason reason)
    {
        if (run == _run)
        {
            Kills.Add(reason);
            _guest!.Killed(reason);
        }
    }

    public void Destroy()
    {
        Destroyed++;
        _guest!.Died();
    }

    private Event.Ended Run(FakeGuest guest, Request.Start start)
    {
        var counts = new RunCounts(1, 2, 3, 4, 5, 6, 7, 8);
        try
        {
            var status = programs[Path.GetFileNameWithoutExtension(start.ImagePath)](guest);
            guest.Close(RingState.Ended);
            return new(start.Run, EndKind.Exited, status, "", null, counts);
        }
        catch (FakeEndException end)
        {
            // A kernel that died closes nothing.
            if (!end.Message.Contains("died", StringComparison.Ordinal))
            {
                guest.Close(RingState.Failed);
            }

            return new(start.Run, end.Kind, end.Status, end.Message, null, counts);
        }
        finally
        {
            guest.Dispose();
        }
    }
}
