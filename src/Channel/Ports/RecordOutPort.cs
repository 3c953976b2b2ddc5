using Muk.Channel.Rings;

namespace Muk;

/// <summary>An output of records, or of the pieces of a stream. Owner: the one thread that writes.</summary>
public sealed class RecordOutPort
{
    private readonly RingProducer? _ring;
    private readonly byte[] _nowhere;

    internal RecordOutPort(RingProducer? ring)
    {
        _ring = ring;
        // What is written to a port that nothing is linked to lands here.
        _nowhere = ring is null ? new byte[1 << 16] : [];
    }

    /// <summary>Why the last operation did not succeed.</summary>
    public RingStatus Status => _ring?.Status ?? RingStatus.Ok;

    /// <summary>Largest record, in bytes.</summary>
    public int RecordBytesMax => _ring?.PayloadBytes ?? _nowhere.Length;

    /// <summary>Room for a record of at most <paramref name="bytes"/>, waiting for it. False when nobody reads any more. It holds
    /// leftovers of old records.</summary>
    /// <exception cref="ArgumentException">More than <see cref="RecordBytesMax"/>.</exception>
    public bool Claim(int bytes, out Span<byte> record)
    {
        if (_ring is null)
        {
            record = _nowhere.AsSpan(0, bytes);
            return true;
        }

        return _ring.Claim(bytes, out record) == RingStatus.Ok;
    }

    /// <summary>As <see cref="Claim"/>, without waiting.</summary>
    public bool TryClaim(int bytes, out Span<byte> record)
    {
        if (_ring is null)
        {
            record = _nowhere.AsSpan(0, bytes);
            return true;
        }

        return _ring.TryClaim(bytes, out record);
    }

    /// <summary>Shows the claimed record, <paramref name="bytes"/> long: at most what was claimed.</summary>
    public void Commit(int bytes) => _ring?.Commit(bytes);

    /// <summary>Sends a copy, waiting for room. False when nobody reads any more.</summary>
    public bool Send(ReadOnlySpan<byte> record)
    {
        if (!Claim(record.Length, out var room))
        {
            return false;
        }

        record.CopyTo(room);
        Commit(record.Length);
        return true;
    }
}
