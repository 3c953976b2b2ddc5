using System.Diagnostics;
using System.Text;
using Muk.Abi;
using Muk.Channel.Rings;

namespace Muk.Tests.Channel.Rings;

/// <summary>muk.h as a MUK's author uses it, in a process that has the boot block and the rings where a MUK has them.</summary>
public sealed class GuestHeaderTests : IDisposable
{
    private const int Count = 5000;
    private readonly RingFolder _rings = new();

    public void Dispose() => _rings.Dispose();

    [Theory]
    [InlineData("clang-19")]
    [InlineData("gcc")]
    public void A_program_of_typed_ports_does_what_it_says(string compiler)
    {
        var samples = _rings.Create(new RingOptions(RingKind.Slots, 16, CapacityBytes: 4096));
        var peaks = _rings.Create(new RingOptions(RingKind.Slots, 16, CapacityBytes: 4096));
        var lines = _rings.Create(new RingOptions(RingKind.Records, 65536));
        string[] sources = ["runtime/ring.c", "runtime/boot.c", "runtime/clock.c"];
        var program = Native.Compile(compiler,
            [Path.Combine(Native.Root, "tests/Channel/native/guest.c"), .. sources.Select(s => Path.Combine(Native.C, s))]);
        using var guest = Native.Start(program, samples, peaks, lines);
        using var feed = RingProducer.Open(samples, RingWait.Spin);
        using var drain = RingConsumer.Open(peaks, RingWait.Spin);
        var deadline = Stopwatch.StartNew();
        int sent = 0, received = 0;
        while (received < Count)
        {
            Assert.True(deadline.Elapsed < TimeSpan.FromSeconds(20), $"{sent} sent, {received} received");
            if (sent < Count && feed.TrySend(new Sample(sent, sent / 2.0)) && ++sent == Count)
            {
                feed.Close(RingState.Ended);
            }

            if (drain.TryReceive(out Sample sample))
            {
                Assert.Equal(new Sample(received, received), sample);
                received++;
            }
            else if (sent == Count)
            {
                Thread.Yield();
            }
        }

        var (status, output) = Native.Finish(guest);
        Assert.True(status == 0, $"{status}: {output}");
        using var text = RingConsumer.Open(lines, RingWait.Spin);
        Assert.True(text.TryPeek(out var line));
        Assert.Equal("5000", Encoding.ASCII.GetString(line));
    }

    [Theory]
    [InlineData("muk_recv(b);", "struct muk_out")]
    [InlineData("muk_send(a, &m);", "struct muk_in")]
    [InlineData("muk_recv(c);", "use the _bytes forms")]
    [InlineData("size_t n; muk_recv_bytes(a, &n);", "use the plain forms")]
    public void A_wrong_use_does_not_compile_and_says_why(string use, string reason)
    {
        var source = Path.Combine(TestFolders.New(), "wrong.c");
        File.WriteAllText(source,
            "#include <muk.h>\nMUK_IN(a, int)\nMUK_OUT(b, int)\nMUK_IN(c, muk_bytes)\n" +
            $"int main(void) {{ int m = 0; (void)m; {use} return 0; }}\n");
        var (status, output) = Native.Run("clang-19", "-std=gnu11", "-fsyntax-only", "-I" + Native.C, source);
        Assert.NotEqual(0, status);
        Assert.Contains(reason, output, StringComparison.Ordinal);
    }

    private readonly record struct Sample(long Number, double Value);
}
