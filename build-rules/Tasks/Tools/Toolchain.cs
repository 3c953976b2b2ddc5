using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Muk.Build.Tasks.Tools;

/// <summary>Where the compiler, the linker, musl and libclang are.</summary>
/// <param name="Clang">The C compiler.</param>
/// <param name="Linker">LLVM's linker, of the same release.</param>
/// <param name="LibClang">libclang, of the same release.</param>
/// <param name="ClangHeaders">The compiler's own headers.</param>
/// <param name="MuslHeaders">musl's headers.</param>
/// <param name="MuslLibraries">Folder of musl's <c>libc.a</c> and start files.</param>
/// <param name="Builtins">The compiler's support library (128-bit division and the like).</param>
/// <param name="SearchPath">Folders to look for further programs in, as in <c>PATH</c>.</param>
public sealed record Toolchain(
    string Clang,
    string Linker,
    string LibClang,
    string ClangHeaders,
    string MuslHeaders,
    string MuslLibraries,
    string Builtins,
    string SearchPath)
{
    /// <summary>The release of LLVM that is used, as Debian's package names say it.</summary>
    public const string Release = "19";

    /// <summary>Finds everything, or says which package is missing.</summary>
    /// <param name="searchPath">Folders to look for programs in, as in <c>PATH</c>.</param>
    /// <param name="paths">Where tools are that lie elsewhere; null for none.</param>
    /// <exception cref="ToolException">Something is missing; the message names the Debian package.</exception>
    public static Toolchain Find(string searchPath, ToolPaths? paths = null)
    {
        var llvm = $"/usr/lib/llvm-{Release}";
        var programs = searchPath.Split(':', StringSplitOptions.RemoveEmptyEntries);
        return new(
            Named(paths?.Clang, "MukClang", $"clang-{Release}", $"clang-{Release}")
                ?? Program($"clang-{Release}", programs, $"clang-{Release}"),
            Named(paths?.Linker, "MukLinker", $"ld.lld-{Release}", $"lld-{Release}")
                ?? Program($"ld.lld-{Release}", programs, $"lld-{Release}"),
            Named(paths?.LibClang, "MukLibClang", "libclang", $"libclang1-{Release}")
                ?? First("libclang", $"libclang1-{Release}", $"/usr/lib/x86_64-linux-gnu/libclang-{Release}.so.{Release}"),
            First("clang's headers", $"libclang-common-{Release}-dev", $"{llvm}/lib/clang/{Release}/include"),
            First("musl's headers", "musl-dev", "/usr/include/x86_64-linux-musl", "/usr/include/musl"),
            First("musl", "musl-dev", "/usr/lib/x86_64-linux-musl", "/usr/lib/musl/lib"),
            First("libgcc.a", "libgcc-12-dev", LibGcc()),
            searchPath);
    }

    /// <summary>A program that only some sources need.</summary>
    /// <exception cref="ToolException">It is not installed; the message names the Debian package.</exception>
    public string Find(string program, string package) =>
        Program(program, SearchPath.Split(':', StringSplitOptions.RemoveEmptyEntries), package);

    /// <summary>Changes whenever one of the tools or libraries is replaced: their paths, sizes and times. Cheap.</summary>
    public string Stamp()
    {
        string[] parts =
        [
            Clang, Linker, LibClang, Path.Combine(MuslLibraries, "libc.a"), Path.Combine(MuslLibraries, "rcrt1.o"), Builtins,
        ];
        return string.Join('\n', parts.Select(part =>
        {
            var file = new FileInfo(File.ResolveLinkTarget(part, returnFinalTarget: true)?.FullName ?? part);
            return string.Create(CultureInfo.InvariantCulture, $"{part} {file.Length} {file.LastWriteTimeUtc.Ticks}");
        }));
    }

    /// <summary>What the tools are, wherever they lie: versions and contents, for the build hash. Costs two processes,
    /// so it is kept in <paramref name="cacheFile"/> for as long as <see cref="Stamp"/> stays.</summary>
    /// <exception cref="ToolException">A tool cannot be started.</exception>
    public async Task<string> IdentityAsync(string cacheFile, CancellationToken cancel)
    {
        var stamp = Stamp();
        if (File.Exists(cacheFile))
        {
            var kept = await File.ReadAllTextAsync(cacheFile, cancel).ConfigureAwait(false);
            if (kept.StartsWith(stamp + "\n\n", StringComparison.Ordinal))
            {
                return kept[(stamp.Length + 2)..];
            }
        }

        var clang = await new ToolRun(Clang, ["--version"], "/").RunAsync(cancel).ConfigureAwait(false);
        var linker = await new ToolRun(Linker, ["--version"], "/").RunAsync(cancel).ConfigureAwait(false);
        var identity = new StringBuilder();
        identity.Append(FirstLine(clang.Output)).Append('\n').Append(FirstLine(linker.Output)).Append('\n');
        string[] linked = [.. "libc.a rcrt1.o crti.o crtn.o".Split(' ').Select(n => Path.Combine(MuslLibraries, n)), Builtins];
        foreach (var file in linked)
        {
            identity.Append(Path.GetFileName(file)).Append(' ').Append(await HashAsync(file, cancel).ConfigureAwait(false)).Append('\n');
        }

        Directory.CreateDirectory(Path.GetDirectoryName(cacheFile)!);
        await File.WriteAllTextAsync(cacheFile, stamp + "\n\n" + identity, cancel).ConfigureAwait(false);
        return identity.ToString();
    }

    private static async Task<string> HashAsync(string file, CancellationToken cancel)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancel).ConfigureAwait(false));
    }

    private static string FirstLine(string text) => text.Split('\n', 2)[0];

    private static string Program(string name, string[] folders, string package) =>
        First(name, package, [.. folders.Select(f => Path.Combine(f, name)), $"/usr/bin/{name}"]);

    private static string[] LibGcc()
    {
        const string Versions = "/usr/lib/gcc/x86_64-linux-gnu";
        return !Directory.Exists(Versions)
            ? []
            : [.. Directory.GetDirectories(Versions)
                .OrderByDescending(d => int.TryParse(Path.GetFileName(d), out var number) ? number : 0)
                .Select(d => Path.Combine(d, "libgcc.a"))];
    }

    private static string? Named(string? path, string property, string what, string package) =>
        string.IsNullOrEmpty(path) ? null
        : File.Exists(path) ? Path.GetFullPath(path)
        : throw new ToolException($"{what} is not at {path}: install the Debian package {package} (apt-get install {package}), "
            + $"or set {property} to where it is");

    private static string First(string what, string package, params string[] places) =>
        places.FirstOrDefault(Path.Exists)
        ?? throw new ToolException($"{what} is not installed: install the Debian package {package} (apt-get install {package})");
}
