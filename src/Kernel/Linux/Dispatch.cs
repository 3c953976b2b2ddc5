namespace Muk.Kernel.Linux;

/// <summary>From a call's number to what serves it. Numbers are those of x86-64 (syscall_64.tbl), in its order within a family.</summary>
internal sealed class Dispatch
{
    private const uint CreateFlags = OpenFlags.Create | OpenFlags.WriteOnly | OpenFlags.Truncate;
    private const uint NoFollow = 0x100;
    private const uint RemoveFolder = 0x200;
    private const int Here = FileCalls.CurrentFolder;

    private readonly StreamCalls _streams;
    private readonly DescriptorCalls _descriptors;
    private readonly FileCalls _files;
    private readonly MemoryCalls _memory;
    private readonly SignalCalls _signals;
    private readonly IdentityCalls _identity;
    private readonly FutexCalls _futex;
    private readonly PortCalls _ports;

    public Dispatch(Session session, DescriptorTable descriptors, Grants grants, PortSink error)
    {
        Time = new(session);
        _streams = new(session, descriptors);
        _descriptors = new(session, descriptors);
        _files = new(session, descriptors, grants, new byte[64 * 1024]);
        _memory = new(session, descriptors);
        _signals = new(session);
        _identity = new(session);
        _futex = new(session, Time);
        _ports = new(session, error);
    }

    public TimeCalls Time { get; }

    /// <summary>Serves a call; null where nobody does.</summary>
    public long? Serve(in SystemCall c) => Stream(c) ?? Memory(c) ?? TimeAndSignal(c) ?? File(c) ?? Identity(c);

    private long? Stream(in SystemCall c) => c.Number switch
    {
        0 => _streams.Read(c),
        1 => _streams.Write(c),
        3 => _streams.Close(c),
        7 => _descriptors.Poll(c),
        8 => _streams.Seek(c),
        16 => _descriptors.DeviceControl(c),
        17 => _streams.ReadAt(c),
        18 => _streams.WriteAt(c),
        19 => _streams.ReadVector(c),
        20 => _streams.WriteVector(c),
        32 => _descriptors.Duplicate(c),
        33 => _descriptors.DuplicateTo(c),
        72 => _descriptors.Control(c),
        271 => _descriptors.PollPrecisely(c),
        292 => _descriptors.DuplicateToWithFlags(c),
        (long)Abi.MukCall.Park => _ports.Park(c),
        (long)Abi.MukCall.Ring => _ports.Ring(c),
        (long)Abi.MukCall.Log => _ports.Log(c),
        _ => null,
    };

    private long? Memory(in SystemCall c) => c.Number switch
    {
        9 => _memory.Map(c),
        10 => _memory.Protect(c),
        11 => _memory.Unmap(c),
        12 => _memory.Break(c),
        25 => _memory.Remap(c),
        28 => _memory.Advise(c),
        149 or 150 or 151 or 152 or 325 => 0, // mlock and its kin: what is committed here is never swapped.
        202 => _futex.Invoke(c),
        _ => null,
    };

    private long? TimeAndSignal(in SystemCall c) => c.Number switch
    {
        13 => _signals.Action(c),
        14 => _signals.Mask(c),
        34 => _signals.Pause(),
        35 => Time.Sleep(c),
        36 => Time.GetTimer(c),
        37 => Time.Alarm(c),
        38 => Time.SetTimer(c),
        62 => _signals.Kill(c),
        96 => Time.GetTimeOfDay(c),
        127 => _signals.PendingMask(c),
        130 => _signals.Suspend(c),
        131 => _signals.AlternateStack(c),
        200 => _signals.KillThread(c),
        201 => Time.Time(c),
        228 => Time.GetTime(c),
        229 => Time.GetResolution(c),
        230 => Time.SleepOn(c),
        234 => _signals.KillThreadOfGroup(c),
        _ => null,
    };

    private long? File(in SystemCall c) => c.Number switch
    {
        2 => _files.Open(Here, c.A0, (uint)c.A1, (uint)c.A2),
        4 => _files.Stat(Here, c.A0, c.A1, 0),
        5 => _files.StatOpen(c.A0, c.A1),
        6 => _files.Stat(Here, c.A0, c.A1, NoFollow),
        21 => _files.Access(Here, c.A0, (int)c.A1),
        74 or 75 => _files.Sync(c.A0),
        77 => _files.Truncate(c.A0, c.A1),
        79 => _files.CurrentFolderName(c.A0, c.A1),
        82 => _files.Rename(Here, c.A0, Here, c.A1),
        83 => _files.MakeFolder(Here, c.A0, (uint)c.A1),
        84 => _files.Unlink(Here, c.A0, RemoveFolder),
        85 => _files.Open(Here, c.A0, CreateFlags, (uint)c.A1),
        87 => _files.Unlink(Here, c.A0, 0),
        89 => _files.ReadLink(Here, c.A0, c.A1, c.A2),
        95 => 0x12, // umask: files are made with the mode asked for, less what the host's mask takes.
        217 => _files.List(c),
        257 => _files.Open((int)c.A0, c.A1, (uint)c.A2, (uint)c.A3),
        258 => _files.MakeFolder((int)c.A0, c.A1, (uint)c.A2),
        262 => _files.Stat((int)c.A0, c.A1, c.A2, (uint)c.A3),
        263 => _files.Unlink((int)c.A0, c.A1, (uint)c.A2),
        264 => _files.Rename((int)c.A0, c.A1, (int)c.A2, c.A3),
        267 => _files.ReadLink((int)c.A0, c.A1, c.A2, c.A3),
        269 => _files.Access((int)c.A0, c.A1, (int)c.A2),
        _ => null,
    };

    private long? Identity(in SystemCall c) => c.Number switch
    {
        24 => 0, // sched_yield: nobody else is there.
        39 or 186 or 111 or 121 or 124 or 218 => IdentityCalls.ProcessId,
        110 => 0,
        63 => _identity.UserName(c),
        97 => _identity.GetLimit(c),
        98 => _identity.Zeros(c.A1, 144),
        99 => _identity.SystemInfo(c),
        100 => _identity.Zeros(c.A0, 32),
        102 or 104 or 107 or 108 => 0, // Ids: root of nothing.
        157 => _identity.ProcessControl(c),
        158 => _identity.ArchControl(c),
        203 => 0, // sched_setaffinity: it has one CPU and keeps it.
        204 => _identity.Affinity(c),
        273 => 0, // set_robust_list: read at a thread's death, and with the only thread everything dies.
        302 => _identity.ProcessLimit(c),
        309 => _identity.Cpu(c),
        318 => _identity.Random(c),
        // fork, vfork, clone, clone3, execve, wait4 and sockets: not of this world, and no news for the log.
        56 or 57 or 58 or 59 or 322 or 435 or 41 or 53 => -Errno.NoSystemCall,
        61 or 247 => -Errno.NoChild,
        _ => null,
    };
}
