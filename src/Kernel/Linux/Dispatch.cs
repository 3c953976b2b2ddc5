using Muk.Kernel.Linux.Descriptors;
using Muk.Kernel.Linux.Events;
using Muk.Kernel.Linux.Files;
using Muk.Kernel.Linux.Pipes;
using Muk.Kernel.Linux.Proc;
using Muk.Kernel.Linux.Signals;
using Muk.Kernel.Linux.Threads;
using Muk.Kernel.Linux.Time;

namespace Muk.Kernel.Linux;

/// <summary>From a call's number to what serves it. Numbers are those of x86-64 (syscall_64.tbl), in its order within a family.</summary>
internal sealed class Dispatch
{
    private const uint CreateFlags = OpenFlags.Create | OpenFlags.WriteOnly | OpenFlags.Truncate;
    private const uint RemoveFolder = 0x200;
    private const int Here = GuestPaths.CurrentFolder;

    private readonly StreamCalls _streams;
    private readonly DescriptorCalls _descriptors;
    private readonly SelectCalls _select;
    private readonly PipeCalls _pipes;
    private readonly TimerCalls _timers;
    private readonly EventCalls _events;
    private readonly FileCalls _files;
    private readonly FileFactCalls _facts;
    private readonly LinkCalls _links;
    private readonly LockCalls _locks;
    private readonly ContentCalls _content;
    private readonly MemoryCalls _memory;
    private readonly SignalCalls _signals;
    private readonly IdentityCalls _identity;
    private readonly FutexCalls _futex;
    private readonly PortCalls _ports;

    public Dispatch(Session session, DescriptorTable descriptors, Grants grants, PortSink error)
    {
        Time = new(session);
        _streams = new(session, descriptors);
        var masked = new MaskedWait(session);
        _descriptors = new(session, descriptors, masked);
        _select = new(session, descriptors, masked);
        _pipes = new(session, descriptors);
        _timers = new(session, descriptors);
        _events = new(session, descriptors, masked);
        var paths = new GuestPaths(session, descriptors, grants);
        var proc = new ProcTree(session, descriptors);
        _files = new(session, descriptors, grants, paths, proc);
        _facts = new(session, descriptors, grants, paths, proc);
        _links = new(session, paths, grants);
        _locks = new(session, descriptors);
        _content = new(session, descriptors);
        _memory = new(session, descriptors);
        _signals = new(session);
        _identity = new(session);
        _futex = new(session, new FutexQueue());
        Threads = new(session, session.Threads, _futex);
        _ports = new(session, error);
    }

    public TimeCalls Time { get; }

