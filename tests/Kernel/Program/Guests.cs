using System.Diagnostics;
using Muk.Abi;
using HostProcess = System.Diagnostics.Process;

namespace Muk.Tests.Kernel.Program;

/// <summary>The programs of tests/guests, compiled once into images with a manifest for byte ports. The rules in build-rules do this for
/// users; here it is spelt out, so that a fault of theirs does not hide one of the kernel's.</summary>
internal static class Guests
{
    private static readonly Lock _gate = new();

    public static string Root { get; } = FindRoot();

    public static string Source(string name) => Path.Combine(Root, "tests", "guests", name + ".c");

    public static string Golden(string name) => Path.Combine(Root, "tests", "golden", name + ".txt");

    /// <summary>The image of a guest, compiled if it is older than its source.</summary>
    public static string Image(string name) => Build(name, name + ".muk", withNote: true);

    /// <summary>The same source as an ordinary static program.</summary>
    public static string Native(string name) => Build(name, name, withNote: false);

    private static string Build(string name, string output, bool withNote)
    {
        lock (_gate)
        {
            var folder = Directory.CreateDirectory(Path.Combine(Root, "artifacts", "test-guests")).FullName;
            var result = Path.Combine(folder, output);
            if (File.Exists(result) && File.GetLastWriteTimeUtc(result) > File.GetLastWriteTimeUtc(Source(name)))
            {
                return result;
            }

            Assert.SkipUnless(File.Exists("/usr/bin/clang-19") && Directory.Exists("/usr/include/x86_64-linux-musl"),
                "clang-19 and musl-dev are needed to compile the guests");
            List<string> arguments =
            [
                "--target=x86_64-linux-musl", "-std=gnu11", "-O1", "-g", "-fPIE", "-fno-omit-frame-pointer", "-fno-stack-protector",
                "-nostdinc", "-isystem", "/usr/include/x86_64-linux-musl", "-isystem", "/usr/lib/llvm-19/lib/clang/19/include",
                "-nostdlib", "-static-pie", "-fuse-ld=lld-19", "-Wl,-z,noexecstack,-z,separate-code,-z,max-page-size=4096",
                "/usr/lib/x86_64-linux-musl/rcrt1.o", "/usr/lib/x86_64-linux-musl/crti.o",
                Source(name),
            ];
            if (withNote)
            {
                arguments.Add(Note(folder));
            }

            arguments.AddRange([
                "-Wl,--start-group", "/usr/lib/x86_64-linux-musl/libc.a", CompilerRuntime(), "-Wl,--end-group",
                "/usr/lib/x86_64-linux-musl/crtn.o", "-o", result + ".new",
            ]);
            using var clang = HostProcess.Start(new ProcessStartInfo("/usr/bin/clang-19", arguments) { RedirectStandardError = true })
                ?? throw new InvalidOperationException();
            var errors = clang.StandardError.ReadToEnd();
            clang.WaitForExit();
            Assert.True(clang.ExitCode == 0, errors);
            File.Move(result + ".new", result, overwrite: true);
            return result;
        }
    }

    /// <summary>An assembly source that is just the note, with the three byte ports.</summary>
    private static string Note(string folder)
    {
        var note = ManifestCodec.WrapNote(ManifestCodec.Write(new Manifest
        {
            BuildHash = new byte[32],
            Name = "guest",
            Ports =
            [
                new("in", PortDirection.In, PortKind.Bytes, -1, 65536),
                new("out", PortDirection.Out, PortKind.Bytes, -1, 65536),
                new("err", PortDirection.Out, PortKind.Bytes, -1, 65536),
            ],
        }));
        var path = Path.Combine(folder, "note.s");
        File.WriteAllText(path, ".section .note.muk,\"a\",@note\n.balign 4\n.byte " + string.Join(',', note) + "\n");
        return path;
    }

    private static string CompilerRuntime()
    {
        const string clang = "/usr/lib/llvm-19/lib/clang/19/lib/linux/libclang_rt.builtins-x86_64.a";
        return File.Exists(clang) ? clang : "/usr/lib/gcc/x86_64-linux-gnu/12/libgcc.a";
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Muk.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Muk.sln is not above the tests");
        }

        return folder;
    }
}
