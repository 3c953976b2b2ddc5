using System.Runtime.InteropServices;
using System.Text;
using Muk.Kernel.Linux.Descriptors;
using Muk.Kernel.Linux.Interop;
using Muk.Kernel.Linux.Time;

namespace Muk.Kernel.Linux;

/// <summary>Who and where the guest is: ids, uname, limits, sysinfo, CPU, random bytes.</summary>
internal sealed class IdentityCalls(Session session)
{
    /// <summary>The guest is alone: process and thread 1.</summary>
    public const int ProcessId = 1;

    /// <summary>Kinds of resource limits.</summary>
    public const int LimitsCount = 16;

    /// <summary>Its CPU's number: a machine of one core.</summary>
    public const int CpuNumber = 0;

    private const int NameBytes = 65;
    private const ulong Infinity = ulong.MaxValue;
    private const int LimitStack = 3;
    private const int LimitCore = 4;
    private const int LimitFiles = 7;
    private const int PrctlSetName = 15;
    private const int PrctlGetName = 16;
    private const int ArchSetFs = 0x1002;
    private const int ArchGetFs = 0x1003;
    private const int RandomStepBytes = 256;
    private const ulong AddressEnd = 0x0000_8000_0000_0000;

    public long UserName(in SystemCall call)
    {
        Span<byte> names = stackalloc byte[NameBytes * 6];
        names.Clear();
        Encoding.ASCII.GetBytes("Linux", names);
        Encoding.UTF8.TryGetBytes(session.Options.Name.AsSpan(0, Math.Min(16, session.Options.Name.Length)), names[NameBytes..], out _);
        Encoding.ASCII.GetBytes("6.1.0-muk", names[(NameBytes * 2)..]);
        Encoding.ASCII.GetBytes("#1 Muk", names[(NameBytes * 3)..]);
        Encoding.ASCII.GetBytes("x86_64", names[(NameBytes * 4)..]);
        Encoding.ASCII.GetBytes("(none)", names[(NameBytes * 5)..]);
        return session.Memory.TryWrite(new(call.A0), names) ? 0 : -Errno.Fault;
    }

    /// <summary>sysinfo: 112 bytes; uptime, memory and one process.</summary>
    public long SystemInfo(in SystemCall call)
    {
        Span<ulong> words = stackalloc ulong[14];
        words.Clear();
        var (committed, limit) = session.Guest.AddressSpace?.Usage ?? (0, session.Options.MemoryBytes);
        words[0] = (ulong)(session.Time.MonotonicNanoseconds() / 1_000_000_000);
        words[4] = limit;
        words[5] = limit - Math.Min(limit, committed);
        words[10] = 1; // processes
        words[13] = 1; // bytes of a unit
        return session.Memory.TryWrite(new(call.A0), MemoryMarshal.AsBytes(words)) ? 0 : -Errno.Fault;
    }

    public long GetLimit(in SystemCall call) => call.A0 >= LimitsCount ? -Errno.Invalid : WriteLimit(call.A0, call.A1);

    /// <summary>prlimit64(process, which, new, old): limits are the kernel's to set, a wish is accepted and changes nothing.</summary>
    public long ProcessLimit(in SystemCall call)
    {
        if ((int)call.A0 is not (0 or ProcessId))
        {
            return -Errno.NoProcess;
        }

        if (call.A1 >= LimitsCount)
        {
            return -Errno.Invalid;
        }

        if (call.A2 != 0 && !session.Memory.TryReadU64(call.A2, out _))
        {
            return -Errno.Fault;
        }

        return call.A3 == 0 ? 0 : WriteLimit(call.A1, call.A3);
    }

    /// <summary>sched_getaffinity: the one CPU there is, whichever of the host's it is.</summary>
    public long Affinity(in SystemCall call) => call.A1 < sizeof(ulong) || call.A1 % sizeof(ulong) != 0 ? -Errno.Invalid
        : session.Memory.TryWriteU64(call.A2, 1ul << CpuNumber) ? sizeof(ulong) : -Errno.Fault;

    public long Cpu(in SystemCall call) =>
        (call.A0 == 0 || session.Memory.TryWriteU32(call.A0, CpuNumber))
        && (call.A1 == 0 || session.Memory.TryWriteU32(call.A1, 0)) ? 0 : -Errno.Fault;

    /// <summary>getrandom(at, bytes, flags): a few at a time, however many are asked for.</summary>
    public long Random(in SystemCall call)
    {
        if (call.A2 > 7)
        {
            return -Errno.Invalid;
        }

        Span<byte> step = stackalloc byte[RandomStepBytes];
        var wanted = Math.Min(call.A1, 1 << 20);
        for (var done = 0ul; done < wanted;)
        {
            var part = step[..(int)Math.Min((ulong)step.Length, wanted - done)];
            if (HostRandom.Fill(part) is < 0 and var error)
            {
                return done > 0 ? (long)done : error;
            }

            if (!session.Memory.TryWrite(new(call.A0 + done), part))
            {
                return done > 0 ? (long)done : -Errno.Fault;
            }

            done += (ulong)part.Length;
        }

        return (long)wanted;
    }

    public long ProcessControl(in SystemCall call) => (int)call.A0 switch
    {
        PrctlSetName => SetName(call.A1),
        PrctlGetName => session.Memory.TryWrite(new(call.A1), session.Thread.Name) ? 0 : -Errno.Fault,
        _ => -Errno.Invalid,
    };

    public long ArchControl(in SystemCall call)
    {
        switch ((int)call.A0)
        {
            case ArchSetFs when call.A1 >= AddressEnd:
                return -Errno.Perm;
            case ArchSetFs:
                session.Guest.FsBase = call.A1;
                return 0;
            case ArchGetFs:
                return session.Memory.TryWriteU64(call.A1, session.Guest.FsBase) ? 0 : -Errno.Fault;
            default:
                return -Errno.Invalid;
        }
    }

    /// <summary>getresuid and getresgid.</summary>
    public long ThreeIds(in SystemCall call) => session.Memory.TryWriteU32(call.A0, 0) && session.Memory.TryWriteU32(call.A1, 0)
        && session.Memory.TryWriteU32(call.A2, 0) ? 0 : -Errno.Fault;

    /// <summary>The name ends with its NUL; what is longer is cut.</summary>
    private long SetName(ulong at)
    {
        Span<byte> name = session.Thread.Name;
        for (var i = 0; i < name.Length; i++)
        {
            if (!session.Memory.TryRead(new(at + (ulong)i), name.Slice(i, 1)))
            {
                return -Errno.Fault;
            }

            if (name[i] == 0)
            {
                name[i..].Clear();
                return 0;
            }
        }

        name[^1] = 0;
        return 0;
    }

    private long WriteLimit(ulong which, ulong at)
    {
        var value = which switch
        {
            LimitStack => 8ul << 20,
            LimitCore => 0ul,
            LimitFiles => (ulong)DescriptorTable.CountMax,
            _ => Infinity,
        };
        return session.Memory.TryWriteU64(at, value) && session.Memory.TryWriteU64(at + 8, value) ? 0 : -Errno.Fault;
    }
}
