using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Muk.Orchestrator.Bench.Managed;

/// <summary>A message of 8 bytes.</summary>
[InlineArray(1)]
public struct Words1
{
    private ulong _first;
}

/// <summary>A message of 24 bytes.</summary>
[InlineArray(3)]
public struct Words3
{
    private ulong _first;
}

/// <summary>A message of 48 bytes.</summary>
[InlineArray(6)]
public struct Words6
{
    private ulong _first;
}

/// <summary>A message of 64 bytes.</summary>
[InlineArray(8)]
public struct Words8
{
    private ulong _first;
}

/// <summary>A message of 1 KiB.</summary>
[InlineArray(128)]
public struct Words128
{
    private ulong _first;
}

/// <summary>Twin of <c>peers/message.hpp</c>: what is sent is really written, and what arrives is really read.</summary>
public static class Payload
{
    /// <summary>In the sequence of a cell's last message.</summary>
    public const ulong StopBit = 1UL << 63;

    private static readonly ulong[] Pattern = [.. Enumerable.Range(1, 128).Select(i => (ulong)i * 0x9e3779b97f4a7c15)];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fill(Span<ulong> words, ulong sequence)
    {
        if (words.Length > 2)
        {
            Pattern.AsSpan(0, words.Length).CopyTo(words);
        }

        words[0] = sequence;
        words[^1] = sequence;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fill<T>(out T message, ulong sequence)
        where T : unmanaged
    {
        message = default;
        Fill(MemoryMarshal.CreateSpan(ref Unsafe.As<T, ulong>(ref message), Unsafe.SizeOf<T>() / sizeof(ulong)), sequence);
    }

    /// <summary>Builds a message in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put<T>(ref T message, ulong sequence)
        where T : unmanaged
    {
        ref var words = ref Unsafe.As<T, ulong>(ref message);
        if (Unsafe.SizeOf<T>() > 16)
        {
            Unsafe.CopyBlockUnaligned(
                ref Unsafe.As<ulong, byte>(ref Unsafe.Add(ref words, 1)),
                ref Unsafe.As<ulong, byte>(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Pattern), 1)),
                (uint)(Unsafe.SizeOf<T>() - 16));
        }

        words = sequence;
        Unsafe.Add(ref words, (Unsafe.SizeOf<T>() / sizeof(ulong)) - 1) = sequence;
    }

    /// <summary>All words folded into one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Fold(ReadOnlySpan<ulong> words)
    {
        ulong fold = 0;
        if (words.Length >= Vector<ulong>.Count)
        {
            var vectors = MemoryMarshal.Cast<ulong, Vector<ulong>>(words);
            var folds = Vector<ulong>.Zero;
            foreach (var vector in vectors)
            {
                folds ^= vector;
            }

            for (var i = 0; i < Vector<ulong>.Count; i++)
            {
                fold ^= folds[i];
            }

            words = words[(vectors.Length * Vector<ulong>.Count)..];
        }

        foreach (var word in words)
        {
            fold ^= word;
        }

        return fold;
    }

    /// <summary>What <see cref="Fold(ReadOnlySpan{ulong})"/> gives for a message whose first and last words are the same.</summary>
    internal static ulong FoldOfPattern(int words) => words > 2 ? Fold(Pattern.AsSpan(1, words - 2)) : 0;
}

/// <summary>A reader's view of a stream: counts what did not arrive whole and in order.</summary>
public struct Arrivals(int words)
{
    private readonly ulong _fold = words == 1 ? 0 : Payload.FoldOfPattern(words);

    public long Count { get; private set; }

    public long Errors { get; private set; }

    public bool Stopped { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(ReadOnlySpan<ulong> words)
    {
        var first = words[0];
        if ((first & ~Payload.StopBit) != (ulong)Count || (words.Length > 1 && Payload.Fold(words) != _fold))
        {
            Errors++;
        }

        Stopped |= (first & Payload.StopBit) != 0;
        Count++;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take<T>(in T message)
        where T : unmanaged =>
        Take(MemoryMarshal.CreateReadOnlySpan(
            ref Unsafe.As<T, ulong>(ref Unsafe.AsRef(in message)), Unsafe.SizeOf<T>() / sizeof(ulong)));
}
