using System.Runtime.InteropServices;
using Muk.Abi;
using Muk.Kernel.Images;
using Muk.Kernel.Interop.Kvm;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Machines.Kvm;

/// <summary>Puts images into the guest's memory, and back as they were when the same one starts again. Owner: the vCPU thread.</summary>
internal sealed class GuestLoader(PhysicalMemory memory, AddressSpace space, PageTables tables, StepClock clock)
{
    private const ulong Page = PhysicalLayout.Page;
    private const ulong StackAhead = 256 << 10;
    private const ulong GuardBytes = 1 << 20;
    private const PageRights ReadWrite = PageRights.Read | PageRights.Write;

    private readonly List<PhysicalRun> _writable = [];
    private GuestPlan? _last;
    private bool _isClean;

    /// <summary>Loads a plan; the guest's first stack pointer.</summary>
    /// <exception cref="ImageException">The image does not fit the memory limit.</exception>
    public ulong Load(GuestPlan plan)
    {
        if (_last is { } last && ReferenceEquals(last.Image, plan.Image) && last.MemoryBytes == plan.MemoryBytes
            && last.StackBytes == plan.StackBytes && memory.Rings.Fits(plan.Rings) && (_isClean || TryClean(last)))
        {
            (_last, _isClean) = (null, false); // Until all of it is done.
            memory.Rings.Replace(plan.Rings);
            clock.Done("rings");
        }
        else
        {
            (_last, _isClean) = (null, false);
            LoadAll(plan);
        }

        WriteBoot(plan);
        var stackPointer = WriteStack(plan);
        _last = plan;
        clock.Done("boot block and stack");
        return stackPointer;
    }

    /// <summary>Brings back what the last plan's guest has found when it started, or nothing at all where it changed too much for that.
    /// The next <see cref="Load"/> need not do it.</summary>
    public void Clear()
    {
        if (_last is { } last && !_isClean && !TryClean(last))
        {
            _last = null;
            space.Reset(0, 0, 0);
        }
    }

    private bool TryClean(GuestPlan last)
    {
        if (!space.TryRestore())
        {
            return false;
        }

        clock.Done("unmap");
        foreach (var run in _writable)
        {
            memory.Clear(run.Start, run.Bytes);
        }

        clock.Done("clear");
        Copy(last.Image, PageRights.Write);
        clock.Done("copy data");
        return _isClean = true;
    }

    private void LoadAll(GuestPlan plan)
    {
        var image = plan.Image;
        var imageEnd = GuestLayout.ImageAddress + RoundUp(image.Segments[^1].Start + image.Segments[^1].MemoryBytes);
        space.Reset(plan.MemoryBytes, imageEnd, GuestLayout.MmapTop);
        clock.Done("reset");
        memory.Rings.Place(plan.Rings);
        clock.Done("rings");
        MapMachine();
        foreach (var ring in memory.Rings.Placed)
        {
            MapRing(ring);
        }

        clock.Done("map machine and rings");
        foreach (var segment in image.Segments)
        {
            PlaceSegment(segment, plan);
        }

        var stackStart = GuestLayout.StackTop - RoundUp(plan.StackBytes);
        space.Place(new Region(stackStart, GuestLayout.StackTop, ReadWrite, RegionKind.Stack));
        space.Place(new Region(stackStart - GuardBytes, stackStart, PageRights.None, RegionKind.Guard));
        Require(space.TryCommit(Math.Max(stackStart, GuestLayout.StackTop - StackAhead), GuestLayout.StackTop), plan);
        space.Seal();
        FindWritable(image, stackStart);
        clock.Done("map image and stack");
        Copy(image, PageRights.None);
        clock.Done("copy image");
    }

    private void MapMachine()
    {
        space.Place(new Region(GuestLayout.StubAddress, GuestLayout.StubAddress + Page, PageRights.Read | PageRights.Execute,
            RegionKind.Stub));
        space.Place(new Region(GuestLayout.BootAddress, TimePage.Address + Page, PageRights.Read, RegionKind.Boot));
        space.Place(new Region(TimePage.CodeAddress, TimePage.CodeAddress + Page, PageRights.Read | PageRights.Execute, RegionKind.Stub));
        RequireTables(
            space.TryMapPhysical(GuestLayout.StubAddress, PhysicalLayout.Stub, Page, PageRights.Read | PageRights.Execute)
            && space.TryMapPhysical(GuestLayout.BootAddress, PhysicalLayout.Boot, Page, PageRights.Read)
            && space.TryMapPhysical(TimePage.Address, PhysicalLayout.Time, Page, PageRights.Read)
            && space.TryMapPhysical(TimePage.CodeAddress, PhysicalLayout.Vdso, Page, PageRights.Read | PageRights.Execute)
            && tables.TrySet(PhysicalLayout.TrapCodeAddress, PageEntry.Supervisor(PhysicalLayout.TrapCode,
                PageRights.Read | PageRights.Execute))
            && tables.TrySet(PhysicalLayout.DescriptorsAddress, PageEntry.Supervisor(PhysicalLayout.Descriptors, PageRights.Read))
            && tables.TrySet(PhysicalLayout.TrapStackAddress, PageEntry.Supervisor(PhysicalLayout.TrapStack, ReadWrite)));
    }

