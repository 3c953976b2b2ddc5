namespace Muk.Tests;

/// <summary>Where a test program keeps files. <c>muk test</c> looks whether any are left when it has ended. Any thread.</summary>
internal static class TestFolders
{
    private static readonly Lazy<string> _program = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("muk-program-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    });

    /// <summary>A folder of shared memory: <c>/dev/shm</c>, or the one that <c>muk test</c> gives its programs.</summary>
    public static string SharedMemory =>
        Environment.GetEnvironmentVariable("MUK_TEST_SHM") is { Length: > 0 } given ? given : "/dev/shm";

    /// <summary>A name in it that nothing has.</summary>
    public static string SharedName(string kind = "test") => Path.Combine(SharedMemory, $"muk-{kind}-{Guid.NewGuid():N}");

    /// <summary>A new folder that is removed with all in it when the program ends, for what many tests share or what is small.</summary>
    public static string New() => Directory.CreateDirectory(Path.Combine(_program.Value, Guid.NewGuid().ToString("N"))).FullName;
}
