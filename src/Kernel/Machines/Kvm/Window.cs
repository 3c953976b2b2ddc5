using Muk.Channel.Interop;
using Muk.Kernel.Interop.Kvm;

namespace Muk.Kernel.Machines.Kvm;

/// <summary>A range of guest-physical memory that pieces of files are put into, with the same rights for all. It consists of
/// chunks, one slot
/// each, made when they are needed and never given up; a slot costs more than what is put into it.</summary>
internal sealed class Window(KvmVm vm, ulong start, SlotRights rights) : IDisposable
{
    private const ulong ChunkBytesMin = 4UL << 20;
    private const ulong LargeBytes = 2UL << 20;

    private readonly List<Chunk> _chunks = [];

    public nint Host(ulong physical)
    {
        foreach (var chunk in _chunks)
        {
            if (physical - chunk.Physical < (ulong)chunk.Mapping.Bytes)
            {
                return chunk.Mapping.Address + (nint)(physical - chunk.Physical);
            }
        }

        throw new ArgumentOutOfRangeException(nameof(physical), physical, "nothing is there");
    }

    /// <summary>Takes everything out. KVM drops what it derived from it, since the host's mappings go.</summary>
    public void Empty()
    {
        foreach (var chunk in _chunks)
        {
            if (chunk.Used > 0)
            {
                HostPages.Blank(chunk.Mapping.Address, (long)chunk.Used);
                chunk.Used = 0;
            }
        }
    }

    /// <summary>Puts a piece of a file in; its guest-physical address.</summary>
    public ulong Place(SharedMemoryFile file, long offset, ulong bytes)
    {
        var align = bytes >= LargeBytes ? LargeBytes : PhysicalLayout.Page;
        foreach (var chunk in _chunks)
        {
            var at = (chunk.Used + align - 1) & ~(align - 1);
            if (at + bytes <= (ulong)chunk.Mapping.Bytes)
            {
                return Place(chunk, at, file, offset, bytes);
            }
        }

        return Place(Add(bytes), 0, file, offset, bytes);
    }

    /// <summary>Puts a piece of a file where one of the same length is.</summary>
    public void Replace(ulong physical, SharedMemoryFile file, long offset, ulong bytes)
    {
        foreach (var chunk in _chunks)
        {
            if (physical - chunk.Physical < (ulong)chunk.Mapping.Bytes)
            {
                Map(chunk, physical - chunk.Physical, file, offset, bytes);
                return;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(physical), physical, "nothing is there");
    }

    /// <summary>Makes the first chunk before it is needed.</summary>
    public void MakeReady()
    {
        if (_chunks.Count == 0)
        {
            Add(0);
        }
    }

    public void Dispose()
    {
        foreach (var chunk in _chunks)
        {
            chunk.Mapping.Dispose();
        }
    }

    private Chunk Add(ulong bytes)
    {
        var needed = Math.Max(ChunkBytesMin, (bytes + LargeBytes - 1) & ~(LargeBytes - 1));
        var physical = _chunks.Count == 0 ? start : _chunks[^1].Physical + (ulong)_chunks[^1].Mapping.Bytes;
        var added = new Chunk(physical, Mapping.ReserveAddresses((long)needed, (long)LargeBytes));
        vm.AddSlot(physical, needed, added.Mapping.Address, rights);
        _chunks.Add(added);
        return added;
    }

    private void Map(Chunk chunk, ulong at, SharedMemoryFile file, long offset, ulong bytes)
    {
        var mappingRights = rights == SlotRights.ReadOnly ? MappingRights.Read : MappingRights.ReadWrite;
        chunk.Mapping.Place((long)at, file, offset, (long)bytes, mappingRights, MappingFill.Ahead);
    }

    private ulong Place(Chunk chunk, ulong at, SharedMemoryFile file, long offset, ulong bytes)
    {
        Map(chunk, at, file, offset, bytes);
        chunk.Used = at + bytes;
        return chunk.Physical + at;
    }

    private sealed class Chunk(ulong physical, Mapping mapping)
    {
        public ulong Physical { get; } = physical;

        public Mapping Mapping { get; } = mapping;

        public ulong Used { get; set; }
    }
}
