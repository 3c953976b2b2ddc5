using System.Text;
using Muk.Abi;
using Muk.Channel.Interop;
using Muk.Channel.Rings;
using Muk.Kernel.Control;
using Muk.Kernel.Linux;
using Muk.Kernel.Linux.Time;

namespace Muk.Tests.Kernel.Linux;

/// <summary>A personality with rings whose other ends the test holds, and a guest that makes the calls the test names.</summary>
internal sealed class Bench : IAlarm, IKernelLog, IDisposable
{
    public const ulong At = FakeGuest.Base;
    public const int PayloadBytes = 4096;

    /// <summary>Where <see cref="Handle"/>'s handlers are, and what they return to.</summary>
    public const ulong Handler = 0x1234_5000;
    public const ulong Restorer = 0x1234_6000;

    private const ulong Scratch = At + (100 * FakeGuest.Page);
    private const ulong HasRestorer = 0x04000000;

    private readonly string _folder = Directory.CreateDirectory(TestFolders.SharedName()).FullName;
    private readonly GuestPorts _ports;
    private readonly RingProducer? _input;
    private readonly RingConsumer? _output;
    private readonly RingConsumer? _error;

    public Bench(Memories memory = Memories.OfTheGuest, Links links = Links.All, params FileGrant[] files)
    {
        Guest = new(memory == Memories.OfTheGuest);
        if (links == Links.All)
        {
            _input = RingProducer.Open(Ring("in"), RingWait.Park);
            _output = RingConsumer.Open(Ring("out"), RingWait.Park);
            _error = RingConsumer.Open(Ring("err"), RingWait.Park);
            _ports = new(
                RingConsumer.Open(Path.Combine(_folder, "in"), RingWait.Park, Kick),
                RingProducer.Open(Path.Combine(_folder, "out"), RingWait.Park, Kick),
                RingProducer.Open(Path.Combine(_folder, "err"), RingWait.Park, Kick),
                [new(Ring("door"), PortDirection.In), null]);
        }
        else
        {
            _ports = new(null, null, null, []);
        }

        Personality = new(new("bench", _ports, files, Kick, this, this, 1 << 20, 1) { Time = Time });
    }

    public FakeGuest Guest { get; }

    public FakeTime Time { get; } = new();

    public KickWord Kick { get; } = new();

    public Personality Personality { get; }

    public RingProducer Input => _input!;

    public RingConsumer Output => _output!;

    public RingConsumer Error => _error!;

    public List<string> Lines { get; } = [];

    public List<long> Alarms { get; } = [];

    public string DoorPath => Path.Combine(_folder, "door");

    /// <summary>A call that returns, and what.</summary>
    public long Call(long number, params ReadOnlySpan<ulong> arguments)
    {
        var result = Invoke(number, arguments);
        Assert.True(result.Outcome == SystemCallOutcome.Return, $"call {number}: {result}");
        return result.Value;
    }

    public SystemCallResult Invoke(long number, params ReadOnlySpan<ulong> arguments)
    {
        Span<ulong> a = stackalloc ulong[6];
        arguments.CopyTo(a);
        return Personality.Invoke(new(number, a[0], a[1], a[2], a[3], a[4], a[5]), Guest);
    }

    public void Feed(string text)
    {
        Assert.Equal(RingStatus.Ok, Input.Claim(text.Length, out var room));
        Encoding.ASCII.GetBytes(text, room);
        Input.Commit(text.Length);
    }

    /// <summary>Everything in the output ring, a record a string.</summary>
    public static List<string> Drain(RingConsumer ring)
    {
        var records = new List<string>();
        while (ring.TryPeek(out var record))
        {
            records.Add(Encoding.ASCII.GetString(record));
            ring.Release();
        }

        return records;
    }

    /// <summary>Puts bytes into guest memory and says where.</summary>
    public ulong Put(ReadOnlySpan<byte> bytes, ulong at = At)
    {
        Assert.True(Guest.Memory.TryWrite(new(at), bytes));
        return at;
    }

    public ulong Text(string text, ulong at = At) => Put(Encoding.UTF8.GetBytes(text + "\0"), at);

    public ulong Words(ulong at, params ReadOnlySpan<ulong> words) =>
        Put(System.Runtime.InteropServices.MemoryMarshal.AsBytes(words), at);

    public string Read(ulong at, int bytes)
    {
        var into = new byte[bytes];
        Assert.True(Guest.Memory.TryRead(new(at), into));
        return Encoding.UTF8.GetString(into);
    }

    public ulong Word(ulong at)
    {
        Assert.True(Guest.Memory.TryReadU64(at, out var word));
        return word;
    }

    /// <summary>Gives a signal a handler.</summary>
    public void Handle(int signal, ulong flags = 0, ulong handler = Handler) =>
        Assert.Equal(0, Call(Calls.Sigaction, (ulong)signal, Words(Scratch, handler, flags | HasRestorer, Restorer, 0), 0, 8));

    /// <summary>Sets the mask of blocked signals.</summary>
    public void Block(ulong mask) => Assert.Equal(0, Call(Calls.Sigprocmask, 2, Words(Scratch, mask), 0, 8));

    public ulong Blocked()
    {
        Assert.Equal(0, Call(Calls.Sigprocmask, 0, 0, Scratch, 8));
        return Word(Scratch);
    }

    /// <summary>The handler returns: its `ret` takes the restorer's address, which makes the call.</summary>
    public SystemCallResult Return()
    {
        Guest.Registers = Guest.Registers with { Rsp = Guest.Registers.Rsp + 8 };
        return Invoke(Calls.Sigreturn);
    }

    /// <summary>The alarm goes off, as the watcher's thread lets it.</summary>
    public void FireAlarm()
    {
        Personality.AlarmFired();
        Kick.Kick();
    }

    void IAlarm.Set(long atNanoseconds) => Alarms.Add(atNanoseconds);

    void IKernelLog.Line(string text) => Lines.Add(text);

    public void Dispose()
    {
        Personality.Dispose();
        _ports.Dispose();
        _input?.Dispose();
        _output?.Dispose();
        _error?.Dispose();
        Guest.Dispose();
        Kick.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Ring(string name)
    {
        var path = Path.Combine(_folder, name);
        RingFile.Create(path, new(
            RingKind.Records, PayloadBytes, CapacityBytes: 4 * PayloadBytes, Flags: RingFlags.ConsumerParks | RingFlags.ProducerParks));
        return path;
    }
}

/// <summary>Who keeps the guest's memory and signals: its machine (<c>kvm</c>) or Linux (<c>process</c>).</summary>
internal enum Memories
{
    OfTheGuest,
    OfLinux,
}

/// <summary>Which standard streams have another end.</summary>
internal enum Links
{
    All,
    None,
}
