using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Muk.Abi;
using Muk.Channel.Rings;

namespace Muk.Tests.Channel.Rings;

/// <summary>One case of <see cref="RingPropertyTests"/>.</summary>
/// <param name="Ends">Which are typed: a bit for the producer, one for the consumer.</param>
/// <param name="Steps">What to do and how many of it.</param>
/// <param name="Repeats">Of all steps, so that positions go round.</param>
internal sealed record RingCase(
    int Size, int CapacityBytes, RingFlags Flags, int Ends, IReadOnlyList<(int What, int Many)> Steps, int Repeats);

/// <summary>Both ends of a ring, in several ways to use them. Messages are numbered, and filled by number.</summary>
internal interface IRingEnds : IDisposable
{
    /// <summary>Opens it, over again: the one before is dropped without a word, as by a crash.</summary>
    void OpenProducer(string path);

    void OpenConsumer(string path);

    /// <summary>Sends up to <paramref name="many"/> from number <paramref name="next"/> on; how many there was room for.</summary>
    int Send(long next, int way, int many);

    /// <summary>Receives and checks up to <paramref name="many"/>; how many had come.</summary>
    int Receive(long next, int way, int many);
}

/// <summary>The producer of one and the consumer of another.</summary>
internal sealed record MixedEnds(IRingEnds Producer, IRingEnds Consumer) : IRingEnds
{
    public void OpenProducer(string path) => Producer.OpenProducer(path);

    public void OpenConsumer(string path) => Consumer.OpenConsumer(path);

    public int Send(long next, int way, int many) => Producer.Send(next, way, many);

    public int Receive(long next, int way, int many) => Consumer.Receive(next, way, many);

    public void Dispose()
    {
        Producer.Dispose();
        Consumer.Dispose();
    }
}

/// <summary>Ends whose sizes are known when they run; records are of any length.</summary>
internal sealed record AnyEnds(RingCase Case, bool Records) : IRingEnds
{
    private RingProducer? _producer;
    private RingConsumer? _consumer;

    public void OpenProducer(string path)
    {
        _producer?.Dispose();
        _producer = RingProducer.Open(path, RingWait.Spin);
    }

    public void OpenConsumer(string path)
    {
        _consumer?.Dispose();
        _consumer = RingConsumer.Open(path, RingWait.Spin);
    }

    public int Send(long next, int way, int many)
    {
        var count = 0;
        while (count < many && _producer!.TryClaim(Bytes(next + count), out var payload))
        {
            TestTraffic.Fill(payload, next + count);
            if (way % 2 == 0)
            {
                _producer.Commit(payload.Length);
            }
            else
            {
                _producer.Stage(payload.Length);
            }

            count++;
        }

        _producer!.Flush();
        return count;
    }

    public int Receive(long next, int way, int many)
    {
        var count = 0;
        while (count < many && _consumer!.TryPeek(out var payload))
        {
            Assert.Equal(Bytes(next + count), payload.Length);
            Assert.True(TestTraffic.Matches(payload, next + count), $"message {next + count} is another");
            if (way % 2 == 0)
            {
                _consumer.Release();
            }
            else
            {
                _consumer.Advance();
            }

            count++;
        }

        _consumer!.Release();
        return count;
    }

    public void Dispose()
    {
        _producer?.Dispose();
        _consumer?.Dispose();
    }

    private int Bytes(long number) => Records ? (int)(TestTraffic.Mix((ulong)number) % (ulong)(Case.Size + 1)) : Case.Size;
}

/// <summary>Ends of one type.</summary>
internal sealed class TypedEnds<T> : IRingEnds
    where T : unmanaged
{
    private RingProducer<T>? _producer;
    private RingConsumer<T>? _consumer;

    public void OpenProducer(string path)
    {
        _producer?.Dispose();
        _producer = RingProducer.Open<T>(path, RingWait.Spin);
    }

    public void OpenConsumer(string path)
    {
        _consumer?.Dispose();
        _consumer = RingConsumer.Open<T>(path, RingWait.Spin);
    }

    public int Send(long next, int way, int many)
    {
        var messages = new T[many];
        for (var i = 0; i < many; i++)
        {
            TestTraffic.Fill(Bytes(ref messages[i]), next + i);
        }

        switch (way)
        {
            case 0:
                return messages.TakeWhile(m => _producer!.TrySend(m)).Count();
            case 1:
                return _producer!.TrySendMany(messages);
            case 2:
                return messages.TakeWhile(Place).Count();
            default:
                var room = _producer!.TryClaimMany(many);
                for (var i = 0; i < room.Count; i++)
                {
                    room[i] = messages[i];
                }

                _producer.Commit(room.Count / 2); // The rest was claimed and never shown.
                return room.Count / 2;
        }
    }

    public int Receive(long next, int way, int many)
    {
        var count = 0;
        switch (way)
        {
            case 0:
                for (; count < many && _consumer!.TryReceive(out var message); count++)
                {
                    Check(ref message, next + count);
                }

                return count;
            case 1:
                var copies = new T[many];
                count = _consumer!.TryReceiveMany(copies);
                for (var i = 0; i < count; i++)
                {
                    Check(ref copies[i], next + i);
                }

                return count;
            case 2:
                for (; count < many; count++)
                {
                    ref readonly var here = ref _consumer!.TryPeek();
                    if (Unsafe.IsNullRef(in here))
                    {
                        return count;
                    }

                    Check(ref Unsafe.AsRef(in here), next + count);
                    _consumer.Release();
                }

                return count;
            default:
                var messages = _consumer!.TryPeekMany(many);
                for (; count < messages.Count; count++)
                {
                    Check(ref Unsafe.AsRef(in messages[count]), next + count);
                }

                _consumer.Release((count + 1) / 2); // What is not released comes again.
                return (count + 1) / 2;
        }
    }

    public void Dispose()
    {
        _producer?.Dispose();
        _consumer?.Dispose();
    }

    private static Span<byte> Bytes(ref T message) => MemoryMarshal.AsBytes(new Span<T>(ref message));

    private static void Check(ref T message, long number) =>
        Assert.True(TestTraffic.Matches(Bytes(ref message), number), $"message {number} is another");

    private bool Place(T message)
    {
        ref var place = ref _producer!.TryClaim();
        if (Unsafe.IsNullRef(ref place))
        {
            return false;
        }

        place = message;
        _producer.Commit();
        return true;
    }
}
