using System.Diagnostics;
using Muk.Abi;
using HostProcess = System.Diagnostics.Process;

namespace Muk.Tests.Kernel.Program;

/// <summary>Each guest does on every machine what it does as an ordinary Linux program, which golden files record.</summary>
public sealed class ConformanceTests
{
    public static TheoryData<string, MachineKind> Everywhere
    {
        get
        {
            var data = new TheoryData<string, MachineKind>();
            string[] names = ["handlers", "alarm", "memory", "library", "arguments", "threads", "thread_signals", "thread_waits"];
            foreach (var name in names)
            {
                data.Add(name, MachineKind.None);
                data.Add(name, MachineKind.Process);
                data.Add(name, MachineKind.Kvm);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void A_guest_says_what_its_golden_file_says(string name, MachineKind machine)
    {
        string[] arguments = name == "arguments" ? ["n=10", "two words", ""] : [];
        var expected = File.ReadAllText(Guests.Golden(name)).Split("\n--- status ", 2);
        var status = int.Parse(expected[1], System.Globalization.CultureInfo.InvariantCulture);
        if (machine == MachineKind.None)
        {
            // Memory that may be written and executed is Linux's to give and ours to refuse.
            Assert.Equal((Lenient(expected[0]), status), Lenient(Natively(name, arguments)));
            return;
        }

        using var core = CoreProcess.Launch(machine);
        var result = core.Run(Guests.Image(name), arguments: arguments);
        Assert.Equal("", result.End.Reason);
        Assert.Equal((expected[0], status), (result.Output.TrimEnd('\n'), result.End.Status));
        Assert.Empty(result.Log);
    }

    private static (string Output, int Status) Natively(string name, string[] arguments)
    {
        using var process = HostProcess.Start(
            new ProcessStartInfo(Guests.Native(name), arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (output.TrimEnd('\n'), process.ExitCode);
    }

    private static string Lenient(string text) =>
        text.Replace("write and execute refused: 0", "write and execute refused: 1", StringComparison.Ordinal);

    private static (string Output, int Status) Lenient((string Output, int Status) result) => (Lenient(result.Output), result.Status);
}
