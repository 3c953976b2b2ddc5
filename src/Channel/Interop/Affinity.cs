using System.Runtime.InteropServices;

namespace Muk.Channel.Interop;

/// <summary>Which processors a thread may run on.</summary>
public static unsafe partial class Affinity
{
    /// <summary>Highest processor number that can be named, plus one.</summary>
    public const int ProcessorsMax = 8192;

    /// <summary>Confines the calling thread to <paramref name="processors"/> (the host's numbers).</summary>
    /// <exception cref="HostException">None of them is there, or this process may not use them.</exception>
    public static void Set(params ReadOnlySpan<int> processors)
    {
        // SAFETY: the kernel reads sizeof(mask) bytes of the stack buffer.
        var mask = stackalloc ulong[ProcessorsMax / 64];
        new Span<ulong>(mask, ProcessorsMax / 64).Clear();
        foreach (var processor in processors)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)processor, (uint)ProcessorsMax, nameof(processors));
            mask[processor / 64] |= 1UL << (processor % 64);
        }

        if (SetAffinity(0, ProcessorsMax / 8, mask) != 0)
        {
            var list = string.Join(',', processors.ToArray());
            throw HostException.Last($"sched_setaffinity({list})", "the processor must be online and in this process's cpuset");
        }
    }

    /// <summary>Processors the calling thread may run on, ascending.</summary>
    public static int[] Get()
    {
        // SAFETY: the kernel writes at most sizeof(mask) bytes into the stack buffer.
        var mask = stackalloc ulong[ProcessorsMax / 64];
        new Span<ulong>(mask, ProcessorsMax / 64).Clear();
        if (GetAffinity(0, ProcessorsMax / 8, mask) < 0)
        {
            throw HostException.Last("sched_getaffinity()", "");
        }

        var found = new List<int>();
        for (var i = 0; i < ProcessorsMax; i++)
        {
            if ((mask[i / 64] >> (i % 64) & 1) != 0)
            {
                found.Add(i);
            }
        }

        return [.. found];
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SetAffinity(int thread, nuint bytes, ulong* mask);

    [LibraryImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    private static partial int GetAffinity(int thread, nuint bytes, ulong* mask);
}
