using Muk.Build.Tasks.Tools;

namespace Muk.Build.Tasks.CSharp;

/// <summary>The linker's arguments for a C# program. Pure.</summary>
/// <remarks>
/// <para>NativeAOT's libraries for glibc are linked with musl, the libc of C images: its package for musl is not to be had, and of
/// glibc's ABI they use two functions beyond POSIX (<c>src/Channel/c/dotnet/libc.c</c>). glibc's own static archive would be nearly
/// half of the image (locales, conversions, name services that refer to one another), needs a host's shared objects for some of
/// that, and calls the kernel more often when it starts.</para>
/// <para>Threads get the stack that .NET gives them on musl, 1.5 MiB, by the program header that musl reads it from.</para>
/// </remarks>
internal static class NativeLink
{
    private const int ThreadStackBytes = 0x180000;

    private static readonly string[] Archives =
    [
        "sdk/libRuntime.WorkstationGC.a", "sdk/libeventpipe-disabled.a", "sdk/libRuntime.VxsortDisabled.a",
        "sdk/libstandalonegc-disabled.a", "sdk/libstdc++compat.a",
        "framework/libSystem.Native.a", "framework/libSystem.IO.Compression.Native.a",
        "framework/libSystem.Net.Security.Native.a", "framework/libSystem.Security.Cryptography.Native.OpenSsl.a",
        "framework/libSystem.Globalization.Native.a", "sdk/libz.a",
    ];

    /// <summary>Keeps ILC's table of modules, which nothing refers to by name.</summary>
    public const string SectionsScript = "OVERWRITE_SECTIONS { __modules : { KEEP(*(__modules)) } }\n";

    /// <summary>The arguments around the program's object file, as <see cref="Flags.Link"/> has them.</summary>
    /// <param name="flags">Of every image.</param>
    /// <param name="tools">Where musl is.</param>
    /// <param name="runtime">The runtime's bitcode, that for .NET included.</param>
    /// <param name="plan">Where NativeAOT's libraries are.</param>
    /// <param name="script">A file with <see cref="SectionsScript"/>.</param>
    public static (IReadOnlyList<string> Before, IReadOnlyList<string> After) Arguments(
        Flags flags, Toolchain tools, IReadOnlyList<string> runtime, CompilationPlan plan, string script)
    {
        var (before, _) = flags.Link([], LibcStart.Needed);
        return (
            [.. before, "--eh-frame-hdr", "--wrap=pthread_getattr_np", "-z", $"stack-size={ThreadStackBytes}"],
            [
                Path.Combine(plan.Runtime, "sdk/libbootstrapper.o"),
                "--start-lib", .. runtime, "--end-lib",
                "--start-group", .. Archives.Select(a => Path.Combine(plan.Runtime, a)), Path.Combine(tools.MuslLibraries, "libc.a"),
                "--end-group",
                tools.Builtins, script,
            ]);
    }
}
