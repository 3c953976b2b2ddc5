using System.Diagnostics;
using System.Globalization;
using Muk.Abi;
using Muk.Kernel.Images;

namespace Muk.Tests.Kernel.Processes;

/// <summary>Compiles small C guests with musl, once each, into a folder of this test run.</summary>
public sealed class GuestCompiler : IDisposable
{
    private const string Musl = "/usr/lib/x86_64-linux-musl";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muk-guests-");
    private readonly Dictionary<string, MukImage> _images = [];

    /// <summary>The image of a C source.</summary>
    public MukImage Compile(string source)
    {
        lock (_images)
        {
            if (!_images.TryGetValue(source, out var image))
            {
                image = Build(source, $"guest{_images.Count}");
                _images.Add(source, image);
            }

            return image;
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Runs a program to its end; its output when it succeeds.</summary>
    public static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = System.Diagnostics.Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {errors}");
        return output;
    }

    private MukImage Build(string source, string name)
    {
        var manifest = new Manifest { BuildHash = new byte[32], Name = name, Ports = [] };
        var note = ManifestCodec.WrapNote(ManifestCodec.Write(manifest));
        var bytes = string.Join(',', note.Select(b => b.ToString(CultureInfo.InvariantCulture)));
        var file = Path.Combine(_folder.FullName, name);
        File.WriteAllText($"{file}.c", source);
        File.WriteAllText($"{file}.note.s", $".section .note.muk,\"a\",@note\n.balign 4\n.byte {bytes}\n.section .note.GNU-stack\n");
        Run("clang-19", "--target=x86_64-linux-musl", "-nostdinc", "-isystem", "/usr/include/x86_64-linux-musl",
            "-isystem", "/usr/lib/llvm-19/lib/clang/19/include", "-std=gnu11", "-O1", "-fPIE", "-fno-omit-frame-pointer",
            "-w", "-c", "-o", $"{file}.o", $"{file}.c");
        Run("clang-19", "-c", "-o", $"{file}.note.o", $"{file}.note.s");
        Run("ld.lld-19", "-pie", "-static", "--no-dynamic-linker", "-z", "noexecstack", "-z", "separate-code", "-o", $"{file}.muk",
            $"{Musl}/rcrt1.o", $"{Musl}/crti.o", $"{file}.o", $"{file}.note.o", $"{Musl}/libc.a", $"{Musl}/crtn.o");
        return ImageReader.Read($"{file}.muk");
    }
}