    public ThreadCalls Threads { get; }

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
        22 => _pipes.Make(c.A0, 0),
        23 => _select.Select(c),
        32 => _descriptors.Duplicate(c),
        33 => _descriptors.DuplicateTo(c),
        40 => _content.Send(c),
        72 => _locks.Control(c) ?? _descriptors.Control(c),
        73 => _locks.Lock(c),
        213 => _events.MakeSetFor(c.A0),
        232 => _events.Wait(c),
        233 => _events.Control(c),
        270 => _select.SelectPrecisely(c),
        271 => _descriptors.PollPrecisely(c),
        281 => _events.WaitMasked(c),
        283 => _timers.Make(c),
        284 => _events.MakeEvent(c.A0, 0),
        286 => _timers.Set(c),
        287 => _timers.Get(c),
        290 => _events.MakeEvent(c.A0, c.A1),
        291 => _events.MakeSet(c.A0),
        293 => _pipes.Make(c.A0, c.A1),
        295 or 327 => _streams.ReadVectorAt(c),
        296 or 328 => _streams.WriteVectorAt(c),
        441 => _events.WaitPrecisely(c),
        436 => _descriptors.CloseRange(c),
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
        27 => _memory.Resident(c),
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
        128 => _signals.TimedWait(c),
        129 => _signals.Queue(c),
        130 => _signals.Suspend(c),
        131 => _signals.AlternateStack(c),
        200 => _signals.KillThread(c),
        201 => Time.Time(c),
        228 => Time.GetTime(c),
        229 => Time.GetResolution(c),
        230 => Time.SleepOn(c),
        234 => _signals.KillThreadOfGroup(c),
        297 => _signals.QueueToThread(c),
        _ => null,
    };

    private long? File(in SystemCall c) => c.Number switch
    {
        2 => _files.Open(Here, c.A0, (uint)c.A1, (uint)c.A2),
        4 => _facts.Stat(Here, c.A0, c.A1, 0),
        5 => _facts.StatOpen(c.A0, c.A1),
        6 => _facts.Stat(Here, c.A0, c.A1, GuestPaths.NoFollow),
        21 => _facts.Access(Here, c.A0, (int)c.A1),
        74 or 75 => _files.Sync(c.A0),
        76 => _files.TruncateNamed(c.A0, c.A1),
        77 => _files.Truncate(c.A0, c.A1),
        79 => _files.CurrentFolderName(c.A0, c.A1),
        82 => _files.Rename(Here, c.A0, Here, c.A1),
        83 => _files.MakeFolder(Here, c.A0, (uint)c.A1),
        84 => _files.Unlink(Here, c.A0, RemoveFolder),
        85 => _files.Open(Here, c.A0, CreateFlags, (uint)c.A1),
        87 => _files.Unlink(Here, c.A0, 0),
        89 => _facts.ReadLink(Here, c.A0, c.A1, c.A2),
        90 => _files.ChangeMode(Here, c.A0, (uint)c.A1),
        91 => _files.ChangeModeOpen(c.A0, (uint)c.A1),
        86 => _links.Link(Here, c.A0, Here, c.A1, 0),
        88 => _links.LinkTo(c.A0, Here, c.A1),
        92 => _facts.ChangeOwner(Here, c.A0, c.A1, c.A2, 0),
        93 => _facts.ChangeOwnerOpen(c.A0, c.A1, c.A2),
        94 => _facts.ChangeOwner(Here, c.A0, c.A1, c.A2, GuestPaths.NoFollow),
        260 => _facts.ChangeOwner((int)c.A0, c.A1, c.A2, c.A3, (uint)c.A4),
        265 => _links.Link((int)c.A0, c.A1, (int)c.A2, c.A3, c.A4),
        266 => _links.LinkTo(c.A0, (int)c.A1, c.A2),
        285 => _content.Allocate(c),
        95 => _files.Mask((uint)c.A0),
        137 => _facts.FileSystem(c.A0, c.A1),
        138 => _facts.FileSystemOpen(c.A0, c.A1),
        217 => _files.List(c),
        221 => 0, // fadvise64: nothing is read ahead.
        257 => _files.Open((int)c.A0, c.A1, (uint)c.A2, (uint)c.A3),
        258 => _files.MakeFolder((int)c.A0, c.A1, (uint)c.A2),
        262 => _facts.Stat((int)c.A0, c.A1, c.A2, (uint)c.A3),
        263 => _files.Unlink((int)c.A0, c.A1, (uint)c.A2),
        264 => _files.Rename((int)c.A0, c.A1, (int)c.A2, c.A3),
        267 => _facts.ReadLink((int)c.A0, c.A1, c.A2, c.A3),
        268 => _files.ChangeMode((int)c.A0, c.A1, (uint)c.A2),
        269 or 439 => _facts.Access((int)c.A0, c.A1, (int)c.A2),
        280 => _files.ChangeTimes(c),
        316 => c.A4 != 0 ? -Errno.Invalid : _files.Rename((int)c.A0, c.A1, (int)c.A2, c.A3),
        332 => _facts.StatExtended(c),
        _ => null,
    };

    private long? Identity(in SystemCall c) => c.Number switch
    {
        24 => 0, // sched_yield: the personality sees to it.
        56 => Threads.Clone(c),
        186 => Threads.Id,
        218 => Threads.SetClearAtExit(c.A0),
        324 => ThreadCalls.Barrier(c),
        435 => Threads.Clone3(c),
        39 or 111 or 121 or 124 => IdentityCalls.ProcessId,
        110 => 0,
        63 => _identity.UserName(c),
        97 => _identity.GetLimit(c),
        98 => Time.Usage(c),
        99 => _identity.SystemInfo(c),
        100 => Time.Times(c),
        102 or 104 or 107 or 108 or 115 => 0, // Ids: root of nothing, and in no group.
        118 or 120 => _identity.ThreeIds(c),
        160 => c.A0 >= IdentityCalls.LimitsCount ? -Errno.Invalid : 0, // setrlimit: as prlimit64.
        157 => _identity.ProcessControl(c),
        158 => _identity.ArchControl(c),
        203 => 0, // sched_setaffinity: it has one CPU and keeps it.
        204 => _identity.Affinity(c),
        273 => Threads.SetRobustList(c),
        274 => Threads.GetRobustList(c),
        302 => _identity.ProcessLimit(c),
        309 => _identity.Cpu(c),
        318 => _identity.Random(c),
        // fork, vfork, execve and sockets: not of this world, and no news for the log. splice, tee, copy_file_range, rseq and
        // get_mempolicy (.NET asks whether there are several nodes of memory): every program has another way.
        57 or 58 or 59 or 322 or 41 or 53 or 239 or 275 or 276 or 326 or 334 => -Errno.NoSystemCall,
        61 or 247 => -Errno.NoChild,
        _ => null,
    };
}
