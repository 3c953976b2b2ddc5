using System.Text;
using Muk.Channel.Interop;
using Muk.Channel.Rings;

namespace Muk.Orchestrator.Running;

/// <summary>Cuts what a stage writes to its standard error into lines. Owner: its own thread; <see cref="Cancel"/> is for any.</summary>
internal sealed class ErrorPump(string ringPath, Action<string> line) : IDisposable
{
    /// <summary>A longer line is shown in pieces of this size.</summary>
    public const int LineBytesMax = 16 * 1024;

    private readonly KickWord _kick = new();
    private readonly byte[] _buffer = new byte[LineBytesMax];
    private int _held;

    public void Cancel() => _kick.Kick();

    public void Run()
    {
        using var ring = RingConsumer.Open(ringPath, RingWait.Park, _kick);
        while (ring.Peek(out var text) == RingStatus.Ok)
        {
            Take(text);
            ring.Release();
        }

        if (_held > 0)
        {
            Show();
        }

        ring.Close(Abi.RingState.Ended);
    }

    public void Dispose() => _kick.Dispose();

    private void Take(ReadOnlySpan<byte> text)
    {
        while (text.Length > 0)
        {
            var end = text.IndexOf((byte)'\n');
            var piece = Math.Min(end < 0 ? text.Length : end, LineBytesMax - _held);
            text[..piece].CopyTo(_buffer.AsSpan(_held));
            _held += piece;
            text = text[piece..];
            if (text.Length > 0 && text[0] == (byte)'\n')
            {
                Show();
                text = text[1..];
            }
            else if (_held == LineBytesMax)
            {
                Show();
            }
        }
    }

    private void Show()
    {
        line(Encoding.UTF8.GetString(_buffer.AsSpan(0, _held)).TrimEnd('\r'));
        _held = 0;
    }
}
