using System.Collections.Concurrent;
using System.Diagnostics;
using Muk.Abi;
using Muk.Kernel.Images;

namespace Muk.Tests.Kernel.Kvm;

/// <summary>Compiles the guests of tests/guests/kvm, each once, as the images that the build makes.</summary>
internal static class TestGuests
{
    private static readonly ConcurrentDictionary<string, Lazy<MukImage>> _images = new();

    public static string Root { get; } = FindRoot();

    public static Manifest Manifest { get; } = new() { Name = "test", BuildHash = new byte[32], Ports = [] };

    public static MukImage Musl(string name) => Get(name, "-O2");

    /// <summary>A guest without a C library.</summary>
    public static MukImage Bare(string name, params string[] flags) =>
        Get(name, ["-O1", "-fno-stack-protector", "-fno-optimize-sibling-calls", "-Xclang", "-ffreestanding", "-Wno-everything",
            "-mno-red-zone", "-mavx512f", "-mfsgsbase", .. flags]);

    private static MukImage Get(string name, params string[] flags) =>
        _images.GetOrAdd($"{name} {string.Join(' ', flags)}", _ => new Lazy<MukImage>(() => Compile(name, flags))).Value;

    private static MukImage Compile(string name, string[] flags)
    {
        var folder = Directory.CreateTempSubdirectory("muk-test-");
        try
        {
            var note = Path.Combine(folder.FullName, "note.bin");
            var asm = Path.Combine(folder.FullName, "note.S");
            var output = Path.Combine(folder.FullName, name);
            File.WriteAllBytes(note, ManifestCodec.WrapNote(ManifestCodec.Write(Manifest)));
            File.WriteAllText(
                asm,
                $".section .note.muk,\"a\",@note\n.balign 4\n.incbin \"{note}\"\n.section .note.GNU-stack,\"\",@progbits\n");
            var bare = flags.Contains("-ffreestanding");
            var source = Path.Combine(Root, "tests/guests/kvm", $"{name}.c");
            string[] libraries = bare ? ["-nostdlib"] : ["-nostdlib", "/usr/lib/x86_64-linux-musl/rcrt1.o",
                "/usr/lib/x86_64-linux-musl/libc.a"];
            string[] include = bare ? [] : ["-nostdinc", "-isystem", "/usr/include/x86_64-linux-musl", "-isystem",
                "/usr/lib/llvm-19/lib/clang/19/include"];
            Run("clang-19",
            [
                .. flags.Where(f => f != "-Xclang"), .. include, "-fPIE", "-static-pie", "-fuse-ld=lld", "-Wl,-z,separate-code",
                "-Wl,--build-id=none", source, asm, "-o", output, .. libraries,
            ]);
            return ImageReader.Read(output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Run(string program, string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {errors}");
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Muk.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("no Muk.sln above the test program");
        }

        return folder;
    }
}
