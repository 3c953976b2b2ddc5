using Muk.Abi;
using Muk.Channel.Interop;
using Muk.Channel.Rings;

namespace Muk.Kernel.Control;

/// <summary>The core kernel's end of the line to its orchestrator. Owner: the vCPU thread; <see cref="Control"/> is
/// for any thread.</summary>
public sealed class ControlServer : IDisposable
{
    private readonly RingConsumer _requests;
    private readonly RingProducer _events;

    private ControlServer(ControlMapping control, RingConsumer requests, RingProducer events)
    {
        Control = control;
        _requests = requests;
        _events = events;
    }

    /// <summary>The page with the kill words and the counters.</summary>
    public ControlMapping Control { get; }

    /// <summary>Opens what the orchestrator has made.</summary>
    /// <param name="kick">Ends the wait for a request.</param>
    /// <exception cref="HostException">It is not there.</exception>
    public static ControlServer Open(string folder, int kernel, KickWord kick) => new(
        ControlMapping.Open(NodeFiles.Control(folder, kernel)),
        RingConsumer.Open(NodeFiles.Requests(folder, kernel), RingWait.Park, kick),
        RingProducer.Open(NodeFiles.Events(folder, kernel), RingWait.SpinThenPark));

    /// <summary>The next request: looks <paramref name="spins"/> times, then sleeps. Null: a kick, or the
    /// orchestrator has closed.</summary>
    /// <exception cref="ControlFormatException">The orchestrator wrote what none writes.</exception>
    public Request? Receive(uint spins)
    {
        ReadOnlySpan<byte> record;
        for (var i = 0u; !_requests.TryPeek(out record); i++)
        {
            if (i >= spins)
            {
                if (_requests.Peek(out record) != RingStatus.Ok)
                {
                    return _requests.Status == RingStatus.Corrupt
                        ? throw new ControlFormatException("the orchestrator's request ring is corrupt")
                        : null;
                }

                break;
            }

            Thread.SpinWait(1);
        }

        var request = ControlCodec.ReadRequest(record);
        _requests.Release();
        return request;
    }

    /// <summary>Has the orchestrator said that no more requests come?</summary>
    public bool OrchestratorEnded => _requests.Ended;

    /// <summary>Reports something, waiting for room. An orchestrator that is gone hears nothing.</summary>
    public void Report(Event message)
    {
        if (_events.Claim(ControlLimits.MessageBytesMax, out var room) == RingStatus.Ok)
        {
            _events.Commit(ControlCodec.Write(message, room));
        }
    }

    /// <summary>Reports something that may be seen later: with the next report, or after <see cref="WakeReader"/>. An orchestrator that
    /// looks of its own accord sees it at once.</summary>
    public void ReportQuietly(Event message)
    {
        if (_events.Claim(ControlLimits.MessageBytesMax, out var room) == RingStatus.Ok)
        {
            _events.CommitQuietly(ControlCodec.Write(message, room));
        }
    }

    /// <summary>Wakes the orchestrator if it has not seen what was reported quietly; to be called every now and then. Any thread.</summary>
    public void WakeReader() => _events.WakeReader();

    /// <summary>Says that no more events come.</summary>
    public void Close() => _events.Close(RingState.Ended);

    public void Dispose()
    {
        _requests.Dispose();
        _events.Dispose();
        Control.Dispose();
    }
}
