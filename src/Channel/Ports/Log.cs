using System.Text;
using Muk.Channel.Interop;

namespace Muk;

/// <summary>The MUK's log.</summary>
public static class Log
{
    private const int LineBytesMax = 1024;

    /// <summary>Writes a line; what is longer than 1024 bytes of UTF-8 is cut. One exit. Any thread.</summary>
    public static void Write(ReadOnlySpan<char> line)
    {
        Span<byte> text = stackalloc byte[LineBytesMax];
        Encoding.UTF8.TryGetBytes(line[..Math.Min(line.Length, LineBytesMax / 3)], text, out var bytes);
        GuestCalls.Log(text[..bytes]);
    }
}
