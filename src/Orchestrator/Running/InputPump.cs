using Microsoft.Win32.SafeHandles;
using Muk.Abi;
using Muk.Channel.Interop;
using Muk.Channel.Rings;
using Muk.Orchestrator.Pipelines;
using Muk.Orchestrator.Running.Interop;

namespace Muk.Orchestrator.Running;

/// <summary>Feeds the first stage from the pipeline's input. Owner: its own thread; <see cref="Cancel"/> is for any.</summary>
/// <remarks>Bytes are read straight into the ring. Fixed messages are cut from the bytes as they come; records are lines, without
/// their newline. The reader's end ends the pump, without reading what nobody wants.</remarks>
internal sealed class InputPump(PipelineInput input, PlannedLink link, string ringPath, RingWait wait) : IDisposable
{
    private const int PieceBytes = 64 * 1024;

    private readonly SafeFileHandle _cancel = Descriptors.NewCancel();
    private readonly KickWord _kick = new();
    private ReadOnlyMemory<byte> _rest = (input as PipelineInput.Bytes)?.Data ?? default;
    private long _bytes;

    /// <summary>Taken from the input so far.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>What is wrong with the input itself, one line; null for nothing. Read it after the pump's end.</summary>
    public string? Problem { get; private set; }

    /// <summary>Ends the pump's waits.</summary>
    public void Cancel()
    {
        Descriptors.Raise(_cancel);
        _kick.Kick();
    }

    public void Run()
    {
        using var ring = RingProducer.Open(ringPath, wait, _kick);
        var state = RingState.Failed;
        try
        {
            state = link.Kind switch
            {
                PortKind.Bytes => Stream(ring),
                PortKind.Fixed => Cut(ring, ring.PayloadBytes),
                _ => Lines(ring),
            };
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

    private RingState Stream(RingProducer ring)
    {
        var piece = Math.Min(PieceBytes, ring.PayloadBytes);
        while (ring.Claim(piece, out var room) == RingStatus.Ok)
        {
            var count = Take(room);
            if (count == 0)
            {
                break;
            }

            ring.Commit(count);
        }

        return RingState.Ended;
    }

    private RingState Cut(RingProducer ring, int messageBytes)
    {
        var buffer = new byte[Math.Max(PieceBytes / messageBytes, 1) * messageBytes];
        var held = 0;
        while (Take(buffer.AsSpan(held)) is > 0 and var count)
        {
            held += count;
            var at = 0;
            for (; held - at >= messageBytes; at += messageBytes)
            {
                if (ring.Claim(messageBytes, out var room) != RingStatus.Ok)
                {
                    return RingState.Ended;
                }

                buffer.AsSpan(at, messageBytes).CopyTo(room);
                ring.Stage(messageBytes);
            }

            ring.Flush();
            buffer.AsSpan(at, held - at).CopyTo(buffer);
            held -= at;
        }

        if (held == 0 || Cancelled)
        {
            return RingState.Ended;
        }

        Problem = $"the input ends inside a message: {held} of the last message's {messageBytes} bytes ({link.TypeName}) are there";
        return RingState.Failed;
    }

    private RingState Lines(RingProducer ring)
    {
        var buffer = new byte[Math.Max(PieceBytes, ring.PayloadBytes + 1)];
        var held = 0;
        var number = 1L;
        while (Take(buffer.AsSpan(held)) is var count && (count > 0 || held > 0))
        {
            held += count;
            var at = 0;
            while (at < held)
            {
                var line = buffer.AsSpan(at, held - at);
                var end = line.IndexOf((byte)'\n');
                if (end < 0 && count > 0 && line.Length <= ring.PayloadBytes)
                {
                    break;
                }

                var length = end < 0 ? line.Length : end;
                if (length > ring.PayloadBytes)
                {
                    Problem = $"line {number} of the input is longer than the {ring.PayloadBytes} bytes that a record may have";
                    return RingState.Failed;
                }

                if (ring.Claim(length, out var room) != RingStatus.Ok)
                {
                    return RingState.Ended;
                }

                line[..length].CopyTo(room);
                ring.Stage(length);
                at += Math.Min(length + 1, line.Length);
                number++;
            }

            ring.Flush();
            buffer.AsSpan(at, held - at).CopyTo(buffer);
            held -= at;
        }

        return RingState.Ended;
    }

    private bool Cancelled => _kick.Kicked;

    // The next bytes; 0 at the end, and when cancelled.
    private int Take(Span<byte> into)
    {
        var count = 0;
        if (input is PipelineInput.Descriptor { Handle: var handle })
        {
            do
            {
                if (Descriptors.WaitReadable(handle, _cancel) == DescriptorWait.Cancelled)
                {
                    return 0;
                }

                count = Descriptors.Read(handle, into);
            }
            while (count < 0);
        }
        else
        {
            count = Math.Min(_rest.Length, into.Length);
            _rest.Span[..count].CopyTo(into);
            _rest = _rest[count..];
        }

        Volatile.Write(ref _bytes, _bytes + count);
        return count;
    }
}
