using Muk.Orchestrator.Cli;

namespace Muk.Orchestrator.Bench.Peers;

/// <summary>Compiles the C and C++ half of the benchmarks when it is stale.</summary>
/// <param name="root">The repository.</param>
public sealed class PeerBuild(string root)
{
    // Some peers copy messages through pointers to other types, as their own builds allow them to.
    private static readonly string[] Flags =
        ["-std=c++20", "-O3", "-march=native", "-DNDEBUG", "-Wall", "-Wextra", "-fno-strict-aliasing", "-pthread"];

    private static readonly string[] RingFlags = ["-std=c11", "-O3", "-march=native", "-DNDEBUG", "-Wall", "-Wextra"];

    // What the build rules give a MUK by default, so that both are the same code (see GuestBuild).
    private static readonly string[] GuestFlags = ["-std=gnu11", "-O2", "-march=native", "-Wall", "-Wextra"];

    private readonly string _sources = Path.Combine(root, "src/Orchestrator/Bench/peers");
    private readonly string _runtime = Path.Combine(root, "src/Channel/c");
    private readonly string[] _ring =
        [Path.Combine(root, "src/Channel/c/host/host.c"), Path.Combine(root, "src/Channel/c/runtime/ring.c")];
    private readonly string[] _guests =
    [
        Path.Combine(root, "src/Orchestrator/Bench/guests/compute/kernels.c"),
        Path.Combine(root, "src/Orchestrator/Bench/guests/rig/rig.c"),
    ];
    private readonly string _output = Path.Combine(root, "artifacts/bench");

    /// <summary>Path of the program, built if need be.</summary>
    /// <exception cref="UserErrorException">There is no compiler, or it refused.</exception>
    public string Program(Action<string> progress)
    {
        var program = Path.Combine(_output, "peers");
        var files = Directory.GetFiles(_sources, "*.cpp").Where(IsWanted).Order(StringComparer.Ordinal).ToArray();
        var stamp = Stamp([.. files, .. _ring, .. _guests]);
        var stampFile = Path.Combine(_output, "peers.stamp");
        if (File.Exists(program) && File.Exists(stampFile) && File.ReadAllText(stampFile) == stamp)
        {
            return program;
        }

        progress("compiling the peers");
        var compiler = Compiler();
        var objects = Path.Combine(_output, "obj");
        Directory.CreateDirectory(objects);
        Parallel.ForEach(files, file => Tool.Run(compiler,
            [.. Flags, .. PackageOf(file)?.Flags ?? [], "-I", _runtime, "-c", file, "-o", Object(file)]));
        string[] libraries = [.. files.SelectMany(f => PackageOf(f)?.Libraries ?? [])];
        Parallel.ForEach(_guests, file => Tool.Run(compiler, ["-x", "c", .. GuestFlags, "-I", _runtime, "-c", file, "-o", Object(file)]));
        Parallel.ForEach(_ring, file => Tool.Run(compiler, ["-x", "c", .. RingFlags, "-I", _runtime, "-c", file, "-o", Object(file)]));
        Tool.Run(compiler, ["-pthread", .. files.Concat(_ring).Concat(_guests).Select(Object), "-o", program, .. libraries]);
        File.WriteAllText(stampFile, stamp);
        return program;

        string Object(string file) => Path.Combine(objects, Path.GetFileNameWithoutExtension(file) + ".o");
    }

    private static PeerPackage? PackageOf(string file) => PeerPackage.All.FirstOrDefault(p => p.Source == Path.GetFileName(file));

    private static bool IsWanted(string file) => PackageOf(file)?.IsInstalled ?? true;

    private static string Compiler()
    {
        string[] names = ["clang++-19", "clang++", "g++"];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        return names.SelectMany(n => folders.Select(f => Path.Combine(f, n))).FirstOrDefault(File.Exists)
            ?? throw new UserErrorException("no C++ compiler for the benchmarks' peers: apt-get install clang-19", ExitStatus.Failed);
    }

    private string Stamp(IEnumerable<string> files)
    {
        var all = files.Concat(Directory.GetFiles(_sources, "*.h*"))
            .Concat(_guests.Select(f => Path.ChangeExtension(f, ".h"))).Concat(Directory.GetFiles(_runtime,
            "*.h")).Order(StringComparer.Ordinal);
        return string.Join('\n', all.Select(f => $"{f} {File.GetLastWriteTimeUtc(f).Ticks}"));
    }
}
