namespace Muk.Kernel.Memory;

/// <summary>Guest memory as the kernel reads and writes it for the guest.</summary>
internal sealed unsafe partial class AddressSpace
{
    public bool TryRead(GuestAddress from, Span<byte> into)
    {
        for (var done = 0; done < into.Length;)
        {
            if (!TryResolve(from.Value + (ulong)done, MemoryAccess.Read, out var host, out var bytes))
            {
                return false;
            }

            var count = (int)Math.Min(bytes, (ulong)(into.Length - done));
            // SAFETY: TryResolve vouches for `bytes` bytes at `host`.
            new ReadOnlySpan<byte>((void*)host, count).CopyTo(into[done..]);
            done += count;
        }

        return true;
    }

    public bool TryWrite(GuestAddress to, ReadOnlySpan<byte> from)
    {
        for (var done = 0; done < from.Length;)
        {
            if (!TryResolve(to.Value + (ulong)done, MemoryAccess.Write, out var host, out var bytes))
            {
                return false;
            }

            var count = (int)Math.Min(bytes, (ulong)(from.Length - done));
            // SAFETY: TryResolve vouches for `bytes` bytes at `host`, which the guest itself may write.
            from.Slice(done, count).CopyTo(new Span<byte>((void*)host, count));
            done += count;
        }

        return true;
    }

    /// <summary>Where the guest's <paramref name="address"/> is in the host and how many bytes follow it there.</summary>
    /// <returns>False where the guest has no such right.</returns>
    private bool TryResolve(ulong address, MemoryAccess access, out nint host, out ulong bytes)
    {
        (host, bytes) = (0, 0);
        if (address >= HighestAddress)
        {
            return false;
        }

        var entry = _tables.Find(address, out var size);
        if (!Permits(entry, access))
        {
            if (entry.IsPresent || Fault(address, access) != FaultOutcome.Cured)
            {
                return false;
            }

            entry = _tables.Find(address, out size);
            if (!Permits(entry, access))
            {
                return false;
            }
        }

        var offset = address & (size - 1);
        // Page by page where pages need not be neighbours in the host.
        host = _memory.Host(entry.Physical) + (nint)offset;
        bytes = size - offset;
        return true;
    }

    private static bool Permits(PageEntry entry, MemoryAccess access) =>
        entry is { IsPresent: true, IsUser: true } && (access != MemoryAccess.Write || entry.IsWritable);
}
