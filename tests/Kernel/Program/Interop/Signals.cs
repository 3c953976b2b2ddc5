using System.Globalization;
using System.Runtime.InteropServices;

namespace Muk.Tests.Kernel.Program;

/// <summary>Signals to a process under test, and who its children are.</summary>
internal static partial class Signals
{
    public const int Hangup = 1;
    public const int KeyboardInterrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    public static void Send(int process, int signal) => Assert.Equal(0, SendTo(process, signal));

    public static int[] Children(int process) =>
    [
        .. Directory.GetDirectories($"/proc/{process}/task")
            .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture)),
    ];

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendTo(int process, int signal);
}
