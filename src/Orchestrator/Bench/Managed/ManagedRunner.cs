using Muk.Orchestrator.Bench.Peers;

namespace Muk.Orchestrator.Bench.Managed;

/// <summary>Runs the subjects in C#; the floors around them come from the C program. Owner: the harness' thread.</summary>
public sealed class ManagedRunner(PeerProgram floors, CorePair cores) : ICellRunner
{
    public const string Ring = "muk ring C#";
    public const string Channels = ".NET Channel";
    public const string Queue = ".NET ConcurrentQueue";

    private const double WarmUpMilliseconds = 120;
    private readonly HashSet<Cell> _warm = [];

    public bool Has(Cell cell) =>
        cell.Memory == CellMemory.Huge && cell.PayloadBytes is 8 or 24 or 48 or 64 or 1024
        && (cell.Subject == Ring || (cell.Burst == 1 && cell.Subject is Channels or Queue));

    public CellResult Measure(Cell cell, Effort effort)
    {
        // Once, so that the just-in-time compiler is done with it.
        if (effort.TriesMax != Effort.Quick.TriesMax && _warm.Add(cell))
        {
            Work(cell, WarmUpMilliseconds);
        }

        var before = floors.Floor(effort.FloorMilliseconds);
        var (ns, best, p99, count, errors) = Work(cell, effort.CellMilliseconds);
        return new(ns, best, p99, count, errors, 0, before, floors.Floor(effort.FloorMilliseconds));
    }

    private (double Ns, double BestNs, double P99Ns, long Count, long Errors) Work(Cell cell, double milliseconds) =>
        cell.PayloadBytes switch
    {
        8 => Work<Words1>(cell, milliseconds),
        24 => Work<Words3>(cell, milliseconds),
        48 => Work<Words6>(cell, milliseconds),
        64 => Work<Words8>(cell, milliseconds),
        _ => Work<Words128>(cell, milliseconds),
    };

    private (double Ns, double BestNs, double P99Ns, long Count, long Errors) Work<T>(Cell cell, double milliseconds)
        where T : unmanaged => cell.Subject switch
        {
            Ring => Work<RingSubject<T>, T>(cell, milliseconds),
            Channels => Work<ChannelSubject<T>, T>(cell, milliseconds),
            _ => Work<QueueSubject<T>, T>(cell, milliseconds),
        };

    private (double Ns, double BestNs, double P99Ns, long Count, long Errors) Work<TSubject, T>(Cell cell, double milliseconds)
        where TSubject : struct, IManagedSubject<TSubject, T>
        where T : unmanaged =>
        cell.Kind == CellKind.Round
            ? ManagedCells<TSubject, T>.Round(cores, cell.CapacityBytes, milliseconds)
            : ManagedCells<TSubject, T>.Stream(cores, cell.CapacityBytes, milliseconds, cell.Burst);
}
