using System.Text;
using Muk.Tests.Kernel.Linux.Interop;

namespace Muk.Tests.Kernel.Linux;

/// <summary>eventfd, pipes and epoll against Linux itself: the same random calls on both must have the same results.</summary>
public sealed class EventOracleTests : IDisposable
{
    private const ulong At = Bench.At, Words = FakeGuest.Base + 0x40000;
    private const int Steps = 4000, EventBytes = 12, EventsMax = 16;
    private const long EpollWait = 232, EpollControl = 233, Eventfd2 = 290, EpollCreate = 291, Pipe2 = 293;
    private const ulong NonBlocking = 0x800;
    private const uint Edge = 1u << 31, OneShot = 1u << 30;

    private readonly Bench _bench = new();
    private readonly List<(int Native, ulong Ours)> _files = [];
    private readonly StringBuilder _script = new();

    public void Dispose()
    {
        foreach (var (native, _) in _files)
        {
            _ = HostEvents.Close(native);
        }

        _bench.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_calls_have_the_results_that_Linux_gives(int seed)
    {
        var random = new Random(seed);
        var set = Both("epoll_create1", HostEvents.Call(EpollCreate, 0), _bench.Call(EpollCreate, 0));
        for (var i = 0; i < 3; i++)
        {
            var flags = NonBlocking | (ulong)random.Next(2);
            _files.Add(Both("eventfd", HostEvents.Call(Eventfd2, 0, (nint)flags), _bench.Call(Eventfd2, 0, flags)));
        }

        Span<int> ends = stackalloc int[2];
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(0, HostEvents.Pipe(ends, (int)NonBlocking));
            Assert.Equal(0, _bench.Call(Pipe2, Words, NonBlocking));
            _files.Add((ends[0], (uint)_bench.Word(Words)));
            _files.Add((ends[1], _bench.Word(Words) >> 32));
        }

        for (var step = 0; step < Steps; step++)
        {
            Step(random, set);
        }

        _ = HostEvents.Close(set.Native);
    }

    private void Step(Random random, (int Native, ulong Ours) set)
    {
        var (native, ours) = _files[random.Next(_files.Count)];
        switch (random.Next(8))
        {
            case 0 or 1:
                Span<byte> room = stackalloc byte[8];
                Same($"read {ours}", HostEvents.Result(HostEvents.Read(native, room, 8)), _bench.Call(Calls.Read, ours, At, 8));
                break;
            case 2 or 3:
                var word = (ulong)random.Next(5);
                var written = HostEvents.Result(HostEvents.Write(native, in word, 8));
                Same($"write {ours} {word}", written, _bench.Call(Calls.Write, ours, _bench.Words(At, word), 8));
                break;
            case 4:
                var operation = random.Next(1, 4);
                var events = (uint)(random.Next(2) | (random.Next(2) << 2)) | (random.Next(2) == 0 ? Edge : 0)
                    | (random.Next(4) == 0 ? OneShot : 0);
                var entry = new byte[EventBytes];
                BitConverter.TryWriteBytes(entry, events);
                BitConverter.TryWriteBytes(entry.AsSpan(4), ours);
                var controlled = HostEvents.Result(HostEvents.Control(set.Native, operation, native, entry));
                Same($"epoll_ctl {operation} {ours} {events:x}", controlled,
                    _bench.Call(EpollControl, set.Ours, (ulong)operation, ours, _bench.Put(entry)));
                break;
            default:
                Compare(set);
                break;
        }
    }

    private void Compare((int Native, ulong Ours) set)
    {
        var theirs = new byte[EventsMax * EventBytes];
        var count = HostEvents.Result(HostEvents.Wait(set.Native, theirs, EventsMax, 0));
        var ours = new byte[EventsMax * EventBytes];
        Same("epoll_wait", count, _bench.Call(EpollWait, set.Ours, At, EventsMax, 0));
        Assert.True(_bench.Guest.Memory.TryRead(new(At), ours));
        Assert.True(Events(theirs, count).SequenceEqual(Events(ours, count)), _script.ToString());
    }

    private static List<(ulong Data, uint Events)> Events(byte[] bytes, long count) =>
        [.. Enumerable.Range(0, (int)count)
            .Select(i => (BitConverter.ToUInt64(bytes, (i * EventBytes) + 4), BitConverter.ToUInt32(bytes, i * EventBytes))).Order()];

    private static (int Native, ulong Ours) Both(string what, long native, long ours)
    {
        Assert.True(native >= 0 && ours >= 0, what);
        return ((int)native, (ulong)ours);
    }

    private void Same(string what, long native, long ours)
    {
        _script.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"{what} = {native}");
        Assert.True(native == ours, $"{_script} but ours {ours}");
    }
}
