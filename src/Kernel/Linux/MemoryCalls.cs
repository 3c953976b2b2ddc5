using Muk.Kernel.Linux.Descriptors;
using Muk.Kernel.Linux.Files;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Linux;

/// <summary>The memory family on machines that own their guest's page tables. Elsewhere Linux serves it and no call comes here.</summary>
internal sealed class MemoryCalls(Session session, DescriptorTable descriptors)
{
    private const uint MapShared = 1;
    private const uint MapTypeMask = 0xf;
    private const uint MapFixed = 0x10;
    private const uint MapAnonymous = 0x20;
    private const uint MapNoReserve = 0x4000;
    private const uint MapFixedNoReplace = 0x100000;
    private const ulong PageBytes = 4096;
    private const int AdviseDontNeed = 4;
    private const int AdviseFree = 8;

    /// <summary>Advice that may be followed by doing nothing: MADV_NORMAL (0) … WILLNEED (3), and DONTFORK (10) … POPULATE_WRITE (23):
    /// forks, merging, huge pages, dumps, pages that are cold or wanted soon.</summary>
    private const ulong AdviceIgnored = 0xff_fc0f;

    private const int ResidencyStep = 4096;
    private const int CopyBytes = 64 * 1024;

    /// <summary>Made when a file is mapped: a start shall not wait for it.</summary>
    private byte[]? _copy;

    public long Map(in SystemCall call)
    {
        if (session.Guest.AddressSpace is not { } space)
        {
            return -Errno.NoSystemCall;
        }

        ulong bytes = call.A1, offset = call.A5;
        var flags = (uint)call.A3;
        var rights = (PageRights)(call.A2 & 7);
        if (bytes == 0 || bytes > long.MaxValue || (flags & MapTypeMask) is 0 or > 3 || offset % PageBytes != 0)
        {
            return -Errno.Invalid;
        }

        var isFixed = (flags & (MapFixed | MapFixedNoReplace)) != 0;
        var replace = (flags & MapFixedNoReplace) == 0;
        // As Linux does without being told otherwise: what could never be had is refused, the rest is found out when it is touched.
        if ((rights & PageRights.Write) != 0 && (flags & MapNoReserve) == 0 && bytes > space.Usage.Limit)
        {
            return -Errno.NoMemory;
        }

        if ((flags & MapAnonymous) != 0)
        {
            return space.Map(new(call.A0), bytes, rights, isFixed, replace);
        }

        if (descriptors.Find(call.A4) is not HostFile file)
        {
            return descriptors.Find(call.A4) is null ? -Errno.BadDescriptor : -Errno.Access;
        }

        // What is written to a shared mapping would have to reach the file; only private copies are made here.
        if ((flags & MapTypeMask) == MapShared && (rights & PageRights.Write) != 0)
        {
            return -Errno.Access;
        }

        var at = space.Map(new(call.A0), bytes, rights | PageRights.Write, isFixed, replace);
        if (at < 0 && at > -4096)
        {
            return at;
        }

        var filled = Fill(space, (ulong)at, bytes, file, (long)offset);
        var protectedNow = filled < 0 || (rights & PageRights.Write) != 0 ? filled : space.Protect(new((ulong)at), bytes, rights);
        if (protectedNow < 0)
        {
            space.Unmap(new((ulong)at), bytes);
            return protectedNow;
        }

        return at;
    }

    public long Unmap(in SystemCall call) => session.Guest.AddressSpace?.Unmap(new(call.A0), call.A1) ?? -Errno.NoSystemCall;

    public long Protect(in SystemCall call) => session.Guest.AddressSpace is not { } space ? -Errno.NoSystemCall
        : (call.A2 & ~7ul) != 0 ? -Errno.Invalid
        : space.Protect(new(call.A0), call.A1, (PageRights)call.A2);

    public long Remap(in SystemCall call) =>
        session.Guest.AddressSpace?.Remap(new(call.A0), call.A1, call.A2, (int)call.A3, new(call.A4)) ?? -Errno.NoSystemCall;

    public long Break(in SystemCall call) =>
        session.Guest.AddressSpace is { } space ? (long)space.Break(new(call.A0)) : -Errno.NoSystemCall;

    public long Advise(in SystemCall call)
    {
        if (session.Guest.AddressSpace is not { } space)
        {
            return -Errno.NoSystemCall;
        }

        if (call.A0 % PageBytes != 0)
        {
            return -Errno.Invalid;
        }

        return call.A2 is AdviseDontNeed or AdviseFree ? space.Discard(new(call.A0), call.A1)
            : call.A2 < 64 && (AdviceIgnored >> (int)call.A2 & 1) != 0 ? 0
            : -Errno.Invalid;
    }

    /// <summary>mincore(start, bytes, pages).</summary>
    public long Resident(in SystemCall call)
    {
        if (session.Guest.AddressSpace is not { } space)
        {
            return -Errno.NoSystemCall;
        }

        Span<byte> part = stackalloc byte[ResidencyStep];
        if (call.A0 % PageBytes != 0 || call.A1 > long.MaxValue)
        {
            return call.A0 % PageBytes != 0 ? -Errno.Invalid : -Errno.NoMemory;
        }

        var pages = (call.A1 + PageBytes - 1) / PageBytes;
        for (var done = 0ul; done < pages; done += (ulong)part.Length)
        {
            part = part[..(int)Math.Min((ulong)part.Length, pages - done)];
            var result = space.Resident(new(call.A0 + (done * PageBytes)), part);
            if (result < 0)
            {
                return result;
            }

            if (!session.Memory.TryWrite(new(call.A2 + done), part))
            {
                return -Errno.Fault;
            }
        }

        return 0;
    }

    private long Fill(IAddressSpace space, ulong at, ulong bytes, HostFile file, long offset)
    {
        var copy = _copy ??= new byte[CopyBytes];
        for (var done = 0ul; done < bytes;)
        {
            var got = file.ReadHost(copy.AsSpan(0, (int)Math.Min((ulong)copy.Length, bytes - done)), offset + (long)done);
            if (got <= 0)
            {
                return got;
            }

            if (!space.TryWrite(new(at + done), copy.AsSpan(0, (int)got)))
            {
                return -Errno.NoMemory;
            }

            done += (ulong)got;
        }

        return 0;
    }
}
