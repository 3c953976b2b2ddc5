using System.Runtime.CompilerServices;
using Muk.Abi;

namespace Muk.Channel.Rings;

/// <summary>A side's words as they read at one moment; the statistics may lag (see <c>muk_abi.h</c>).</summary>
public readonly record struct RingSideFacts(
    ulong Position, ulong Messages, ulong Bytes, ulong IdleCycles, ulong Waits, ulong Parks, RingState State, ParkedMark Parked);

/// <summary>Looks at a ring without taking part in it. Any thread.</summary>
public sealed unsafe class RingWatch : IDisposable
{
    // SAFETY: reads only, through _memory, which this object owns.
    private readonly RingMemory _memory;

    private RingWatch(RingMemory memory) => _memory = memory;

    /// <summary>The ring's header, checked.</summary>
    public RingHeader Header => _memory.Header;

    public RingSideFacts Producer => Facts(_memory.Producer);

    public RingSideFacts Consumer => Facts(_memory.Consumer);

    /// <summary>Maps the ring read only.</summary>
    public static RingWatch Open(string path) => new(RingMemory.Open(path, null));

    public void Dispose() => _memory.Dispose();

    private RingSideFacts Facts(RingSide* side)
    {
        var position = Volatile.Read(ref side->Position);
        var slots = Header.Kind == RingKind.Slots;
        return new RingSideFacts(
            position,
            slots ? Math.Max(position, side->Messages) : side->Messages,
            slots ? Math.Max(position, side->Messages) * Header.PayloadBytes : side->Bytes,
            side->IdleCycles,
            side->Waits,
            side->Parks,
            (RingState)Volatile.Read(ref Unsafe.As<RingState, uint>(ref side->State)),
            (ParkedMark)(Volatile.Read(ref side->Parked) & 1));
    }
}
