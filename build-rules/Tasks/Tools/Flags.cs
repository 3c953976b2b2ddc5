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
    /// the folder above the sources, and frame pointers, by which crashes are traced. Access through a null pointer stays
    /// in the program, where the optimiser would take it as licence to leave out whatever leads there: it has to fault at
    /// its line.</summary>
    public IReadOnlyList<string> Compile =>
    [
        .. Language,
        "-g", "-fno-omit-frame-pointer", "-mno-omit-leaf-frame-pointer", "-ffunction-sections", "-fdata-sections",
        "-fno-asynchronous-unwind-tables", "-fno-delete-null-pointer-checks", "-flto=full", "-fdebug-compilation-dir=.",
        $"-ffile-prefix-map={Path.GetDirectoryName(options.ChannelFolder)!}/=muk/",
        "-fno-caret-diagnostics", "-fno-color-diagnostics",
    ];

    /// <summary>Beside <see cref="Compile"/>, for the runtime: it runs before thread-local storage is there.</summary>
    public static IReadOnlyList<string> Runtime => ["-ffreestanding", "-fno-stack-protector"];

    /// <summary>The linker's arguments around the program's own files, which come between the two.</summary>
    /// <remarks>Segments share file pages but no memory pages (<c>noseparate-code</c>), which is what keeps images small
    /// while W^X holds. There is no RELRO: it would pad the data segment to a page for a table of a few entries.
    /// What cannot be reached traps, so that a program that gets there anyway does not run on into its neighbour.
    /// The runtime's <c>start.c</c> stands in for musl's start files, and applies packed relocations too.</remarks>
    /// <param name="runtime">The runtime's bitcode: what is not referred to stays out.</param>
    /// <param name="start">Whether musl's own start-up is part of the image.</param>
    public (IReadOnlyList<string> Before, IReadOnlyList<string> After) Link(IReadOnlyList<string> runtime, LibcStart start) =>
    (
        [
            "-m", "elf_x86_64", "-static", "-pie", "--no-dynamic-linker", "-z", "text", "-z", "norelro", "-z", "noseparate-code",
            "--pack-dyn-relocs=relr", "--gc-sections", "--hash-style=gnu", "-O2", $"--lto-O{options.Optimise}",
            "-mllvm", "-trap-unreachable", "-mllvm", "-no-trap-after-noreturn", "--fatal-warnings", "--color-diagnostics=never",
            .. start == LibcStart.Needed ? new[] { "--undefined=__libc_start_main" } : [],
        ],
        ["--start-lib", .. runtime, "--end-lib", Path.Combine(tools.MuslLibraries, "libc.a"), tools.Builtins]
    );

    /// <summary>A path as compilers are given it: relative to the folder they run in where it lies under it.</summary>
    public string Relative(string path)
    {
        var relative = Path.GetRelativePath(options.WorkFolder, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
