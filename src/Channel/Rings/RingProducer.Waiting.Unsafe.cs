using System.Runtime.CompilerServices;

namespace Muk.Channel.Rings;

/// <content>The slow paths: finding room, waiting for it, starting over.</content>
// SAFETY: positions are masked before they become addresses into the data that _memory keeps mapped.
public sealed unsafe partial class RingProducer
{
    /// <summary>Looks how far the reader has come. Read once, checked, and only then used.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Refresh(ulong need)
    {
        if (_status > RingStatus.Full && _status != RingStatus.Cancelled)
        {
            return false; // What ended stays so.
        }

        PublishStatistics();
        // State before position: a reader that has ended moves no more.
        var open = _end.PeerStatus(RingStatus.Ok);
        var read = Volatile.Read(ref _end.Peer->Position);
        if (read > _position || _position - read > _capacity || (!_slots && read % _payloadOffset != 0))
        {
            _status = RingStatus.Corrupt;
            return false;
        }

        if (open != RingStatus.Ok)
        {
            _status = open;
            return false;
        }

        _limit = read + _capacity;
        if (_limit - _position < need)
        {
            _status = RingStatus.Full;
            return false;
        }

        return true;
    }

    private bool Wait(int bytes, out Span<byte> payload)
    {
        Flush(); // What is held back can be what the reader waits for.
        _end.BeginWait();
        while (true)
        {
            if (_end.Kicked)
            {
                _status = RingStatus.Cancelled;
                payload = default;
                return false;
            }

            var parked = _end.Pause(out var bellSeen);
            var found = TryClaim(bytes, out payload);
            if (parked && !found && _status == RingStatus.Full)
            {
                _end.Sleep(bellSeen);
            }
            else if (parked)
            {
                _end.Unpark();
            }

            if (found || _status != RingStatus.Full)
            {
                return found;
            }
        }
    }

    /// <summary>The position published in our own page lags by less than a ring; what was committed since is found by its
    /// header words, which name their positions.</summary>
    private void Recover()
    {
        _position = _end.Own->Position;
        _messages = _end.Own->Messages;
        _bytes = _end.Own->Bytes;
        var start = _position;
        if (_slots)
        {
            while (_position - start < _capacity && *(ulong*)(_data + ((_position & _mask) * _slotBytes)) == _position + 1)
            {
                _position++;
            }

            // Behind it may lie what was staged and never shown, in a row: make it look like the lap before.
            for (var stale = _position + 1; stale - _position < _capacity; stale++)
            {
                var word = (ulong*)(_data + ((stale & _mask) * _slotBytes));
                if (*word != stale + 1)
                {
                    break;
                }

                *word = stale >= _capacity ? stale + 1 - _capacity : 0;
            }
        }
        else
        {
            while (_position - start < _capacity)
            {
                var word = *(ulong*)(_data + (_position & _mask));
                if (!RingWords.IsRecord(word, _position) || RingWords.Length(word) > _payloadBytes)
                {
                    break;
                }

                _messages++;
                _bytes += RingWords.Length(word);
                _position += RingGeometry.RecordBytes(RingWords.Length(word), _payloadOffset);
            }
        }

        _limit = _position;
    }

    private void PublishStatistics()
    {
        // With held-back messages the position published is of the first of them, so that a crash loses just those.
        if (_held is null)
        {
            _end.Own->Messages = _slots ? _position : _messages;
            _end.Own->Bytes = _slots ? _position * _payloadBytes : _bytes;
            Volatile.Write(ref _end.Own->Position, _position);
        }
    }
}
