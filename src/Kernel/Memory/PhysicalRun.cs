namespace Muk.Kernel.Memory;

/// <summary>Collects neighbouring ranges of physical memory, so that the host is asked once for many pages.</summary>
internal struct PhysicalRun
{
    public ulong Start { get; private set; }

    public ulong Bytes { get; private set; }

    /// <summary>Takes the range if it is next to what has been taken; else false, and the run must be dealt with first.</summary>
    public bool TryAdd(ulong start, ulong bytes)
    {
        if (Bytes == 0)
        {
            (Start, Bytes) = (start, bytes);
        }
        else if (start == Start + Bytes)
        {
            Bytes += bytes;
        }
        else if (start + bytes == Start)
        {
            (Start, Bytes) = (start, Bytes + bytes);
        }
        else
        {
            return false;
        }

        return true;
    }
}
