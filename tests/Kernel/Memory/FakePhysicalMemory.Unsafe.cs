using System.Runtime.InteropServices;
using Muk.Kernel.Memory;

namespace Muk.Tests.Kernel.Memory;

/// <summary>Guest-physical memory of the test's own process, which notes what the host would have been told.</summary>
internal sealed unsafe class FakePhysicalMemory : IPhysicalMemory, IDisposable
{
    // SAFETY: Bytes bytes, from the constructor to Dispose; every access through Host is checked against it.
    private readonly byte* _memory;

    public FakePhysicalMemory(ulong bytes)
    {
        Bytes = bytes;
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, 4096);
        NativeMemory.Clear(_memory, (nuint)bytes);
    }

    public ulong Bytes { get; }

    public nint Base => (nint)_memory;

    public HashSet<ulong> Forgotten { get; } = [];

    public nint Host(ulong physical)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(physical, Bytes);
        return (nint)(_memory + physical);
    }

    public bool TryGrow(ulong end) => end <= Bytes;

    public void Forget(ulong physical, ulong bytes)
    {
        for (var at = physical; at < physical + bytes; at += 4096)
        {
            Forgotten.Add(at);
        }
    }

    public void ForgetAll() => Forget(0, Bytes);

    public void Release(ulong physical, ulong bytes)
    {
        new Span<byte>((void*)Host(physical), (int)bytes).Clear();
        Forget(physical, bytes);
    }

    public void Dispose() => NativeMemory.AlignedFree(_memory);
}
