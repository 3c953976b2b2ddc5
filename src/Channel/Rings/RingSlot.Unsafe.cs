using System.Runtime.CompilerServices;

namespace Muk.Channel.Rings;

/// <summary>Where things are in the slots of one type's ring: constants to both compilers.</summary>
internal static unsafe class RingSlot<T>
    where T : unmanaged
{
    /// <summary>From a slot's header word to its payload.</summary>
    public static uint Offset
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 8;
    }

    /// <summary>From one slot to the next.</summary>
    public static uint Bytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(T) <= 8 ? 16u : sizeof(T) <= 24 ? 32u : sizeof(T) <= 56 ? 64u : ((uint)sizeof(T) + 15) & ~7u;
    }

    // SAFETY: of a slot below the ring's number of slots, which the caller sees to by masking.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong* Header(byte* data, ulong slot) => (ulong*)(data + (slot * Bytes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T* Payload(byte* data, ulong slot) => (T*)(data + (slot * Bytes) + Offset);

    /// <summary>Is the ring one of such messages? Else it goes, with an exception that says so.</summary>
    public static RingMemory Check(RingMemory memory)
    {
        var header = memory.Header;
        if (header.SlotBytes == Bytes && header.PayloadBytes == sizeof(T) && header.PayloadOffset == Offset)
        {
            return memory;
        }

        memory.Dispose();
        throw new RingFormatException($"the ring's messages have {header.PayloadBytes} bytes, and {typeof(T).Name} has {sizeof(T)}");
    }
}
