using System.Globalization;
using Muk.Kernel.Cores;

namespace Muk.Tests.Kernel.Cores;

/// <summary>A host of files in memory. Folders under a cpuset hierarchy behave as cgroups do: they come with their files, a
/// task is in one of them only, and one with tasks cannot be removed.</summary>
internal sealed class FakeHost : IHostFiles
{
    public const string Cpuset = "/sys/fs/cgroup/cpuset";
    private readonly SortedDictionary<string, string> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = [];

    /// <summary>Changes that still work; then the node "dies": <see cref="Died"/> is thrown.</summary>
    public int ChangesLeft { get; set; } = int.MaxValue;

    /// <summary>Refuses writes and folders whose path contains this.</summary>
    public string? Refuses { get; set; }

    /// <summary>Tasks that cannot be moved.</summary>
    public HashSet<string> Tied { get; } = [];

    /// <summary>All that a lease can change, as one text.</summary>
    public string Picture => string.Join('\n', _files.Select(f => $"{f.Key}={Sorted(f.Value)}")) + string.Join('\n',
        _folders.Order(StringComparer.Ordinal));

    public static FakeHost WithCpuset(int cpus, int tasks)
    {
        var host = new FakeHost()
            .File("/proc/mounts", $"cgroup {Cpuset} cgroup rw,relatime,cpuset 0 0")
            .File("/proc/self/cgroup", "3:cpuset:/\n0::/")
            .File($"{Cpuset}/cpuset.cpus", $"0-{cpus - 1}").File($"{Cpuset}/cpuset.mems", "0")
            .File($"{Cpuset}/cpuset.sched_load_balance", "1").File($"{Cpuset}/cpuset.cpu_exclusive", "1")
            .File($"{Cpuset}/tasks", string.Join('\n', Enumerable.Range(1, tasks)))
            .File("/proc/irq/default_smp_affinity", "f")
            .File("/proc/irq/9/smp_affinity_list", "0").File("/proc/irq/10/smp_affinity_list", "0-1")
            .File("/proc/irq/11/smp_affinity_list", $"{cpus - 1}");
        return host;
    }

    /// <summary>Puts a file there, with its folders.</summary>
    public FakeHost File(string path, string text)
    {
        _files[path] = text;
        for (var end = path.LastIndexOf('/'); end > 0; end = path.LastIndexOf('/', end - 1))
        {
            _folders.Add(path[..end]);
        }

        return this;
    }

    /// <summary>Processors as sysfs shows them, one line each: CPU, core's CPUs, package, node, CPUs of the last cache.</summary>
    public FakeHost Cpus(string online, string? allowed, params (int Cpu, string Core, int Package, int Node, string Cache)[] cpus)
    {
        File("/sys/devices/system/cpu/online", online);
        if (allowed is not null)
        {
            File("/proc/self/status", $"Name:\tx\nCpus_allowed_list:\t{allowed}\nMems_allowed:\t1");
        }

        foreach (var (cpu, core, package, node, cache) in cpus)
        {
            var folder = $"/sys/devices/system/cpu/cpu{cpu}";
            File($"{folder}/topology/core_cpus_list", core).File($"{folder}/topology/physical_package_id", $"{package}");
            File($"{folder}/cache/index0/level", "1").File($"{folder}/cache/index0/shared_cpu_list", core);
            File($"{folder}/cache/index3/level", "3").File($"{folder}/cache/index3/shared_cpu_list", cache);
            var list = $"/sys/devices/system/node/node{node}/cpulist";
            File(list, _files.TryGetValue(list, out var others) ? $"{others},{cpu}" : $"{cpu}");
        }

        return this;
    }

    public string? TryRead(string path) => _files.GetValueOrDefault(path)?.Trim();

    public bool TryWrite(string path, string text, out string refusal)
    {
        if (!_files.ContainsKey(path) || (Refuses is not null && path.Contains(Refuses, StringComparison.Ordinal)))
        {
            refusal = "no such file, or not allowed";
            return false;
        }

        Change();
        refusal = "";
        if (!path.EndsWith("/tasks", StringComparison.Ordinal))
        {
            _files[path] = text;
            return true;
        }

        if (Tied.Contains(text) && !TasksOf(path).Contains(text))
        {
            refusal = "Invalid argument";
            return false;
        }

        foreach (var tasks in _files.Keys.Where(k => k.EndsWith("/tasks", StringComparison.Ordinal)).ToArray())
        {
            _files[tasks] = string.Join('\n', TasksOf(tasks).Where(t => t != text).Concat(tasks == path ? [text] : []));
        }

        return true;
    }

    public IReadOnlyList<string> List(string folder) => [.. _files.Keys.Concat(_folders)
        .Where(p => p.StartsWith(folder + "/", StringComparison.Ordinal))
        .Select(p => p[(folder.Length + 1)..].Split('/')[0]).Distinct().Order(StringComparer.Ordinal)];

    public bool TryCreateFolder(string path, out string refusal)
    {
        refusal = "not allowed";
        if (Refuses is not null && path.Contains(Refuses, StringComparison.Ordinal))
        {
            return false;
        }

        if (FolderExists(path))
        {
            return true;
        }

        Change();
        foreach (var name in new[] { "tasks", "cpuset.cpus", "cpuset.mems", "cpuset.cpu_exclusive", "cpuset.sched_load_balance" })
        {
            File($"{path}/{name}", "");
        }

        return true;
    }

    public bool TryRemoveFolder(string path, out string refusal)
    {
        refusal = "Device or resource busy";
        if (TasksOf($"{path}/tasks").Length > 0)
        {
            return false;
        }

        Change();
        _folders.Remove(path);
        foreach (var file in _files.Keys.Where(k => k.StartsWith(path + "/", StringComparison.Ordinal)).ToArray())
        {
            _files.Remove(file);
        }

        return true;
    }

    public bool FolderExists(string path) => _folders.Contains(path);

    public IDisposable? LockFolder(string path) => null;

    public string[] TasksOf(string path) => (TryRead(path) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string Sorted(string text) =>
        string.Join(' ', text.Split('\n').OrderBy(t => int.TryParse(t, CultureInfo.InvariantCulture, out var n) ? n : 0));

    private void Change()
    {
        if (ChangesLeft-- <= 0)
        {
            throw new Died();
        }
    }

    public sealed class Died : Exception;
}
