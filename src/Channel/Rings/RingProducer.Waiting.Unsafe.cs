namespace Muk.Channel.Rings;

/// <content>Waiting for room.</content>
public sealed partial class RingProducer
{
    private bool Wait(int bytes, out Span<byte> payload)
    {
        payload = default;
        Flush(); // What is held back can be what the reader waits for.
        var need = _slots ? 1 : RingGeometry.RecordBytes((uint)bytes, _payloadOffset) + _payloadOffset;
        return WaitForRoom(need) && TryClaim(bytes, out payload);
    }
}
