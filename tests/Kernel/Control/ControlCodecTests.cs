using FsCheck;
using FsCheck.Fluent;
using Muk.Abi;
using Muk.Kernel.Control;

namespace Muk.Tests.Kernel.Control;

public sealed class ControlCodecTests
{
    private readonly byte[] _buffer = new byte[ControlLimits.MessageBytesMax];

    [Fact]
    public void Every_request_comes_back_as_it_was() =>
        Check.QuickThrowOnFailure(Prop.ForAll(ControlSamples.Requests.ToArbitrary(), request =>
        {
            var bytes = ControlCodec.Write(request, _buffer);
            Assert.Equal(ControlSamples.Show(request), ControlSamples.Show(ControlCodec.ReadRequest(_buffer.AsSpan(0, bytes))));
        }));

    [Fact]
    public void Every_event_comes_back_as_it_was() =>
        Check.QuickThrowOnFailure(Prop.ForAll(ControlSamples.Events.ToArbitrary(), message =>
        {
            var bytes = ControlCodec.Write(message, _buffer);
            Assert.Equal(ControlSamples.Show(message), ControlSamples.Show(ControlCodec.ReadEvent(_buffer.AsSpan(0, bytes))));
        }));

    [Fact]
    public void A_message_cut_short_anywhere_is_refused()
    {
        var bytes = ControlCodec.Write(Start(["a", "b"]), _buffer);
        for (var length = 0; length < bytes; length++)
        {
            Assert.Throws<ControlFormatException>(() => ControlCodec.ReadRequest(_buffer.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Bytes_left_over_are_refused()
    {
        var bytes = ControlCodec.Write(new Request.Shutdown(), _buffer);
        Assert.Throws<ControlFormatException>(() => ControlCodec.ReadRequest(_buffer.AsSpan(0, bytes + 1)));
    }

    [Fact]
    public void Broken_bytes_give_a_message_or_a_refusal_and_nothing_else()
    {
        var seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var random = new Random(seed);
        byte[][] templates = [Encode(Start(["x", "yy"])), EncodeEvent()];
        var refused = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = (byte[])templates[round % 2].Clone();
            for (var flips = random.Next(1, 6); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)(random.Next(4) == 0 ? 0xff : random.Next(256));
            }

            refused += Survives(bytes, seed);
        }

        Assert.InRange(refused, 1, 40_000);
    }

    [Fact]
    public void A_count_that_the_bytes_cannot_hold_is_refused_before_anything_is_allocated()
    {
        byte[] lie = [2, 1, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0, 0];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
        {
            Assert.Throws<ControlFormatException>(() => ControlCodec.ReadEvent(lie));
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
    }

    [Fact]
    public void A_request_too_large_for_a_message_is_refused_by_its_sender()
    {
        var text = new string('x', 60_000);
        var error = Assert.Throws<ControlFormatException>(() => ControlCodec.Write(Start([text, text]), _buffer));
        Assert.Contains("larger than", error.Message, StringComparison.Ordinal);
    }

    private static Request.Start Start(string[] arguments) => new(
        7, "fir", "/images/fir.muk", arguments, [new("in", PortDirection.In, "/shm/ring-0")], 1 << 20, 100, [new("/data", true)], 0);

    private byte[] Encode(Request request) => _buffer.AsSpan(0, ControlCodec.Write(request, _buffer)).ToArray();

    private byte[] EncodeEvent()
    {
        var crash = new CrashFacts(11, 14, 0x10, default, [new(true, 0x1234), new(false, 0x77)]);
        var ended = new Event.Ended(3, EndKind.Crashed, 139, "write to 0x10", crash, new(1, 2, 3, 4, 5, 6, 7, 8));
        return _buffer.AsSpan(0, ControlCodec.Write(ended, _buffer)).ToArray();
    }

    private static int Survives(byte[] bytes, int seed)
    {
        var refused = 0;
        try
        {
            ControlCodec.ReadRequest(bytes);
        }
        catch (ControlFormatException)
        {
            refused++;
        }

        try
        {
            ControlCodec.ReadEvent(bytes);
        }
        catch (ControlFormatException)
        {
            refused++;
        }
        catch (Exception e) when (e is not ControlFormatException)
        {
            Assert.Fail($"seed {seed}: {e}");
        }

        return refused;
    }
}