    private void MapRing(PlacedRing placed)
    {
        var at = GuestLayout.RingsAddress + ((ulong)placed.Ring.Port * GuestLayout.RingStride);
        var produces = placed.Ring.Direction == PortDirection.Out;
        var (producer, consumer) = produces ? (placed.OwnSide, placed.PeerSide) : (placed.PeerSide, placed.OwnSide);
        var dataRights = placed.Ring.WritesData ? ReadWrite : PageRights.Read;
        MapRingPiece(at, placed.Header, Page, PageRights.Read);
        MapRingPiece(at + RingLayout.ProducerOffset, producer, Page, produces ? ReadWrite : PageRights.Read);
        MapRingPiece(at + RingLayout.ConsumerOffset, consumer, Page, produces ? PageRights.Read : ReadWrite);
        MapRingPiece(at + RingLayout.DataOffset, placed.Data, placed.Ring.DataBytes, dataRights);
        MapRingPiece(at + RingLayout.DataOffset + placed.Ring.DataBytes, placed.Data, placed.Ring.DataBytes, dataRights);
    }

    private void MapRingPiece(ulong start, ulong physical, ulong bytes, PageRights rights)
    {
        var kind = rights.HasFlag(PageRights.Write) ? RegionKind.Ring : RegionKind.RingOfPeer;
        space.Place(new Region(start, start + bytes, rights, kind));
        RequireTables(space.TryMapPhysical(start, physical, bytes, rights));
    }

    private void PlaceSegment(ImageSegment segment, GuestPlan plan)
    {
        var start = GuestLayout.ImageAddress + (segment.Start & ~(Page - 1));
        var end = GuestLayout.ImageAddress + RoundUp(segment.Start + segment.MemoryBytes);
        var fileEnd = GuestLayout.ImageAddress + RoundUp(segment.Start + (ulong)segment.FileBytes);
        space.Place(new Region(start, end, segment.Rights, RegionKind.ImageZero));
        if (start < fileEnd)
        {
            space.Place(new Region(start, fileEnd, segment.Rights, RegionKind.Image));
        }

        var (committed, limit) = space.Usage;
        var ahead = end - start <= (limit - committed) / 2 ? end : fileEnd;
        Require(Commit(start, Math.Min(ahead, fileEnd)) && Commit(fileEnd, ahead), plan);
    }

    private bool Commit(ulong start, ulong end) => start >= end || space.TryCommit(start, end);

    /// <summary>Copies what the file has of the segments that have <paramref name="rights"/>.</summary>
    private void Copy(MukImage image, PageRights rights)
    {
        foreach (var segment in image.Segments)
        {
            if ((segment.Rights & rights) == rights)
            {
                CopyIn(GuestLayout.ImageAddress + segment.Start, image.Bytes.Span.Slice((int)segment.FileOffset, (int)segment.FileBytes));
            }
        }
    }

    /// <summary>Copies into pages that are there, whatever the guest may do with them.</summary>
    private void CopyIn(ulong address, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var entry = tables.Find(address, out var size);
            var offset = address & (size - 1);
            var count = (int)Math.Min(size - offset, (ulong)bytes.Length);
            bytes[..count].CopyTo(memory.Bytes(entry.Physical + offset, count));
            bytes = bytes[count..];
            address += (ulong)count;
        }
    }

    /// <summary>Notes which frames a guest can dirty of those that stay between runs.</summary>
    private void FindWritable(MukImage image, ulong stackStart)
    {
        _writable.Clear();
        var run = default(PhysicalRun);
        foreach (var segment in image.Segments)
        {
            if (segment.Rights.HasFlag(PageRights.Write))
            {
                var start = GuestLayout.ImageAddress + (segment.Start & ~(Page - 1));
                AddWritable(ref run, start, GuestLayout.ImageAddress + RoundUp(segment.Start + segment.MemoryBytes));
            }
        }

        AddWritable(ref run, stackStart, GuestLayout.StackTop);
        if (run.Bytes > 0)
        {
            _writable.Add(run);
        }
    }

    private void AddWritable(ref PhysicalRun run, ulong start, ulong end)
    {
        for (var at = start; at < end;)
        {
            var entry = tables.Find(at, out var bytes);
            if (entry.HasPage && !run.TryAdd(entry.Physical, bytes))
            {
                _writable.Add(run);
                run = default;
                run.TryAdd(entry.Physical, bytes);
            }

            at = (at & ~(bytes - 1)) + bytes;
        }
    }

    private void WriteBoot(GuestPlan plan)
    {
        var boot = plan.Boot;
        boot.Machine = MachineKind.Kvm;
        foreach (var ring in plan.Rings)
        {
            boot.Ports[ring.Port].RingAddress = GuestLayout.RingsAddress + ((ulong)ring.Port * GuestLayout.RingStride);
        }

        MemoryMarshal.Write(memory.Bytes(PhysicalLayout.Boot, (int)Page), in boot);
    }

    private ulong WriteStack(GuestPlan plan)
    {
        Span<byte> random = stackalloc byte[16];
        HostRandom.Fill(random);
        var stack = InitialStack.Build(GuestLayout.StackTop, plan.Image, plan.Arguments, plan.Environment, random);
        Require(stack.Length <= (int)StackAhead / 2, plan);
        var stackPointer = GuestLayout.StackTop - (ulong)stack.Length;
        CopyIn(stackPointer, stack);
        return stackPointer;
    }

    private static ulong RoundUp(ulong value) => (value + Page - 1) & ~(Page - 1);

    private static void Require(bool holds, GuestPlan plan)
    {
        if (!holds)
        {
            throw new ImageException(
                $"{plan.Image.Path} cannot run here: it does not fit its memory limit of {plan.MemoryBytes >> 10} KiB before it starts; "
                + "raise the limit");
        }
    }

    private static void RequireTables(bool holds)
    {
        if (!holds)
        {
            throw new ImageException("the rings of this MUK need more page tables than there are; make its rings smaller");
        }
    }
}
