using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Muk.Abi;
using Muk.Channel.Rings;

namespace Muk.Orchestrator.Bench.Managed;

/// <summary>A subject in C#. Structs implement it, so that the cells are compiled for each.</summary>
public interface IManagedSubject<TSelf, T> : IDisposable
    where TSelf : struct, IManagedSubject<TSelf, T>
    where T : unmanaged
{
    /// <summary>Most messages of a burst.</summary>
    const int BurstMax = 32;

    static abstract TSelf Create(long capacityBytes);

    /// <summary>Builds a message and sends it; false where there is no room.</summary>
    bool Send(ulong sequence);

    bool Receive(ref Arrivals arrivals);

    /// <summary>How many of <paramref name="count"/> it took in one call.</summary>
    int SendBurst(ulong sequence, int count);

    int ReceiveBurst(ref Arrivals arrivals, int count);
}

/// <summary>Muk's ring as C# programs use it: single messages wait by spinning, as those of the C subject do. Messages are built in
/// place, as that one's are, so the reader does not touch.</summary>
public readonly struct RingSubject<T> : IManagedSubject<RingSubject<T>, T>
    where T : unmanaged
{
    private readonly RingProducer<T> _producer;
    private readonly RingConsumer<T> _consumer;

    private RingSubject(RingProducer<T> producer, RingConsumer<T> consumer)
    {
        _producer = producer;
        _consumer = consumer;
    }

    static RingSubject<T> IManagedSubject<RingSubject<T>, T>.Create(long capacityBytes)
    {
        var path = $"/dev/shm/muk-bench-{Guid.NewGuid():N}";
        RingFile.Create(path, new RingOptions(RingKind.Slots, (uint)Unsafe.SizeOf<T>(), CapacityBytes: capacityBytes));
        try
        {
            return new(RingProducer.Open<T>(path, RingWait.Spin), RingConsumer.Open<T>(path, RingWait.Spin));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Send(ulong sequence)
    {
        ref var message = ref _producer.Claim();
        if (Unsafe.IsNullRef(ref message))
        {
            return false;
        }

        Payload.Put(ref message, sequence);
        _producer.Commit();
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Receive(ref Arrivals arrivals)
    {
        ref readonly var message = ref _consumer.Peek();
        if (Unsafe.IsNullRef(in message))
        {
            return false;
        }

        arrivals.Take(in message);
        _consumer.Release();
        return true;
    }

    public int SendBurst(ulong sequence, int count)
    {
        var room = _producer.ClaimMany(count);
        for (var i = 0; i < room.Count; i++)
        {
            Payload.Put(ref room[i], sequence + (ulong)i);
        }

        _producer.Commit(room.Count);
        return room.Count;
    }

    public int ReceiveBurst(ref Arrivals arrivals, int count)
    {
        var messages = _consumer.PeekMany(count);
        foreach (ref readonly var message in messages)
        {
            arrivals.Take(in message);
        }

        _consumer.Release(messages.Count);
        return messages.Count;
    }

    public void Dispose()
    {
        _producer.Dispose();
        _consumer.Dispose();
    }
}

/// <summary>System.Threading.Channels, bounded, one reader and one writer, never waiting.</summary>
public readonly struct ChannelSubject<T>(Channel<T> channel) : IManagedSubject<ChannelSubject<T>, T>
    where T : unmanaged
{
    static ChannelSubject<T> IManagedSubject<ChannelSubject<T>, T>.Create(long capacityBytes) =>
        new(System.Threading.Channels.Channel.CreateBounded<T>(
        new BoundedChannelOptions((int)(capacityBytes / Unsafe.SizeOf<T>())) { SingleReader = true, SingleWriter = true }));

    public bool Send(ulong sequence)
    {
        Payload.Fill(out T message, sequence);
        return channel.Writer.TryWrite(message);
    }

    public bool Receive(ref Arrivals arrivals)
    {
        if (!channel.Reader.TryRead(out var message))
        {
            return false;
        }

        arrivals.Take(in message);
        return true;
    }

    public int SendBurst(ulong sequence, int count) => Send(sequence) ? 1 : 0;

    public int ReceiveBurst(ref Arrivals arrivals, int count) => Receive(ref arrivals) ? 1 : 0;

    public void Dispose()
    {
        // Nothing to give back: it is all managed.
    }
}

/// <summary>ConcurrentQueue, which has no bound of its own: the writer looks at its length now and then.</summary>
public struct QueueSubject<T> : IManagedSubject<QueueSubject<T>, T>
    where T : unmanaged
{
    private const ulong SendsBetweenLooks = 256;
    private ConcurrentQueue<T> _queue;
    private int _most;

    static QueueSubject<T> IManagedSubject<QueueSubject<T>, T>.Create(long capacityBytes) =>
        new() { _queue = new(), _most = (int)(capacityBytes / Unsafe.SizeOf<T>()) };

    public readonly bool Send(ulong sequence)
    {
        if (sequence % SendsBetweenLooks == 0 && _queue.Count >= _most)
        {
            return false;
        }

        Payload.Fill(out T message, sequence);
        _queue.Enqueue(message);
        return true;
    }

    public readonly bool Receive(ref Arrivals arrivals)
    {
        if (!_queue.TryDequeue(out var message))
        {
            return false;
        }

        arrivals.Take(in message);
        return true;
    }

    public readonly int SendBurst(ulong sequence, int count) => Send(sequence) ? 1 : 0;

    public readonly int ReceiveBurst(ref Arrivals arrivals, int count) => Receive(ref arrivals) ? 1 : 0;

    public readonly void Dispose()
    {
        // Nothing to give back: it is all managed.
    }
}
