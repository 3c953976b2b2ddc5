using Muk.Abi;
using Muk.Channel.Rings;

namespace Muk.Tests.Channel.Rings;

/// <summary>What the contract tests send and expect: the twin of native/peer.c.</summary>
internal sealed record TestTraffic(int Size, long Count, int Batch, ulong Seed)
{
    public static ulong Mix(ulong x)
    {
        x += 0x9e3779b97f4a7c15;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
        x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
        return x ^ (x >> 31);
    }

    public void Send(string path, RingWait wait)
    {
        using var ring = RingProducer.Open(path, wait);
        for (long n = 0; n < Count; n++)
        {
            var bytes = Bytes(ring.PayloadBytes, n);
            Assert.Equal(RingStatus.Ok, ring.Claim(bytes, out var payload));
            Fill(payload, n);
            if (Batch > 1 && n % Batch != Batch - 1)
            {
                ring.Stage(bytes);
            }
            else
            {
                ring.Commit(bytes);
            }
        }

        ring.Close(RingState.Ended);
    }

    public void Receive(string path, RingWait wait)
    {
        using var ring = RingConsumer.Open(path, wait);
        for (long n = 0; n < Count;)
        {
            Assert.Equal(RingStatus.Ok, ring.Peek(out var payload));
            for (var i = 0; ;)
            {
                Assert.Equal(Bytes(ring.PayloadBytes, n), payload.Length);
                Assert.True(Matches(payload, n), $"message {n} is another");
                n++;
                if (++i == Batch)
                {
                    break;
                }

                ring.Advance();
                if (!ring.TryPeek(out payload))
                {
                    break;
                }
            }

            ring.Release();
        }

        Assert.Equal(RingStatus.Ended, ring.Peek(out _));
        ring.Close(RingState.Ended);
    }

    public static void Fill(Span<byte> payload, long number)
    {
        var start = Mix((ulong)number);
        for (var i = 0; i < payload.Length; i++)
        {
            payload[i] = (byte)(start + (ulong)i);
        }
    }

    public static bool Matches(ReadOnlySpan<byte> payload, long number)
    {
        var start = Mix((ulong)number);
        for (var i = 0; i < payload.Length; i++)
        {
            if (payload[i] != (byte)(start + (ulong)i))
            {
                return false;
            }
        }

        return true;
    }

    private int Bytes(int payloadBytes, long number) =>
        Size > 0 ? Size : (int)(Mix(Seed ^ (ulong)number) % ((ulong)payloadBytes + 1));
}
