using System.Runtime.InteropServices;
using Muk.Kernel.Linux.Time;

namespace Muk.Kernel.Linux.Descriptors;

/// <summary>select and pselect6.</summary>
internal sealed class SelectCalls(Session session, DescriptorTable descriptors, MaskedWait masked)
{
    private const int WordsMax = DescriptorTable.CountMax / 64;
    private const long NanosecondsPerMicrosecond = 1000;
    private const PollEvents ReadReady = PollEvents.In | PollEvents.HangUp | PollEvents.Error;
    private const PollEvents WriteReady = PollEvents.Out | PollEvents.Error;

    /// <summary>select(count, reads, writes, exceptions, timeout): what is left of the timeout is written back.</summary>
    public long Select(in SystemCall call) => Timed(call, NanosecondsPerMicrosecond);

    /// <summary>pselect6(count, reads, writes, exceptions, timeout, { mask, bytes }).</summary>
    public long SelectPrecisely(in SystemCall call)
    {
        var (mask, bytes) = (0ul, 0ul);
        if (call.A5 != 0 && (!session.Memory.TryReadU64(call.A5, out mask) || !session.Memory.TryReadU64(call.A5 + 8, out bytes)))
        {
            return -Errno.Fault;
        }

        var error = masked.Enter(mask, bytes);
        return error < 0 ? error : masked.Leave(Timed(call, 1));
    }

    private long Timed(in SystemCall call, long unit)
    {
        var deadline = TimeSpec.NanosecondsMax;
        if (call.A4 != 0)
        {
            if (!session.Memory.TryReadStruct(call.A4, out TimeSpec timeout))
            {
                return -Errno.Fault;
            }

            if (timeout.Seconds < 0 || (ulong)timeout.Nanoseconds >= (ulong)(1_000_000_000 / unit))
            {
                return -Errno.Invalid;
            }

            timeout.Nanoseconds *= unit;
            deadline = session.Wait.Again ? session.Wait.Deadline : session.Time.After(timeout);
        }

        var result = Look(call, deadline);
        if (result != -Errno.Wait && call.A4 != 0)
        {
            var left = TimeSpec.FromNanoseconds(Math.Max(0, deadline - session.Time.MonotonicNanoseconds()));
            left.Nanoseconds /= unit;
            _ = session.Memory.TryWriteStruct(call.A4, left); // As Linux: a timeout that cannot be written is no failure.
        }

        return result;
    }

    private long Look(in SystemCall call, long deadline)
    {
        if ((int)call.A0 < 0)
        {
            return -Errno.Invalid;
        }

        var count = Math.Min((int)call.A0, DescriptorTable.CountMax);
        Span<ulong> wanted = stackalloc ulong[3 * WordsMax];
        Span<ulong> found = stackalloc ulong[3 * WordsMax];
        wanted.Clear();
        found.Clear();
        var words = (count + 63) / 64;
        ReadOnlySpan<ulong> sets = [call.A1, call.A2, call.A3];
        for (var set = 0; set < sets.Length; set++)
        {
            if (sets[set] != 0 && !session.Memory.TryRead(new(sets[set]), Bytes(wanted, set, words)))
            {
                return -Errno.Fault;
            }
        }

        var ready = 0;
        for (var i = 0; i < count; i++)
        {
            if (!Wants(wanted, i))
            {
                continue;
            }

            if (descriptors.Find((ulong)i) is not { } file)
            {
                return -Errno.BadDescriptor;
            }

            var now = file.Poll(PollEvents.In | PollEvents.Out);
            ready += Mark(wanted, found, 0, i, now & ReadReady) + Mark(wanted, found, 1, i, now & WriteReady);
        }

        var wait = session.Wait;
        if (ready == 0 && !wait.TimedOut && session.Time.MonotonicNanoseconds() < deadline)
        {
            var result = wait.Until(deadline);
            for (var i = 0; i < count; i++)
            {
                if (Wants(wanted, i))
                {
                    descriptors.Find((ulong)i)?.AddTo(wait);
                }
            }

            return result;
        }

        for (var set = 0; set < sets.Length; set++)
        {
            if (sets[set] != 0 && !session.Memory.TryWrite(new(sets[set]), Bytes(found, set, words)))
            {
                return -Errno.Fault;
            }
        }

        return ready;
    }

    private static Span<byte> Bytes(Span<ulong> sets, int set, int words) =>
        MemoryMarshal.AsBytes(sets.Slice(set * WordsMax, words));

    private static bool Wants(ReadOnlySpan<ulong> sets, int descriptor) =>
        ((sets[descriptor / 64] | sets[WordsMax + (descriptor / 64)] | sets[(2 * WordsMax) + (descriptor / 64)])
            >> (descriptor % 64) & 1) != 0;

    private static int Mark(ReadOnlySpan<ulong> wanted, Span<ulong> found, int set, int descriptor, PollEvents now)
    {
        var word = (set * WordsMax) + (descriptor / 64);
        var bit = 1ul << (descriptor % 64);
        if (now == PollEvents.None || (wanted[word] & bit) == 0)
        {
            return 0;
        }

        found[word] |= bit;
        return 1;
    }
}
