namespace Muk.Tests.EndToEnd.Conformance;

/// <summary>The programs of <c>tests/guests</c>, each as an image and as an ordinary program, built where they are stale.</summary>
public sealed class GuestImages : IAsyncLifetime
{
    private static readonly string _artifacts = Path.Combine(Launcher.Root, "artifacts", "conformance");
    private static readonly string _sources = Path.Combine(_artifacts, "sources");
    private readonly string _folder = Directory.CreateTempSubdirectory("muk-conformance-").FullName;
    private readonly Dictionary<string, Deed> _natively = [];

    private IEnumerable<(string, string)> Environment =>
    [
        ("MUK_SOURCES", _sources), ("MUK_IMAGES", Path.Combine(_artifacts, "images")),
        ("MUK_RUNTIME_DIR", Path.Combine(_folder, "run")), ("XDG_STATE_HOME", Path.Combine(_folder, "state")),
    ];

    private string Input => Path.Combine(_folder, "input");

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(Input, "one two three\nfour five\n\nthe last line has no end");
        GuestProgram[] programs = [.. GuestProgram.All.Where(p => p.Machines.Count > 0)];
        Directory.CreateDirectory(_sources);
        foreach (var left in Directory.GetFiles(_sources).Except(programs.Select(Copy)))
        {
            File.Delete(left);
        }

        foreach (var program in programs)
        {
            if (!File.Exists(Copy(program)) || await File.ReadAllTextAsync(Copy(program)) != await File.ReadAllTextAsync(program.Source))
            {
                File.Copy(program.Source, Copy(program), overwrite: true);
            }
        }

        (await Launcher.MukAsync(["build"], null, "", [.. Environment])).Expect(0);
        await Parallel.ForEachAsync(programs.Where(IsC), async (program, _) => await BuildNativelyAsync(program));
    }

    /// <summary>What a program does on a machine, or natively.</summary>
    internal async Task<Deed> RunAsync(GuestProgram program, string machine)
    {
        if (machine != GuestProgram.Native)
        {
            return await AnewAsync(folder => Deed.OnMachineAsync(
                machine, $"{program.Name} {Arguments(program, folder)}".Trim(), Input,
                Wants(program) ? folder + ":rw" : "", Wants(program) ? folder : null, Environment, program.Memory));
        }

        if (!_natively.TryGetValue(program.Name, out var deed))
        {
            var file = IsC(program) ? Native(program) : Path.Combine(_artifacts, "images", program.Name + ".muk");
            deed = _natively[program.Name] = await AnewAsync(folder => Deed.NativelyAsync(
                "sh", ["-c", $"exec \"$0\" {Arguments(program, folder)}", file], Input, Wants(program) ? folder : null));
        }

        return deed;
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>The folder has the same path each time, because programs print it, and is empty each time.</summary>
    private async Task<Deed> AnewAsync(Func<string, Task<Deed>> run)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "granted")).FullName;
        try
        {
            return await run(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task BuildNativelyAsync(GuestProgram program)
    {
        var file = Native(program);
        if (File.Exists(file) && File.GetLastWriteTimeUtc(file) > File.GetLastWriteTimeUtc(program.Source))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        (await Launcher.RunAsync(
            Path.Combine(Launcher.Root, "tests", "EndToEnd", "Conformance", "musl-cc"),
            ["-std=gnu17", "-O1", "-w", "-o", file, program.Source, "-lm"])).Expect(0);
    }

    private static string Arguments(GuestProgram program, string folder) =>
        program.Arguments.Replace("@folder", folder, StringComparison.Ordinal);

    private static bool Wants(GuestProgram program) => program.Arguments.Contains("@folder", StringComparison.Ordinal);

    private static bool IsC(GuestProgram program) => Path.GetExtension(program.Source) == ".c";

    private static string Copy(GuestProgram program) => Path.Combine(_sources, Path.GetFileName(program.Source));

    private static string Native(GuestProgram program) => Path.Combine(_artifacts, "native", program.Name);
}
