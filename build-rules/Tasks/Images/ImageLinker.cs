using Muk.Abi;
using Muk.Build.Tasks.Diagnostics;
using Muk.Build.Tasks.Tools;

namespace Muk.Build.Tasks.Images;

/// <summary>Links bitcode, manifest, runtime and musl, and puts the image in its place.</summary>
internal sealed class ImageLinker(
    MukSource source, BuildOptions options, Toolchain tools, Flags flags, Runtime runtime, IDiagnosticSink sink)
{
    private const uint ThreadLocalSegment = 7;

    private readonly string _folder = Path.Combine(options.ObjectFolder, source.Name);
    private readonly string _image = Path.Combine(options.ImageFolder, source.Name + ".muk");

    /// <summary>Makes the image and its <c>.debug</c> twin; false where that failed, which has been reported.</summary>
    public async Task<bool> LinkAsync(IReadOnlyList<string> objects, Manifest manifest, LibcStart start, CancellationToken cancel)
    {
        var note = await WriteNoteAsync(_folder, manifest, cancel).ConfigureAwait(false);
        var linked = Path.Combine(_folder, "linked.elf");
        var elf = await LinkOnceAsync(objects, note, linked, manifest, flags.Link(runtime.Objects, start), cancel).ConfigureAwait(false);
        if (elf is not null && start == LibcStart.Spared && await IsStartNeededAsync(elf, linked, cancel).ConfigureAwait(false))
        {
            var whole = flags.Link(runtime.Objects, LibcStart.Needed);
            elf = await LinkOnceAsync(objects, note, linked, manifest, whole, cancel).ConfigureAwait(false);
        }

        if (elf is null)
        {
            return false;
        }

        await InstallAsync(elf, linked, cancel).ConfigureAwait(false);
        return true;
    }

    /// <summary>The same for objects that are linked in another way than C's.</summary>
    public async Task<bool> LinkAsync(
        IReadOnlyList<string> objects, Manifest manifest, (IReadOnlyList<string> Before, IReadOnlyList<string> After) around,
        CancellationToken cancel)
    {
        var note = await WriteNoteAsync(_folder, manifest, cancel).ConfigureAwait(false);
        var linked = Path.Combine(_folder, "linked.elf");
        if (await LinkOnceAsync(objects, note, linked, manifest, around, cancel).ConfigureAwait(false) is not { } elf)
        {
            return false;
        }

        await InstallAsync(elf, linked, cancel).ConfigureAwait(false);
        return true;
    }

    /// <summary>The GNU build id of an image: the first 20 bytes of its build hash, as hexadecimal digits.</summary>
    public static string BuildId(Manifest manifest) => Convert.ToHexStringLower(manifest.BuildHash.AsSpan(0, 20));

    /// <summary>Writes the manifest as an object file and gives its path.</summary>
    public static async Task<string> WriteNoteAsync(string folder, Manifest manifest, CancellationToken cancel)
    {
        var note = Path.Combine(folder, "manifest.o");
        var content = NoteObject.Write(ManifestCodec.WrapNote(ManifestCodec.Write(manifest)));
        await File.WriteAllBytesAsync(note, content, cancel).ConfigureAwait(false);
        return note;
    }

    /// <summary>Reads and checks what was linked; null where it is no image, which has been reported.</summary>
    public async Task<ElfFile?> CheckAsync(string linked, CancellationToken cancel)
    {
        var elf = ElfFile.TryRead(await File.ReadAllBytesAsync(linked, cancel).ConfigureAwait(false), out var problem);
        problem = elf?.Problem() ?? problem;
        if (problem.Length == 0)
        {
            return elf;
        }

        sink.Report(Diagnostic.Error(Codes.BadImage, source.Files[0], $"{Path.GetFileName(linked)} is no image: {problem}"));
        return null;
    }

    /// <summary>Whole files appear under their names, or nothing does.</summary>
    public async Task InstallAsync(ElfFile elf, string linked, CancellationToken cancel)
    {
        // Of C this is known only now, by the code that is left after the link; of C# the manifest says it already.
        if (elf.Manifest() is { Language: SourceLanguage.C } manifest)
        {
            elf.Replace(InPlaceMarks.Apply(manifest, InPlaceMarks.Read(elf.Bytes.Span)));
            await File.WriteAllBytesAsync(linked, elf.Bytes, cancel).ConfigureAwait(false);
        }

        var temporary = Path.Combine(options.ImageFolder, $".{source.Name}.muk.tmp");
        await File.WriteAllBytesAsync(temporary, elf.Stripped(), cancel).ConfigureAwait(false);
        File.SetUnixFileMode(temporary, (UnixFileMode)Convert.ToInt32("755", 8));
        File.Move(linked, _image + ".debug", overwrite: true);
        File.Move(temporary, _image, overwrite: true);
    }

    private async Task<ElfFile?> LinkOnceAsync(
        IReadOnlyList<string> objects, string note, string linked, Manifest manifest,
        (IReadOnlyList<string> Before, IReadOnlyList<string> After) around, CancellationToken cancel)
    {
        var (before, after) = around;
        var run = new ToolRun(
            tools.Linker,
            [.. before, $"--build-id=0x{BuildId(manifest)}", $"--why-extract={linked}.why", "-o", linked, .. objects, note, .. after],
            options.WorkFolder);
        sink.Step(new(source.Name, StepKind.Link, run.CommandLine));
        var result = await run.RunAsync(cancel).ConfigureAwait(false);
        if (result.ExitCode == 0)
        {
            return await CheckAsync(linked, cancel).ConfigureAwait(false);
        }

        foreach (var diagnostic in LinkerOutput.Parse(result.Errors, source.Files[0], options.WorkFolder))
        {
            sink.Report(diagnostic);
        }

        return null;
    }

    private static async Task<bool> IsStartNeededAsync(ElfFile elf, string linked, CancellationToken cancel) =>
        elf.Segments.Any(s => s.Type == ThreadLocalSegment)
        || LibcUse.Confirm(await File.ReadAllTextAsync(linked + ".why", cancel).ConfigureAwait(false)) == LibcStart.Needed;
}
