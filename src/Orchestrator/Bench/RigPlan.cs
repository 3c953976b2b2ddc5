using Muk.Abi;
using Muk.Orchestrator.Bench.Guests;

namespace Muk.Orchestrator.Bench;

/// <summary>Which cells have a MUK at one end, and a host thread in its place as their control: pure. The control comes first.</summary>
public static class RigPlan
{
    private const long SmallBytes = 256 << 10;
    private const long LargeBytes = 4 << 20;

    public static IReadOnlyList<CellGroup> Groups { get; } =
    [
        Group("MUK and host, round trip 8 B", CellKind.Round, 8, 1, ""),
        Group("MUK and host, round trip 64 B", CellKind.Round, 64, 1, ""),
        Group("MUK and host, round trip 1024 B", CellKind.Round, 1024, 1, ""),
        Group("to the MUK, 8 B single", CellKind.Stream, 8, 1, ""),
        Group("to the MUK, 64 B burst 32", CellKind.Stream, 64, RingPlan.Burst, ""),
        Group("to the MUK, 1024 B single", CellKind.Stream, 1024, 1, ""),
        Group("from the MUK, 8 B single", CellKind.Stream, 8, 1, RigRunner.Sends),
        Group("from the MUK, 64 B burst 32", CellKind.Stream, 64, RingPlan.Burst, RigRunner.Sends),
    ];

    private static CellGroup Group(string name, CellKind kind, int payload, int burst, string ends)
    {
        var capacity = payload >= 1024 && kind == CellKind.Stream ? LargeBytes : SmallBytes;
        string[] subjects = [RigRunner.Threads, RigRunner.Subject(MachineKind.Kvm), RigRunner.Subject(MachineKind.Process)];
        return new(name, [.. subjects.Select(s => new Cell(s + ends, s + ends, kind, payload, burst, capacity))]);
    }
}
