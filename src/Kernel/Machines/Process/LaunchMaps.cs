using Muk.Abi;
using Muk.Kernel.Images;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Machines.Process;

/// <summary>Which mappings make a guest's address space. Pure: descriptors are indices into what is sent with the plan.</summary>
/// <remarks>A ring comes through two descriptors, one of them opened for reading only. Linux then refuses to make a mapping
/// through it writable, whatever the guest calls: that is what keeps a peer's pages the peer's.</remarks>
public static class LaunchMaps
{
    /// <summary>The plan's own file.</summary>
    public const int PlanDescriptor = 0;

    /// <summary>The image's file.</summary>
    public const int ImageDescriptor = 1;

    /// <summary>The first ring's file for reading; the next one is the same file for writing, and so on.</summary>
    public const int RingDescriptors = 2;

    private const ulong HugeBytes = 2 << 20;
    private const uint Read = (uint)PageRights.Read;
    private const uint ReadWrite = (uint)(PageRights.Read | PageRights.Write);

    /// <param name="bootOffset">Of the boot block in the plan's file.</param>
    public static List<LaunchMap> Build(GuestPlan plan, ulong bootOffset)
    {
        var maps = new List<LaunchMap>();
        foreach (var segment in plan.Image.Segments)
        {
            Segment(maps, segment);
        }

        maps.Add(File(GuestLayout.BootAddress, GuestLayout.BootBytes, PlanDescriptor, bootOffset, Read) with { Seal = 1 });
        for (var i = 0; i < plan.Rings.Count; i++)
        {
            Ring(maps, plan.Rings[i], RingDescriptors + (2 * i));
        }

        var stackBytes = Pages.Up(plan.StackBytes);
        maps.Add(Anonymous(GuestLayout.StackTop - stackBytes - Pages.Bytes, Pages.Bytes, 0) with { Seal = 1 });
        maps.Add(Anonymous(GuestLayout.StackTop - stackBytes, stackBytes, ReadWrite));
        return maps;
    }

    /// <summary>The first page after the image: where brk starts.</summary>
    public static ulong ImageEnd(MukImage image) =>
        GuestLayout.ImageAddress + Pages.Up(image.Segments[^1].Start + image.Segments[^1].MemoryBytes);

    private static void Segment(List<LaunchMap> maps, ImageSegment segment)
    {
        var start = Pages.Down(segment.Start);
        var fileEnd = segment.FileBytes == 0 ? start : Pages.Up(segment.Start + (ulong)segment.FileBytes);
        var end = Pages.Up(segment.Start + segment.MemoryBytes);
        // Code. Constants a program may make writable for a while, as NativeAOT's runtime does with its own.
        var seal = segment.Rights.HasFlag(PageRights.Execute) ? 1u : 0u;
        if (fileEnd > start)
        {
            var map = File(GuestLayout.ImageAddress + start, fileEnd - start, ImageDescriptor, start, (uint)segment.Rights);
            maps.Add(map with { Seal = seal });
        }

        if (end > fileEnd)
        {
            // As the kvm machine maps it. The stack is left out: hardly anything of it is used, and zeroing a large page takes time.
            var huge = segment.Rights.HasFlag(PageRights.Write) && end - fileEnd >= HugeBytes ? 1u : 0;
            maps.Add(Anonymous(GuestLayout.ImageAddress + fileEnd, end - fileEnd, (uint)segment.Rights) with { Seal = seal, Huge = huge });
        }
    }

    private static void Ring(List<LaunchMap> maps, GuestRing ring, int descriptor)
    {
        var at = GuestLayout.RingsAddress + ((ulong)ring.Port * GuestLayout.RingStride);
        var produces = ring.Direction == PortDirection.Out;
        LaunchMap Part(ulong address, ulong bytes, ulong offset, bool own) => new()
        {
            Address = address,
            Bytes = bytes,
            Offset = offset,
            Descriptor = own ? descriptor + 1 : descriptor,
            Rights = own ? ReadWrite : Read,
            Shared = 1,
            Seal = 1,
        };

        maps.Add(Part(at, RingLayout.PageBytes, 0, own: false));
        maps.Add(Part(at + RingLayout.ProducerOffset, RingLayout.PageBytes, RingLayout.ProducerOffset, produces));
        maps.Add(Part(at + RingLayout.ConsumerOffset, RingLayout.PageBytes, RingLayout.ConsumerOffset, !produces));
        maps.Add(Part(at + RingLayout.DataOffset, ring.DataBytes, RingLayout.DataOffset, ring.WritesData));
        maps.Add(Part(at + RingLayout.DataOffset + ring.DataBytes, ring.DataBytes, RingLayout.DataOffset, ring.WritesData));
    }

    private static LaunchMap File(ulong address, ulong bytes, int descriptor, ulong offset, uint rights) =>
        new() { Address = address, Bytes = bytes, Offset = offset, Descriptor = descriptor, Rights = rights };

    private static LaunchMap Anonymous(ulong address, ulong bytes, uint rights) =>
        new() { Address = address, Bytes = bytes, Descriptor = -1, Rights = rights };
}
