using Muk.Build.Tasks.Images;

namespace Muk.Build.Tasks.Tools;

/// <summary>The arguments that every C file and every image gets. Pure.</summary>
public sealed class Flags(Toolchain tools, BuildOptions options)
{
    /// <summary>What decides how C is understood: given to the compiler and to libclang alike.</summary>
    public IReadOnlyList<string> Language =>
    [
        "--target=x86_64-linux-musl", "-nostdinc",
        "-isystem", tools.MuslHeaders, "-isystem", tools.ClangHeaders, "-isystem", Relative(options.ChannelFolder),
        "-std=gnu17", $"-march={options.March}", $"-O{options.Optimise}", "-fPIE", "-Wall",
        .. options.CompilerArguments,
    ];

    /// <summary>What decides what the compiler makes of it: bitcode, with debug information that names files relative to
    /// the folder above the sources, and frame pointers, by which crashes are traced.</summary>
    public IReadOnlyList<string> Compile =>
    [
        .. Language,
        "-g", "-fno-omit-frame-pointer", "-mno-omit-leaf-frame-pointer", "-ffunction-sections", "-fdata-sections",
        "-fno-asynchronous-unwind-tables", "-flto=full", "-fdebug-compilation-dir=.",
        $"-ffile-prefix-map={Path.GetDirectoryName(options.ChannelFolder)!}/=muk/",
        "-fno-caret-diagnostics", "-fno-color-diagnostics",
    ];

    /// <summary>The linker's arguments around the program's own files, which come between the two.</summary>
    /// <remarks>Segments share file pages but no memory pages (<c>noseparate-code</c>), which is what keeps images small
    /// while W^X holds. There is no RELRO: it would pad the data segment to a page for a table of a few entries.</remarks>
    public (IReadOnlyList<string> Before, IReadOnlyList<string> After) Link(IReadOnlyList<string> runtime) =>
    (
        [
            "-m", "elf_x86_64", "-static", "-pie", "--no-dynamic-linker", "-z", "text", "-z", "norelro", "-z", "noseparate-code",
            "--gc-sections", "--hash-style=gnu", "-O2", $"--lto-O{options.Optimise}", "--fatal-warnings", "--color-diagnostics=never",
            Musl("rcrt1.o"), Musl("crti.o"),
        ],
        ["--start-lib", .. runtime, "--end-lib", Musl("libc.a"), tools.Builtins, Musl("crtn.o")]
    );

    /// <summary>A path as compilers are given it: relative to the folder they run in where it lies under it.</summary>
    public string Relative(string path)
    {
        var relative = Path.GetRelativePath(options.WorkFolder, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    private string Musl(string file) => Path.Combine(tools.MuslLibraries, file);
}
