using Microsoft.Win32.SafeHandles;
using Muk.Kernel.Cores.Interop;

namespace Muk.Kernel.Cores;

/// <summary>The locks by which Muk nodes of one host keep off each other's cores: one file a core in the runtime folder.</summary>
public sealed class CoreLocks : IDisposable
{
    private const uint Everybody = 0x1b6;
    private readonly List<SafeFileHandle> _held;

    private CoreLocks(List<SafeFileHandle> held) => _held = held;

    /// <summary>Locks all of the cores, or none; null when somebody else has one of them.</summary>
    public static CoreLocks? TryTake(string runtimeFolder, IReadOnlyList<Core> cores)
    {
        ArgumentNullException.ThrowIfNull(cores);
        var locks = new CoreLocks([]);
        foreach (var core in cores)
        {
            if (FileLock.TryTake(PathOf(runtimeFolder, core), Everybody) is not { } handle)
            {
                locks.Dispose();
                return null;
            }

            locks._held.Add(handle);
        }

        return locks;
    }

    /// <summary>CPUs whose cores somebody has now. What is free may be taken by the time one tries.</summary>
    public static IReadOnlyCollection<int> Taken(string runtimeFolder, Topology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        var taken = new HashSet<int>();
        foreach (var core in topology.Cores.Where(c => File.Exists(PathOf(runtimeFolder, c))))
        {
            using var handle = FileLock.TryTake(PathOf(runtimeFolder, core), Everybody);
            if (handle is null)
            {
                taken.UnionWith(core.Cpus);
            }
        }

        return taken;
    }

    public void Dispose() => _held.ForEach(h => h.Dispose());

    private static string PathOf(string runtimeFolder, Core core) => Path.Combine(runtimeFolder, $"core-{core.Cpu}.lock");
}
