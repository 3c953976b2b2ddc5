using FsCheck;
using FsCheck.Fluent;
using Muk.Abi;
using Muk.Kernel.Control;
using Muk.Kernel.Machines;

namespace Muk.Tests.Kernel.Control;

/// <summary>Generators of control messages.</summary>
internal static class ControlSamples
{
    private static readonly Gen<string> _text =
        Gen.Elements("", "fir", "/dev/shm/muk/1-a/ring-0", "n=10", "größe", "a\nb", "日本", new string('x', 5000));

    private static readonly Gen<ulong> _u64 = Gen.Elements(0ul, 1ul, 0x10ul, 0x5000_0000_1234ul, ulong.MaxValue);

    private static readonly Gen<int> _small = Gen.Choose(0, 5);

    public static Gen<Request> Requests { get; } = Gen.Frequency(
        (1, Gen.Constant<Request>(new Request.Shutdown())),
        (9, Start()));

    public static Gen<Event> Events { get; } = Gen.OneOf(
        from pid in Gen.Choose(1, int.MaxValue)
        from machine in Gen.Elements(MachineKind.Kvm, MachineKind.Process)
        from core in Gen.Choose(0, 1023)
        from facts in _text
        select (Event)new Event.Ready(pid, machine, core, facts),
        from run in _u64
        from steps in List(from name in _text from ns in _u64 select new StartStep(name, ns))
        select (Event)new Event.Started(run, steps),
        from run in _u64
        from text in _text
        select (Event)new Event.Log(run, text),
        Ended());

    /// <summary>Records compare their lists by reference; a text of everything inside compares by value.</summary>
    public static string Show(object message) => message switch
    {
        Request.Start s => $"{s with { Arguments = [], Ports = [], Files = [] }}".Split("Arguments")[0]
            + $"|{s.ImagePath}|{s.Name}|{s.MemoryBytes}|{s.SpinIterations}|{s.TimeoutMilliseconds}"
            + $"|{string.Join('\0', s.Arguments)}|{string.Join('\0', s.Ports)}|{string.Join('\0', s.Files)}",
        Event.Started s => $"{s.Run}|{string.Join('\0', s.Steps)}",
        Event.Ended e => $"{e.Run}|{e.Kind}|{e.Status}|{e.Reason}|{e.Counts}|{Show(e.Crash)}",
        _ => $"{message}",
    };

    private static string Show(CrashFacts? crash) => crash is null
        ? "none"
        : $"{crash.Signal}|{crash.Vector}|{crash.Address}|{crash.Registers.Rax}|{crash.Registers.Rflags}|{string.Join('\0', crash.Frames)}";

    private static Gen<Request> Start() =>
        from run in Gen.Elements(1ul, 77ul, ulong.MaxValue)
        from name in _text
        from image in _text
        from arguments in List(_text)
        from ports in List(
            from port in _text
            from direction in Gen.Elements(PortDirection.In, PortDirection.Out)
            from path in _text
            select new PortLink(port, direction, path))
        from memory in _u64
        from spin in Gen.Elements(0u, 1000u, uint.MaxValue)
        from files in List(from path in _text from write in Gen.Elements(true, false) select new FileGrant(path, write))
        from timeout in Gen.Elements(0u, 30_000u, uint.MaxValue)
        select (Request)new Request.Start(run, name, image, arguments, ports, memory, spin, files, timeout);

    private static Gen<Event> Ended() =>
        from run in _u64
        from kind in Gen.Elements(EndKind.Exited, EndKind.Crashed, EndKind.Killed, EndKind.Refused)
        from status in Gen.Choose(0, 255)
        from reason in _text
        from crashed in Gen.Elements(true, false)
        from frames in List(from inside in Gen.Elements(true, false) from offset in _u64 select new CrashFrame(inside, offset))
        from a in _u64
        from b in _u64
        let crash = crashed ? new CrashFacts(11, 14, a, new GuestRegisters { Rax = a, R15 = b, Rflags = 0x202 }, frames) : null
        select (Event)new Event.Ended(run, kind, status, reason, crash, new(a, b, a, b, a, b, a, b));

    private static Gen<T[]> List<T>(Gen<T> of) => from n in _small from items in of.ArrayOf(n) select items;
}
