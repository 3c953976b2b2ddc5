using System.Buffers.Binary;
using Muk.Channel.Interop;
using Muk.Kernel.Interop.Kvm;

namespace Muk.Kernel.Machines.Kvm;

/// <summary>What the guest's <c>cpuid</c> answers: all that this host's KVM supports.</summary>
internal sealed class CpuidTable
{
    private const int HeaderBytes = 8;
    private const int EntryBytes = 40;
    private const int EntriesMax = 256;
    private const uint ExtendedStateLeaf = 0xd;

    // x87, SSE, AVX and the three parts of AVX-512: what the 4 KiB area of KVM_GET_XSAVE always has room for.
    private const ulong ExtendedControlKnown = 0xe7;
    private const ulong Avx = 0x6;
    private const ulong Avx512 = 0xe0;

    private CpuidTable(byte[] bytes)
    {
        Bytes = bytes;
        ExtendedControl = Control(bytes);
    }

    /// <summary><c>struct kvm_cpuid2</c> with its entries.</summary>
    public byte[] Bytes { get; }

    /// <summary>XCR0: what of the extended state guests may use.</summary>
    public ulong ExtendedControl { get; }

    /// <summary>Asks KVM, or takes the answer of an earlier kernel of the same boot from <paramref name="cachePath"/>, since asking
    /// takes longer than making a VM.</summary>
    public static CpuidTable Read(IKvmDevice calls, int device, string? cachePath)
    {
        if (cachePath is not null && TryReadCache(cachePath) is { } cached)
        {
            return cached;
        }

        var bytes = new byte[HeaderBytes + (EntriesMax * EntryBytes)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, EntriesMax);
        KvmVm.Check(calls.Call(device, KvmRequest.GetSupportedCpuid, bytes), "KVM_GET_SUPPORTED_CPUID", "update the host's kernel");
        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (count is <= 0 or > EntriesMax)
        {
            throw new HostException($"KVM_GET_SUPPORTED_CPUID ({count} entries)", 7, "update the host's kernel");
        }

        var table = new CpuidTable(bytes[..(HeaderBytes + (count * EntryBytes))]);
        if (cachePath is not null)
        {
            table.WriteCache(cachePath);
        }

        return table;
    }

    /// <summary>A cache that is missing, cut short or of another size is no cache; the guest sees what it says and nothing else depends
    /// on it.</summary>
    private static CpuidTable? TryReadCache(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            var count = bytes.Length >= HeaderBytes ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : 0;
            return count is > 0 and <= EntriesMax && bytes.Length == HeaderBytes + (count * EntryBytes) ? new CpuidTable(bytes) : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static ulong Control(ReadOnlySpan<byte> bytes)
    {
        for (var at = HeaderBytes; at + EntryBytes <= bytes.Length; at += EntryBytes)
        {
            var leaf = BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
            var index = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 4)..]);
            if (leaf == ExtendedStateLeaf && index == 0)
            {
                var supported = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 12)..]) & ExtendedControlKnown;
                supported = (supported & Avx512) == Avx512 && (supported & Avx) == Avx ? supported : supported & ~Avx512;
                return supported | 1;
            }
        }

        return 1;
    }

    private void WriteCache(string path)
    {
        var draft = $"{path}.{Environment.ProcessId}";
        try
        {
            File.WriteAllBytes(draft, Bytes);
            File.Move(draft, path, overwrite: true);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The cache only saves time: without it the next kernel asks again.
            File.Delete(draft);
        }
    }
}
