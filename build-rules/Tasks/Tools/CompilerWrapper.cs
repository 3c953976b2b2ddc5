using Muk.Build.Tasks.Images;

namespace Muk.Build.Tasks.Tools;

/// <summary>The <c>CC</c> that a Makefile or CMake gets: a script that runs clang so that what it links is an image, and
/// that keeps a record of each of its calls, from which the build learns what was compiled and linked.</summary>
public static class CompilerWrapper
{
    /// <summary>Environment variable: the folder that records go to.</summary>
    public const string CallsVariable = "MUK_CALLS";

    /// <summary>Environment variable: the manifest's object file, for the link that makes the image.</summary>
    public const string NoteVariable = "MUK_NOTE";

    /// <summary>The script's text.</summary>
    public static string Script(Toolchain tools, BuildOptions options, Flags flags, Runtime runtime)
    {
        string[] compile =
        [
            .. flags.Compile, "-isystem", options.ChannelFolder,
            $"-ffile-prefix-map={options.WorkFolder}/=", $"-ffile-prefix-map={options.ObjectFolder}/=obj/",
        ];
        var (before, after) = flags.Link(runtime.Objects, LibcStart.Needed);
        // The driver says these itself; the rest is the linker's. What -l names is looked for among musl's libraries and where the
        // user says: the host's own, which are of another C library, are out of sight.
        string[] link =
        [
            "-static-pie", "-nostdlib", $"--ld-path={tools.Linker}", "-Qunused-arguments",
            "--sysroot=/nonexistent", $"-L{tools.MuslLibraries}",
            .. before.Skip(4).Where(a => a != "--no-dynamic-linker").Select(a => $"-Wl,{a}"),
        ];
        return $$"""
            #!/bin/sh
            # CC of this build: clang with what makes an image of what it links. Written by the build; see muks/README.md.
            mode=link
            for word; do
                case "$word" in
                -c | -S | -E | -M | -MM | -fsyntax-only | -v | -V | --version | -dump* | -print* | --print*) mode=compile ;;
                esac
            done
            record="${{CallsVariable}}/$$"
            { printf '%s\0' "$mode" "$PWD"; printf '%s\0' "$@"; } >"$record"
            if [ "$mode" = compile ]; then
                exec {{Words([tools.Clang, .. compile])}} -MD -MF "$record.d" "$@"
            fi
            exec {{Words([tools.Clang, .. compile, .. link])}} "$@" \
                ${{{NoteVariable}}:+"${{NoteVariable}}"} {{Words(after.Select(Linkable))}}

            """;
    }

    private static string Linkable(string argument) => argument.StartsWith("--", StringComparison.Ordinal) ? $"-Wl,{argument}" : argument;

    private static string Words(IEnumerable<string> words) =>
        string.Join(' ', words.Select(w => $"'{w.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
}
