namespace Muk.Kernel.Memory;

/// <summary>The guest-physical memory behind an <see cref="AddressSpace"/>. Owner: the vCPU thread.</summary>
internal interface IPhysicalMemory
{
    /// <summary>Host address of the page of the guest's that is at <paramref name="physical"/>.</summary>
    nint Host(ulong physical);

    /// <summary>Makes guest-physical memory up to <paramref name="end"/> usable; false where the machine has no more.</summary>
    bool TryGrow(ulong end);

    /// <summary>The guest sees page-table entries that have been changed and led to this range. The content stays.</summary>
    void Forget(ulong physical, ulong bytes);

    /// <summary><see cref="Forget"/> for all there is, and for what was derived from 2 MiB entries.</summary>
    void ForgetAll();

    /// <summary>Zeroes the range, gives it back to the host, and does what <see cref="Forget"/> does.</summary>
    void Release(ulong physical, ulong bytes);
}
