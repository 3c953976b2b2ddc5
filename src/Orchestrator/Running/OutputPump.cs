using Microsoft.Win32.SafeHandles;
using Muk.Abi;
using Muk.Channel.Interop;
using Muk.Channel.Rings;
using Muk.Orchestrator.Pipelines;
using Muk.Orchestrator.Running.Interop;

namespace Muk.Orchestrator.Running;

/// <summary>Brings what the last stage writes to the pipeline's output. Owner: its own thread; <see cref="Cancel"/> is for any.</summary>
/// <remarks>Small messages are gathered and written when no more are there; large ones go out from where they lie. When nobody
/// reads the output any more the pump ends its side of the ring, which the stage sees as a pipe without a reader.</remarks>
internal sealed class OutputPump(PipelineOutput output, PlannedLink link, string ringPath, RingWait wait) : IDisposable
{
    private const int BufferBytes = 64 * 1024;
    private const int LargeBytes = 8 * 1024;

    private readonly SafeFileHandle _cancel = Descriptors.NewCancel();
    private readonly KickWord _kick = new();
    private readonly byte[] _buffer = new byte[BufferBytes];
    private OutputEnd? _end;
    private int _held;
    private long _bytes;

    /// <summary>Given to the output so far.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Whether the output's reader went away. Read it after the pump's end.</summary>
    public bool ReaderGone { get; private set; }

    /// <summary>Ends the pump's waits.</summary>
    public void Cancel()
    {
        Descriptors.Raise(_cancel);
        _kick.Kick();
    }

    public void Run()
    {
        using var ring = RingConsumer.Open(ringPath, wait, _kick);
        using var end = output is PipelineOutput.Descriptor { Handle: var handle } ? new OutputEnd(handle, _cancel) : null;
        _end = end;
        var state = RingState.Failed;
        try
        {
            Drain(ring);
            state = RingState.Ended;
        }
        finally
        {
            ring.Close(state);
        }
    }

    public void Dispose()
    {
        _cancel.Dispose();
        _kick.Dispose();
    }

    private void Drain(RingConsumer ring)
    {
        while (true)
        {
            if (!ring.TryPeek(out var message) && (!Flush() || ring.Peek(out message) != RingStatus.Ok))
            {
                return;
            }

            var taken = Put(message) && (link.Kind != PortKind.Records || Put("\n"u8));
            ring.Release();
            if (!taken)
            {
                return;
            }
        }
    }

    private bool Put(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > BufferBytes - _held && !Flush())
        {
            return false;
        }

        if (bytes.Length >= LargeBytes && _held == 0)
        {
            return Write(bytes);
        }

        if (bytes.Length > BufferBytes - _held)
        {
            return Write(bytes);
        }

        bytes.CopyTo(_buffer.AsSpan(_held));
        _held += bytes.Length;
        return true;
    }

    private bool Flush()
    {
        var held = _held;
        _held = 0;
        return Write(_buffer.AsSpan(0, held));
    }

    private bool Write(ReadOnlySpan<byte> bytes)
    {
        if (output is PipelineOutput.To { Stream: var stream })
        {
            if (bytes.Length > 0)
            {
                stream.Write(bytes);
                stream.Flush();
            }

            Volatile.Write(ref _bytes, _bytes + bytes.Length);
            return true;
        }

        var status = _end!.Write(bytes, out var written);
        Volatile.Write(ref _bytes, _bytes + written);
        ReaderGone |= status == OutputEndStatus.ReaderGone;
        return status == OutputEndStatus.Written;
    }
}
