using System.Globalization;
using Muk.Abi;

namespace Muk.Kernel.Program;

/// <summary>The command line of a core kernel.</summary>
/// <param name="Folder">The node's folder.</param>
/// <param name="Kernel">The kernel's number in the node.</param>
/// <param name="Core">The CPU it owns.</param>
/// <param name="Machine">How it owns it.</param>
/// <param name="Parent">The orchestrator's process; the kernel ends when it does.</param>
/// <param name="HostCores">CPUs for every thread but the vCPU's; empty: wherever they were started.</param>
/// <param name="JoinFile">Where the vCPU thread writes itself down to be let onto a core that is leased for good.</param>
internal sealed record CoreOptions(string Folder, int Kernel, int Core, MachineKind Machine, int Parent, int[] HostCores,
    string? JoinFile = null)
{
    public const string Usage =
        "muk-core --node FOLDER --kernel N --core CPU --machine kvm|process --parent PID [--host-cores LIST] [--join FILE]";

    /// <summary>Reads the arguments. Null: <paramref name="problem"/> says what is wrong with them.</summary>
    public static CoreOptions? Parse(string[] arguments, out string problem)
    {
        string? folder = null, join = null;
        int? kernel = null, core = null, parent = null;
        var machine = MachineKind.None;
        int[]? hostCores = [];
        problem = "";
        for (var i = 0; i < arguments.Length; i += 2)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : "";
            var understood = arguments[i] switch
            {
                "--node" => (folder = value).Length > 0,
                "--kernel" => (kernel = Number(value)) is not null,
                "--core" => (core = Number(value)) is not null,
                "--parent" => (parent = Number(value)) is > 0,
                "--machine" => (machine = Machines(value)) != MachineKind.None,
                "--host-cores" => (hostCores = CpuList(value)) is not null,
                "--join" => (join = value).Length > 0,
                _ => false,
            };
            if (!understood)
            {
                problem = $"{arguments[i]} {value}: not understood; {Usage}";
                return null;
            }
        }

        if (folder is null || kernel is null || core is null || parent is null || machine == MachineKind.None)
        {
            problem = $"something is missing; {Usage}";
            return null;
        }

        return new(folder, kernel.Value, core.Value, machine, parent.Value, hostCores ?? [], join);
    }

    private static MachineKind Machines(string value) => value switch
    {
        "kvm" => MachineKind.Kvm,
        "process" => MachineKind.Process,
        _ => MachineKind.None,
    };

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Linux's notation: 0,2-5.</summary>
    private static int[]? CpuList(string text)
    {
        const int cpusMax = 8192;
        var cpus = new List<int>();
        foreach (var part in text.Split(','))
        {
            var dash = part.IndexOf('-', StringComparison.Ordinal);
            var first = Number(dash < 0 ? part : part[..dash]);
            var last = dash < 0 ? first : Number(part[(dash + 1)..]);
            if (first is null || last is null || last < first || last >= cpusMax)
            {
                return null;
            }

            for (var cpu = first.Value; cpu <= last; cpu++)
            {
                cpus.Add(cpu);
            }
        }

        return [.. cpus];
    }
}
