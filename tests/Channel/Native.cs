using System.Diagnostics;

namespace Muk.Tests.Channel;

/// <summary>Compiles the C programs of this project with the C of src/Channel/c and runs them.</summary>
internal static class Native
{
    private static readonly Lazy<string> _root = new(() =>
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Muk.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("Muk.sln is above the tests");
        }

        return folder;
    });

    private static readonly Lazy<string> _peer = new(() => Compile("clang-19",
        Path.Combine(Root, "tests/Channel/native/peer.c"), Path.Combine(C, "host/host.c"), Path.Combine(C, "runtime/ring.c")));

    public static string Root => _root.Value;

    /// <summary>src/Channel/c.</summary>
    public static string C => Path.Combine(Root, "src/Channel/c");

    /// <summary>One side of a ring in C: see peer.c.</summary>
    public static string Peer => _peer.Value;

    public static string Compile(string compiler, params string[] sources)
    {
        var program = Path.Combine(TestFolders.New(), "program");
        var (status, output) = Run(compiler,
            ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Werror", "-pthread",
            "-I" + C, "-o", program, .. sources]);
        Assert.True(status == 0, output);
        return program;
    }

    public static Process Start(string program, params string[] arguments)
    {
        var info = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        return Process.Start(info)!;
    }

    public static (int Status, string Output) Run(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        return Finish(process);
    }

    public static (int Status, string Output) Finish(Process process)
    {
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
