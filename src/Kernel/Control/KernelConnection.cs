using System.Diagnostics;
using Muk.Abi;
using Muk.Channel.Interop;
using Muk.Channel.Rings;
using Muk.Kernel.Machines;

namespace Muk.Kernel.Control;

/// <summary>The orchestrator's end of the line to one core kernel. One thread sends and one receives (they may be two);
/// <see cref="Kill"/> and the counters are for any thread.</summary>
public sealed class KernelConnection : IDisposable
{
    private readonly ControlMapping _control;
    private readonly RingProducer _requests;
    private readonly RingConsumer _events;
    private readonly KickWord _kick;

    private KernelConnection(ControlMapping control, RingProducer requests, RingConsumer events, KickWord kick)
    {
        _control = control;
        _requests = requests;
        _events = events;
        _kick = kick;
    }

    /// <summary>Has the kernel said that no more events come?</summary>
    public bool KernelEnded => _events.Ended;

    /// <summary>The kernel's process id, 0 before it has come up.</summary>
    public int KernelPid => (int)Volatile.Read(ref _control.Page.KernelPid);

    /// <summary>The counters of the run in hand, as they stand.</summary>
    public ControlPage Counters => _control.Page;

    /// <summary>Makes the files for kernel <paramref name="kernel"/> in the node's folder and opens this end. The core kernel
    /// is to be started afterwards.</summary>
    /// <exception cref="HostException">They exist already, or cannot be made.</exception>
    public static KernelConnection Create(string folder, int kernel)
    {
        var options = new RingOptions(
            RingKind.Records,
            ControlLimits.MessageBytesMax,
            CapacityBytes: ControlLimits.RingBytes,
            Flags: RingFlags.ConsumerParks | RingFlags.ProducerParks);
        RingFile.Create(NodeFiles.Requests(folder, kernel), options);
        RingFile.Create(NodeFiles.Events(folder, kernel), options);
        var control = ControlMapping.Create(NodeFiles.Control(folder, kernel));
        var kick = new KickWord();
        return new(
            control,
            RingProducer.Open(NodeFiles.Requests(folder, kernel), RingWait.SpinThenPark),
            RingConsumer.Open(NodeFiles.Events(folder, kernel), RingWait.SpinThenPark, kick),
            kick);
    }

    /// <summary>Sends a request. False: the kernel is gone, or has left so many requests unread that no room is left.</summary>
    /// <exception cref="ControlFormatException">The request is too large.</exception>
    public bool TrySend(Request request)
    {
        if (!_requests.TryClaim(ControlLimits.MessageBytesMax, out var room))
        {
            return false;
        }

        Volatile.Write(ref _control.Page.AskedNs, (ulong)Stopwatch.GetTimestamp());
        _requests.Commit(ControlCodec.Write(request, room));
        return true;
    }

    /// <summary>The next event; null when none came in time, or when the kernel has ended (<see cref="KernelEnded"/>).</summary>
    /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/> for without end.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="ControlFormatException">The kernel wrote what no kernel writes.</exception>
    public Event? Receive(TimeSpan timeout, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_events.TryPeek(out var record))
        {
            return Take(record);
        }

        if (timeout == TimeSpan.Zero)
        {
            return null;
        }

        _kick.Acknowledge();
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var kicks = timer.Token.Register(_kick.Kick);
        timer.CancelAfter(timeout);
        switch (_events.Peek(out record))
        {
            case RingStatus.Ok:
                return Take(record);
            case RingStatus.Corrupt:
                throw new ControlFormatException("the kernel's event ring is corrupt");
            default:
                cancellation.ThrowIfCancellationRequested();
                return null;
        }
    }

    /// <summary>Ends a run, wherever it stands; it is reported as <see cref="Event.Ended"/> with <see cref="EndKind.Killed"/>. A run
    /// that is over, or has not begun, is not touched.</summary>
    public void Kill(ulong run, KillReason reason) => _control.Kill(run, reason);

    public void Dispose()
    {
        _requests.Dispose();
        _events.Dispose();
        _control.Dispose();
        _kick.Dispose();
    }

    private Event Take(ReadOnlySpan<byte> record)
    {
        var message = ControlCodec.ReadEvent(record);
        _events.Release();
        return message;
    }
}
