namespace Muk.Kernel.Memory;

/// <summary>Physical memory for page tables beyond those that every machine has, taken when a guest needs it. It counts against the
/// guest's limit. Owner: the vCPU thread.</summary>
internal interface ITableMemory
{
    /// <summary>Guest-physical address of the first byte; whole pages.</summary>
    ulong Start { get; }

    /// <summary>One past the last byte.</summary>
    ulong End { get; }

    /// <summary>Makes it usable, all zero; false where the host does not give it.</summary>
    bool TryOpen();

    /// <summary>Zeroes what was used and gives it back to the host.</summary>
    /// <param name="end">One past what was used.</param>
    void Release(ulong end);
}
