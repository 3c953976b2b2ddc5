using Muk.Channel.Rings;

namespace Muk;

/// <summary>An input of records, or of the pieces of a stream. Owner: the one thread that reads.</summary>
public sealed class RecordInPort
{
    private readonly RingConsumer? _ring;

    internal RecordInPort(RingConsumer? ring) => _ring = ring;

    /// <summary>Why the last operation gave nothing.</summary>
    public RingStatus Status => _ring?.Status ?? RingStatus.Ended;

    /// <summary>The next record where it lies, waiting for it. False at the end. Good until <see cref="Release"/>.</summary>
    public bool Receive(out ReadOnlySpan<byte> record)
    {
        record = default;
        return _ring is not null && _ring.Peek(out record) == RingStatus.Ok;
    }

    /// <summary>As <see cref="Receive"/>, without waiting.</summary>
    public bool TryReceive(out ReadOnlySpan<byte> record)
    {
        record = default;
        return _ring is not null && _ring.TryPeek(out record);
    }

    /// <summary>Gives the record received back. Only now it counts as read.</summary>
    public void Release()
    {
        _ring?.Advance();
        _ring?.Release();
    }
}
