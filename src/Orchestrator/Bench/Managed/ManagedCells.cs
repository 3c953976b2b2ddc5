using System.Diagnostics;
using System.Runtime.CompilerServices;
using Muk.Channel.Interop;

namespace Muk.Orchestrator.Bench.Managed;

/// <summary>Twin of <c>peers/cells.hpp</c>: the same two cells for subjects in C#. Two pinned threads each.</summary>
internal static class ManagedCells<TSubject, T>
    where TSubject : struct, IManagedSubject<TSubject, T>
    where T : unmanaged
{
    private const int TripsInChunk = 32;
    private const int WarmUpTrips = 512;
    private const int ChunksMax = 1 << 16;
    private const int SendsBetweenLooks = 256;

    private static readonly double NsPerTick = 1e9 / Stopwatch.Frequency;

    public static (double Ns, double BestNs, double P99Ns, long Count, long Errors) Round(CorePair cores, long capacity,
        double milliseconds)
    {
        using var there = TSubject.Create(capacity);
        using var back = TSubject.Create(capacity);
        var chunks = new double[ChunksMax];
        long chunkCount = 0, count = 0, errors = 0, farErrors = 0;
        Pinned(cores, () => (chunkCount, count, errors) = RoundNear(there, back, chunks, milliseconds),
            () => farErrors = RoundFar(there, back));
        var sorted = chunks.AsSpan(0, (int)chunkCount);
        sorted.Sort();
        return (sorted[sorted.Length / 2], sorted[0], sorted[(int)(0.99 * (sorted.Length - 1))], count, errors + farErrors);
    }

    public static (double Ns, double BestNs, double P99Ns, long Count, long Errors) Stream(
        CorePair cores, long capacity, double milliseconds, int burst)
    {
        using var subject = TSubject.Create(capacity);
        long start = 0, end = 0;
        var arrivals = new Arrivals(Unsafe.SizeOf<T>() / sizeof(ulong));
        Pinned(cores, () => start = StreamNear(subject, milliseconds, burst), () => (end, arrivals) = StreamFar(subject, burst));
        var ns = (end - start) * NsPerTick / arrivals.Count;
        return (ns, ns, ns, arrivals.Count, arrivals.Errors);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (long Chunks, long Count, long Errors) RoundNear(TSubject there, TSubject back, double[] chunks, double milliseconds)
    {
        var arrivals = new Arrivals(Unsafe.SizeOf<T>() / sizeof(ulong));
        ulong sequence = 0;
        long taken = 0;
        var start = Stopwatch.GetTimestamp();
        var deadline = long.MaxValue;
        while (start < deadline)
        {
            for (var i = 0; i < TripsInChunk; i++, sequence++)
            {
                Trip(there, back, sequence, ref arrivals);
            }

            var end = Stopwatch.GetTimestamp();
            if (sequence == WarmUpTrips)
            {
                deadline = end + (long)(milliseconds * 1e6 / NsPerTick);
            }
            else if (sequence > WarmUpTrips && taken < ChunksMax)
            {
                chunks[taken++] = (end - start) * NsPerTick / TripsInChunk;
            }

            start = end;
        }

        Trip(there, back, sequence | Payload.StopBit, ref arrivals);
        return (taken, arrivals.Count, arrivals.Errors);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Trip(TSubject there, TSubject back, ulong sequence, ref Arrivals arrivals)
    {
        while (!there.Send(sequence))
        {
        }

        while (!back.Receive(ref arrivals))
        {
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long RoundFar(TSubject there, TSubject back)
    {
        var arrivals = new Arrivals(Unsafe.SizeOf<T>() / sizeof(ulong));
        while (!arrivals.Stopped)
        {
            while (!there.Receive(ref arrivals))
            {
            }

            var sequence = (ulong)(arrivals.Count - 1) | (arrivals.Stopped ? Payload.StopBit : 0);
            while (!back.Send(sequence))
            {
            }
        }

        return arrivals.Errors;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long StreamNear(TSubject subject, double milliseconds, int burst)
    {
        ulong sequence = 0;
        var start = Stopwatch.GetTimestamp();
        var deadline = start + (long)(milliseconds * 1e6 / NsPerTick);
        do
        {
            var until = sequence + SendsBetweenLooks;
            while (burst > 1 && sequence < until)
            {
                sequence += (ulong)subject.SendBurst(sequence, burst);
            }

            while (sequence < until)
            {
                sequence += subject.Send(sequence) ? 1UL : 0;
            }
        }
        while (Stopwatch.GetTimestamp() < deadline);

        while (!subject.Send(sequence | Payload.StopBit))
        {
        }

        return start;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (long End, Arrivals Arrivals) StreamFar(TSubject subject, int burst)
    {
        var arrivals = new Arrivals(Unsafe.SizeOf<T>() / sizeof(ulong));
        if (burst > 1)
        {
            while (!arrivals.Stopped)
            {
                subject.ReceiveBurst(ref arrivals, burst);
            }
        }
        else
        {
            while (!arrivals.Stopped)
            {
                subject.Receive(ref arrivals);
            }
        }

        return (Stopwatch.GetTimestamp(), arrivals);
    }

    private static void Pinned(CorePair cores, Action near, Action far)
    {
        using var start = new Barrier(2);
        Thread[] threads = [Start(cores.Near, near), Start(cores.Far, far)];
        foreach (var thread in threads)
        {
            thread.Join();
        }

        Thread Start(int core, Action work)
        {
            var thread = new Thread(() =>
            {
                Affinity.Set(core);
                start.SignalAndWait();
                work();
            });
            thread.Start();
            return thread;
        }
    }
}
