using System.Text;
using Muk.Abi;
using Muk.Channel.Interop;
using Muk.Channel.Rings;
using Muk.Kernel.Control;
using Muk.Kernel.Machines;

namespace Muk.Tests.Orchestrator.Running;

/// <summary>A fake MUK's view of its ports. Owner: its thread; <see cref="Killed"/> and <see cref="Died"/> are for any.</summary>
internal sealed class FakeGuest : IDisposable
{
    private readonly KickWord _kick = new();
    private readonly Dictionary<string, RingConsumer> _ins = [];
    private readonly Dictionary<string, RingProducer> _outs = [];
    private FakeEndException? _end;

    public FakeGuest(Request.Start start)
    {
        Start = start;
        foreach (var port in start.Ports)
        {
            if (port.Direction == PortDirection.In)
            {
                _ins[port.Port] = RingConsumer.Open(port.RingPath, RingWait.Park, _kick);
            }
            else
            {
                _outs[port.Port] = RingProducer.Open(port.RingPath, RingWait.Park, _kick);
            }
        }
    }

    public Request.Start Start { get; }

    public bool ReactsToKills { get; set; } = true;

    /// <summary>The next message of port <c>in</c>; null at its end.</summary>
    public byte[]? Read()
    {
        var status = _ins.Values.Single().Peek(out var message);
        Check(status);
        if (status != RingStatus.Ok)
        {
            InputStatus = status;
            return null;
        }

        var copy = message.ToArray();
        _ins.Values.Single().Release();
        return copy;
    }

    /// <summary>What ended the input.</summary>
    public RingStatus InputStatus { get; private set; }

    /// <summary>Writes to the port that is not <c>err</c>; dies of SIGPIPE when nobody reads any more.</summary>
    public void Write(ReadOnlySpan<byte> bytes) => Write(_outs.Single(o => o.Key != "err").Value, bytes);

    public void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    public void Log(string text) => Write(_outs["err"], Encoding.UTF8.GetBytes(text));

    /// <summary>Runs until it is ended from outside.</summary>
    public void Spin()
    {
        while (true)
        {
            Check(RingStatus.Ok);
            Thread.Sleep(1);
        }
    }

    public void Killed(KillReason reason)
    {
        if (ReactsToKills)
        {
            _end ??= new FakeEndException(EndKind.Killed, reason == KillReason.Timeout ? 124 : 137, $"killed: {reason}");
            _kick.Kick();
        }
    }

    public void Died()
    {
        _end = new FakeEndException(EndKind.Killed, 137, $"core kernel of '{Start.Name}' died (signal 9)");
        _kick.Kick();
    }

    public void Close(RingState state)
    {
        foreach (var ring in _ins.Values)
        {
            ring.Close(state);
        }

        foreach (var ring in _outs.Values)
        {
            ring.Close(state);
        }
    }

    public void Dispose()
    {
        foreach (var ring in _ins.Values)
        {
            ring.Dispose();
        }

        foreach (var ring in _outs.Values)
        {
            ring.Dispose();
        }
    }

    private void Write(RingProducer ring, ReadOnlySpan<byte> bytes)
    {
        var status = ring.Claim(bytes.Length, out var room);
        Check(status);
        if (status != RingStatus.Ok)
        {
            throw new FakeEndException(EndKind.Crashed, 141, "SIGPIPE: nobody reads");
        }

        bytes.CopyTo(room);
        ring.Commit(bytes.Length);
    }

    private void Check(RingStatus status)
    {
        if (_end is not null)
        {
            throw _end;
        }

        Assert.NotEqual(RingStatus.Corrupt, status);
    }
}
