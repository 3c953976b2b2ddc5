namespace Muk.Kernel.Machines.Kvm;

/// <summary>Where things are in the guest's physical memory, and the upper-half addresses of what is the machine's own. Up to
/// <see cref="Rings"/>, a physical address is an offset into the machine's memory file.</summary>
internal static class PhysicalLayout
{
    public const ulong Page = 0x1000;

    /// <summary>The system-call stub. It and the pages behind it lie in a read-only slot: not even ring 0 could change
    /// them.</summary>
    public const ulong Stub = 0x0000;

    /// <summary>The exception stubs.</summary>
    public const ulong TrapCode = 0x1000;

    /// <summary>GDT, TSS and IDT.</summary>
    public const ulong Descriptors = 0x2000;

    public const ulong Boot = 0x3000;

    /// <summary>What a guest reads the time from, and the code that does: see Machines/Kvm/vdso.</summary>
    public const ulong Time = 0x4000;

    public const ulong Vdso = 0x5000;

    public const ulong ReadOnlyBytes = 0x10000;

    /// <summary>The stack that exceptions are pushed on.</summary>
    public const ulong TrapStack = 0x10000;

    public const ulong TablesStart = 0x20000;

    public const ulong TablesEnd = 0x400000;

    /// <summary>First frame of the guest's; 2 MiB aligned.</summary>
    public const ulong Frames = 0x400000;

    /// <summary>From here on the host is asked for 2 MiB pages. What lies before is enough for a small program's image, stack
    /// and heap, which would otherwise take, and be cleared as, a large page whole.</summary>
    public const ulong HugeFrames = Frames + 0x200000;

    /// <summary>The first memory slot ends here, and each further one where a power of two above it does.</summary>
    public const ulong FirstSlotEnd = 0x1000000;

    /// <summary>Pieces of rings that the guest may not write, and from <see cref="WritableRings"/> on those that it may.</summary>
    public const ulong Rings = 1UL << 37;

    public const ulong WritableRings = 3UL << 36;

    /// <summary>A page that is a slot for a moment, see <see cref="PhysicalMemory.ForgetAll"/>.</summary>
    public const ulong Passing = Rings - 0x1000000;

    /// <summary>Virtual address of <see cref="TrapCode"/>; <see cref="Descriptors"/> and the stack follow.</summary>
    public const ulong TrapCodeAddress = 0xffff_8000_0000_0000;

    public const ulong DescriptorsAddress = TrapCodeAddress + Page;

    public const ulong TrapStackAddress = TrapCodeAddress + (2 * Page);

    /// <summary>Where the processor starts pushing; a multiple of 16.</summary>
    public const ulong TrapStackTop = TrapStackAddress + Page;
}
