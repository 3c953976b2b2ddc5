using System.Globalization;
using Muk.Orchestrator.Cli.Processes;

namespace Muk.Orchestrator.Cli.Testing;

/// <summary>Folders that a test program has for itself, and a look at what it has left in them and on the host.</summary>
internal sealed class TestGround : IDisposable
{
    /// <summary>Tells a test program where its shared memory goes: <c>TestFolders</c> of tests/.</summary>
    private const string SharedMemoryVariable = "MUK_TEST_SHM";
    private const string SharedMemory = "/dev/shm";

    // Kernel/Control/NodeFiles: what is found out once after each start of the host.
    private const string ProcessorFacts = "cpuid-";

    // Made by the runtime and by the SDK for every user, and meant to stay.
    private static readonly string[] _ofTheRuntime = [".dotnet", "NuGetScratch", "NuGetScratchroot", "VBCSCompiler"];

    private readonly ScratchFolder _temporary = new();
    private readonly ScratchFolder _shared = new(Directory.Exists(SharedMemory) ? SharedMemory : Path.GetTempPath());

    /// <summary>What makes a program use them.</summary>
    public IEnumerable<KeyValuePair<string, string>> Environment =>
        [.. _temporary.Environment, new(SharedMemoryVariable, _shared.Path)];

    /// <summary>What is there that the program should have removed: files in its folders, and groups of cores of a node whose process
    /// has ended.</summary>
    public IReadOnlyList<string> Left() =>
    [
        .. Entries(_temporary.Path).Where(path => !_ofTheRuntime.Contains(Path.GetFileName(path)) && !IsOfTheSdk(path)),
        .. Entries(_shared.Path).Where(path => !Path.GetFileName(path).StartsWith(ProcessorFacts, StringComparison.Ordinal)),
        .. CoreGroups(),
    ];

    public void Dispose()
    {
        _temporary.Dispose();
        _shared.Dispose();
    }

    // The SDK leaves two folders for each build, also for one inside a test program: empty, with six characters for a name.
    private static bool IsOfTheSdk(string path) =>
        Path.GetFileName(path).Length == 6 && Directory.Exists(path) && Entries(path).Length == 0;

    private static string[] Entries(string folder) => Directory.GetFileSystemEntries(folder);

    // muk-cores-<pid>-<random>-<cpu>, see Kernel/Cores.
    private static IEnumerable<string> CoreGroups() =>
        from hierarchy in (string[])["/sys/fs/cgroup", "/sys/fs/cgroup/cpuset"]
        where Directory.Exists(hierarchy)
        from path in Directory.EnumerateDirectories(hierarchy, "muk-cores-*")
        where int.TryParse(Path.GetFileName(path).Split('-') is [_, _, var id, ..] ? id : "", CultureInfo.InvariantCulture, out var process)
            && !Directory.Exists($"/proc/{process}")
        select path;
}
