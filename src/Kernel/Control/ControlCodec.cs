namespace Muk.Kernel.Control;

/// <summary>Control messages as bytes: the records of a core kernel's request and event rings.</summary>
/// <remarks>Little endian, a tag byte first, texts and lists with their count before them. Neither side trusts the other:
/// every count, length, tag and enumeration is checked, and what does not fit is a <see cref="ControlFormatException"/>.
/// Stateless; any thread.</remarks>
public static class ControlCodec
{
    /// <summary>Encodes a request; the bytes used of <paramref name="into"/>.</summary>
    /// <exception cref="ControlFormatException">It exceeds <see cref="ControlLimits"/> or does not fit.</exception>
    public static int Write(Request request, Span<byte> into)
    {
        var writer = new ControlWriter(into);
        RequestCodec.Write(request, ref writer);
        return writer.Written;
    }

    /// <summary>Encodes an event; the bytes used of <paramref name="into"/>.</summary>
    /// <exception cref="ControlFormatException">It exceeds <see cref="ControlLimits"/> or does not fit.</exception>
    public static int Write(Event message, Span<byte> into)
    {
        var writer = new ControlWriter(into);
        EventCodec.Write(message, ref writer);
        return writer.Written;
    }

    /// <summary>Decodes a request.</summary>
    /// <exception cref="ControlFormatException">The bytes are not one.</exception>
    public static Request ReadRequest(ReadOnlySpan<byte> from)
    {
        var reader = new ControlReader(from);
        var request = RequestCodec.Read(ref reader);
        reader.End();
        return request;
    }

    /// <summary>Decodes an event.</summary>
    /// <exception cref="ControlFormatException">The bytes are not one.</exception>
    public static Event ReadEvent(ReadOnlySpan<byte> from)
    {
        var reader = new ControlReader(from);
        var message = EventCodec.Read(ref reader);
        reader.End();
        return message;
    }
}
