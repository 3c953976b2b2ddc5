namespace Muk.Kernel.Cores;

/// <summary>What a lease is to ask of the host.</summary>
public enum LeaseWish
{
    /// <summary>Keep other Muk nodes off, change nothing on the host.</summary>
    Nodes,

    /// <summary>Keep everything off that the host lets be moved. Whoever runs there joins through <see
    /// cref="LeaseFacts.JoinFile"/>.</summary>
    Exclusive,
}

/// <summary>Whole cores, taken for a node until it is disposed of, or until the next node's start finds it dead.</summary>
/// <remarks>Every change to the host is written to the lease file first. A step that the host refuses costs exclusivity
/// and nothing else: <see cref="Facts"/> says what was got. One thread.</remarks>
public sealed class CoreLease : IDisposable
{
    private readonly IHostFiles _files;
    private readonly LeaseFile _record;
    private readonly CoreLocks _locks;

    private CoreLease(IHostFiles files, LeaseFile record, CoreLocks locks, IReadOnlyList<Core> cores, LeaseFacts facts)
    {
        _files = files;
        _record = record;
        _locks = locks;
        Cores = cores;
        Facts = facts;
    }

    public IReadOnlyList<Core> Cores { get; }

    public LeaseFacts Facts { get; }

    /// <summary>Takes the cores.</summary>
    /// <param name="hostCpus">CPUs for interrupts that would have none left.</param>
    /// <param name="locks">Locks of just these cores; the lease lets go of them.</param>
    /// <param name="name">Of the node, for the groups' names.</param>
    public static CoreLease Take(
        IHostFiles files, LeaseFile record, CoreLocks locks, IReadOnlyList<Core> cores, IReadOnlyList<int> hostCpus, string name,
        LeaseWish wish)
    {
        ArgumentNullException.ThrowIfNull(cores);
        var facts = wish == LeaseWish.Exclusive
            ? new LeaseSteps(files, record, [.. cores.SelectMany(c => c.Cpus)], hostCpus, name).Take()
            : new LeaseFacts(Exclusivity.Nodes, [], null, 0, 0);
        return new CoreLease(files, record, locks, cores, facts);
    }

    /// <summary>Undoes everything. Lines for what could not be undone are left in the file for the next start, and
    /// so are those for what other nodes' leases still need.</summary>
    public void Dispose()
    {
        _ = LeaseUndo.Run(_files, _record);
        _locks.Dispose();
    }
}
