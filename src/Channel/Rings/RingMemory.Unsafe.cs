using Muk.Abi;
using Muk.Channel.Interop;

namespace Muk.Channel.Rings;

/// <summary>A ring mapped as one of its sides may see it: the other side's page read only, data written by the producer
/// alone and twice in a row.</summary>
internal sealed unsafe class RingMemory : IDisposable
{
    private readonly Mapping _mapping;

    // SAFETY: the pointers point into _mapping, laid out by RingLayout and checked against the file's size by ReadHeader;
    // whoever uses them holds this object and does not use them after Dispose.
    private RingMemory(Mapping mapping, in RingHeader header)
    {
        _mapping = mapping;
        Header = header;
        Producer = (RingSide*)(mapping.Pointer + RingLayout.ProducerOffset);
        Consumer = (RingSide*)(mapping.Pointer + RingLayout.ConsumerOffset);
        Data = mapping.Pointer + RingLayout.DataOffset;
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
            mapping.Place(RingLayout.DataOffset, file, RingLayout.DataOffset, data, For(PortDirection.Out), fill);
            mapping.Place(RingLayout.DataOffset + data, file, RingLayout.DataOffset, data, For(PortDirection.Out), fill);
        }
        catch (HostException)
        {
            mapping.Dispose();
            throw;
        }

        return new RingMemory(mapping, header);
    }

    public void Dispose() => _mapping.Dispose();
}
