using Muk.Kernel.Interop.Kvm;

namespace Muk.Kernel.Machines.Kvm;

/// <summary>Control registers and segments of a guest that lives in ring 3.</summary>
internal static class Segments
{
    private const byte CodeType = 11;
    private const byte DataType = 3;

    /// <summary>Fills in all that matters and leaves the rest (APIC base) as KVM made it.</summary>
    public static void Fill(ref KvmSpecialRegisters registers, ulong pageTables)
    {
        var data = new KvmSegment
        {
            Limit = uint.MaxValue, Selector = Traps.UserData, Type = DataType, Present = 1, Dpl = 3, System = 1, Big = 1, Granular = 1,
        };
        registers.Cs = data with { Selector = Traps.UserCode, Type = CodeType, Big = 0, Long = 1 };
        registers.Ds = registers.Es = registers.Fs = registers.Gs = registers.Ss = data;
        registers.Tr = new KvmSegment
        {
            Base = PhysicalLayout.DescriptorsAddress + Traps.TaskStateOffset,
            Limit = Traps.TaskStateLimit,
            Selector = Traps.TaskState,
            Type = CodeType,
            Present = 1,
        };
        registers.Gdt = new KvmTable { Base = PhysicalLayout.DescriptorsAddress, Limit = Traps.TableLimit };
        registers.Idt = new KvmTable
        {
            Base = PhysicalLayout.DescriptorsAddress + Traps.InterruptTableOffset, Limit = Traps.InterruptTableLimit,
        };
        registers.Cr0 = 0x80050033;
        registers.Cr2 = 0;
        registers.Cr3 = pageTables;
        registers.Cr4 = 0x50620;
        registers.Efer = 0xd01;
    }
}
