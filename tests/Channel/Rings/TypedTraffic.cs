using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Muk.Abi;
using Muk.Channel.Rings;

namespace Muk.Tests.Channel.Rings;

/// <summary>The traffic of <see cref="TestTraffic"/> through typed ends: batches in place, odd ones copied.</summary>
internal static class TypedTraffic
{
    public static void Send<T>(TestTraffic traffic, string path, RingWait wait)
        where T : unmanaged
    {
        using var ring = RingProducer.Open<T>(path, wait);
        var copies = new T[traffic.Batch];
        for (long n = 0; n < traffic.Count;)
        {
            var many = (int)Math.Min(traffic.Batch, traffic.Count - n);
            if (traffic.Batch == 1)
            {
                Fill(ref ring.Claim(), n++);
                ring.Commit();
            }
            else if (traffic.Batch % 2 != 0)
            {
                for (var i = 0; i < many; i++)
                {
                    Fill(ref copies[i], n + i);
                }

                Assert.Equal(many, ring.SendMany(copies.AsSpan(0, many)));
                n += many;
            }
            else
            {
                var room = ring.ClaimMany(many);
                Assert.InRange(room.Count, 1, many);
                for (var i = 0; i < room.Count; i++)
                {
                    Fill(ref room[i], n++);
                }

                ring.Commit(room.Count);
            }
        }

        ring.Close(RingState.Ended);
    }

    public static void Receive<T>(TestTraffic traffic, string path, RingWait wait)
        where T : unmanaged
    {
        using var ring = RingConsumer.Open<T>(path, wait);
        var copies = new T[traffic.Batch];
        for (long n = 0; n < traffic.Count;)
        {
            if (traffic.Batch == 1)
            {
                Check(in ring.Peek(), n++);
                ring.Release();
            }
            else if (traffic.Batch % 2 != 0)
            {
                var count = ring.ReceiveMany(copies);
                Assert.InRange(count, 1, traffic.Batch);
                foreach (ref var copy in copies.AsSpan(0, count))
                {
                    Check(in copy, n++);
                }
            }
            else
            {
                var messages = ring.PeekMany(traffic.Batch);
                Assert.InRange(messages.Count, 1, traffic.Batch);
                foreach (ref readonly var message in messages)
                {
                    Check(in message, n++);
                }

                ring.Release(messages.Count);
            }
        }

        Assert.True(Unsafe.IsNullRef(in ring.Peek()));
        Assert.Equal(RingStatus.Ended, ring.Status);
        ring.Close(RingState.Ended);
    }

    private static void Fill<T>(ref T message, long number)
        where T : unmanaged
    {
        Assert.False(Unsafe.IsNullRef(ref message));
        TestTraffic.Fill(MemoryMarshal.AsBytes(new Span<T>(ref message)), number);
    }

    private static void Check<T>(ref readonly T message, long number)
        where T : unmanaged
    {
        Assert.False(Unsafe.IsNullRef(in message));
        Assert.True(TestTraffic.Matches(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in message)), number), $"message {number} is another");
    }
}
