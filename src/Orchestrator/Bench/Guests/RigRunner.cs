using System.Globalization;
using System.Text.Json;
using Muk.Abi;
using Muk.Channel.Rings;
using Muk.Orchestrator.Bench.Peers;

namespace Muk.Orchestrator.Bench.Guests;

/// <summary>Cells with a host thread at one end and a MUK on the other core, or another host thread that runs the same code
/// (guests/rig/rig.c) there. Owner: the harness' thread.</summary>
public sealed class RigRunner : ICellRunner, IDisposable
{
    /// <summary>The control: two host threads.</summary>
    public const string Threads = "two host threads";

    /// <summary>Behind a subject whose far side sends; a far side reads otherwise.</summary>
    public const string Sends = ", sending";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly PeerProgram _peers;
    private readonly string _image;
    private readonly CancellationToken _cancellation;
    private readonly CorePair _cores;
    private readonly Dictionary<MachineKind, GuestNode> _nodes = [];

    /// <param name="image">The rig's image.</param>
    public RigRunner(PeerProgram peers, CorePair cores, string image, CancellationToken cancellation)
    {
        (_peers, _cores, _image, _cancellation) = (peers, cores, image, cancellation);
        Machines = File.Exists("/dev/kvm") ? [MachineKind.Kvm, MachineKind.Process] : [MachineKind.Process];
    }

    /// <summary>Machines of this host.</summary>
    public IReadOnlyList<MachineKind> Machines { get; }

    /// <summary>The far side as rows and records call it.</summary>
    public static string Subject(MachineKind machine) => machine == MachineKind.Kvm ? "kvm MUK" : "process MUK";

    public bool Has(Cell cell) => Far(cell) is { } far && (far == MachineKind.None || Machines.Contains(far));

    public CellResult Measure(Cell cell, Effort effort)
    {
        var far = Far(cell) ?? throw new ArgumentException($"no cell of the rig: {cell.Subject}", nameof(cell));
        var (there, back) = (Port("in", PortDirection.In, cell), Port("out", PortDirection.Out, cell));
        return far == MachineKind.None ? WithThread(cell, effort, there, back) : WithGuest(cell, effort, far, there, back);
    }

    public void Dispose()
    {
        // Each gives back the affinity it found: the last first.
        foreach (var node in _nodes.Values.Reverse())
        {
            node.Dispose();
        }
    }

    private static MachineKind? Far(Cell cell) => cell.Subject.Replace(Sends, "", StringComparison.Ordinal) switch
    {
        Threads => MachineKind.None,
        "kvm MUK" => MachineKind.Kvm,
        "process MUK" => MachineKind.Process,
        _ => null,
    };

    private static GuestPort Port(string name, PortDirection direction, Cell cell) =>
        new(name + cell.PayloadBytes.ToString(CultureInfo.InvariantCulture), direction, cell.PayloadBytes, cell.CapacityBytes,
            RingFlags.None); // The rig builds in place.

    private CellResult WithThread(Cell cell, Effort effort, params GuestPort[] ports)
    {
        var paths = ports.Select(p => $"/dev/shm/muk-bench-{Guid.NewGuid():N}-{p.Name}").ToArray();
        try
        {
            foreach (var (path, port) in paths.Zip(ports))
            {
                RingFile.Create(path, new RingOptions(RingKind.Slots, (uint)port.MessageBytes, CapacityBytes: port.CapacityBytes,
                    Flags: port.Flags));
            }

            var before = _peers.Floor(effort.FloorMilliseconds);
            var measured = Ask(cell, effort, paths, "");
            return Result(measured, before, _peers.Floor(effort.FloorMilliseconds), null);
        }
        finally
        {
            Array.ForEach(paths, File.Delete);
        }
    }

    private CellResult WithGuest(Cell cell, Effort effort, MachineKind machine, params GuestPort[] ports)
    {
        if (!_nodes.TryGetValue(machine, out var node))
        {
            _nodes.Add(machine, node = new GuestNode(_cores));
        }

        var kernel = node.Kernel(machine, _cancellation);
        var before = _peers.Floor(effort.FloorMilliseconds);
        RigAnswer? measured = null;
        node.Run(kernel, _image, ports, (paths, start) =>
        {
            start();
            measured = Ask(cell, effort, paths, $" control={node.ControlPage}");
        }, Kind(cell), Number(cell.PayloadBytes), Number(cell.Burst));
        var counts = new GuestCounts(measured!.Exits, measured.SystemCalls, measured.Faults, measured.Interrupts,
            cell.Kind == CellKind.Round ? 2 * measured.Count : measured.Count);
        return Result(measured, before, _peers.Floor(effort.FloorMilliseconds), counts);
    }

    // As rig.h numbers them.
    private static string Kind(Cell cell) => cell.Kind == CellKind.Round ? "0" : IsSending(cell) ? "2" : "1";

    private static bool IsSending(Cell cell) => cell.Subject.EndsWith(Sends, StringComparison.Ordinal);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private RigAnswer Ask(Cell cell, Effort effort, IReadOnlyList<string> paths, string control)
    {
        var kind = cell.Kind == CellKind.Round ? "round" : IsSending(cell) ? "up" : "down";
        using var answer = _peers.Ask(string.Create(CultureInfo.InvariantCulture,
            $"rig kind={kind} payload={cell.PayloadBytes} burst={cell.Burst} ms={effort.CellMilliseconds} there={paths[0]} back={paths[1]}")
            + control);
        return answer.Deserialize<RigAnswer>(Json)!;
    }

    private static CellResult Result(RigAnswer a, IReadOnlyList<double> before, IReadOnlyList<double> after, GuestCounts? counts) =>
        new(a.Ns, a.BestNs, a.P99Ns, a.Count, a.Errors, 0, before, after) { P999Ns = a.P999Ns, Guest = counts };

    private sealed record RigAnswer(
        double Ns, double BestNs, double P99Ns, double P999Ns, long Count, long Errors, long Exits, long SystemCalls, long Faults,
        long Interrupts);
}
