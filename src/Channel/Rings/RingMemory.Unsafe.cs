using Muk.Abi;
using Muk.Channel.Interop;

namespace Muk.Channel.Rings;

/// <summary>A ring mapped as one of its sides may see it: the other side's page read only, data twice in a row and
/// writable for the producer, and for a consumer that touches what it has read.</summary>
internal sealed unsafe class RingMemory : IDisposable
{
    private readonly IDisposable? _keeper;

    // SAFETY: the pointers point into a ring laid out by RingLayout, whose size was checked by RingGeometry.Fault; whoever uses
    // them holds this object and does not use them after Dispose.
    private RingMemory(byte* ring, in RingHeader header, IDisposable? keeper)
    {
        _keeper = keeper;
        Header = header;
        Producer = (RingSide*)(ring + RingLayout.ProducerOffset);
        Consumer = (RingSide*)(ring + RingLayout.ConsumerOffset);
        Data = ring + RingLayout.DataOffset;
    }

    /// <summary>A private copy, checked: what the file says later is of no interest.</summary>
    public RingHeader Header { get; }

    public RingSide* Producer { get; }

    public RingSide* Consumer { get; }

    public byte* Data { get; }

    /// <summary>Maps for a side (<see cref="PortDirection.Out"/> produces), or for nobody, which sees all and writes nothing.</summary>
    public static RingMemory Open(string path, PortDirection? side)
    {
        using var file = SharedMemoryFile.Open(path, side is null ? FileRights.Read : FileRights.ReadWrite);
        var header = RingFile.ReadHeader(file);
        var data = (long)header.DataBytes;
        var mapping = Mapping.ReserveAddresses(RingLayout.DataOffset + (2 * data), RingLayout.DataOffset);
        try
        {
            var fill = side is null ? MappingFill.OnDemand : MappingFill.Ahead;
            MappingRights For(PortDirection writer) => side == writer ? MappingRights.ReadWrite : MappingRights.Read;
            mapping.Place(0, file, 0, RingLayout.PageBytes, MappingRights.Read, fill);
            mapping.Place(RingLayout.ProducerOffset, file, RingLayout.ProducerOffset, RingLayout.PageBytes, For(PortDirection.Out), fill);
            mapping.Place(RingLayout.ConsumerOffset, file, RingLayout.ConsumerOffset, RingLayout.PageBytes, For(PortDirection.In), fill);
            var touches = side == PortDirection.In && header.Flags.HasFlag(RingFlags.ConsumerTouches);
            var dataRights = touches ? MappingRights.ReadWrite : For(PortDirection.Out);
            mapping.Place(RingLayout.DataOffset, file, RingLayout.DataOffset, data, dataRights, fill);
            mapping.Place(RingLayout.DataOffset + data, file, RingLayout.DataOffset, data, dataRights, fill);
        }
        catch (HostException)
        {
            mapping.Dispose();
            throw;
        }

        return new RingMemory(mapping.Pointer, header, mapping);
    }

    /// <summary>A ring that lies in memory already, the data twice in a row, for as long as the program runs.</summary>
    /// <exception cref="RingFormatException">There is no ring.</exception>
    public static RingMemory At(nint ring)
    {
        var header = *(RingHeader*)ring;
        return RingGeometry.Fault(header, long.MaxValue) is { } fault
            ? throw new RingFormatException($"there is no ring that can be used at {ring:x}: {fault}")
            : new RingMemory((byte*)ring, header, null);
    }

    /// <summary>A ring of one slot that belongs to nobody else: what an end uses that is linked to nothing.</summary>
    public static RingMemory Nowhere(uint payloadBytes)
    {
        var header = RingGeometry.Slots(new RingOptions(RingKind.Slots, payloadBytes, CapacityBytes: 0)) with { SlotCount = 1 };
        var mapping = Mapping.Anonymous(RingLayout.DataOffset + (long)header.DataBytes);
        return new RingMemory(mapping.Pointer, header, mapping);
    }

    public void Dispose() => _keeper?.Dispose();
}
