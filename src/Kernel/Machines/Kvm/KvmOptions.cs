namespace Muk.Kernel.Machines.Kvm;

/// <summary>What a <c>kvm</c> machine is made with.</summary>
/// <param name="MemoryPath">The shared-memory file to make for the guest's memory; removed with the machine.</param>
/// <param name="MemoryBytesMax">Most bytes any guest's limit may be.</param>
/// <param name="CpuidCachePath">A file that keeps KVM's answer on CPUID for the next kernel of the node; null for none.</param>
public sealed record KvmOptions(string MemoryPath, ulong MemoryBytesMax = 16UL << 30, string? CpuidCachePath = null);
