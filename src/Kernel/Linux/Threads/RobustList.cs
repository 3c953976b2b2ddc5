using Muk.Kernel.Memory;

namespace Muk.Kernel.Linux.Threads;

/// <summary>The locks that a thread holds when it ends, by its own list of them (<c>struct robust_list_head</c>; Linux's
/// Documentation/locking/robust-futex-ABI.rst). The list is the guest's, who may have written anything there. Owner: the vCPU
/// thread.</summary>
internal static class RobustList
{
    public const ulong HeadBytes = 24;

    /// <summary>Linux's ROBUST_LIST_LIMIT.</summary>
    private const int EntriesMax = 2048;

    private const uint Waiters = 0x8000_0000;
    private const uint OwnerDied = 0x4000_0000;
    private const uint OwnerMask = 0x3fff_ffff;
    private const ulong PriorityInheritance = 1;

    /// <summary>Marks every lock of the list as left by a dead owner, and wakes one who waits for each.</summary>
    public static void Abandon(IGuestMemory memory, FutexCalls futex, ulong head, int owner)
    {
        if (!memory.TryReadU64(head, out var entry) || !memory.TryReadU64(head + 8, out var offset)
            || !memory.TryReadU64(head + 16, out var pending))
        {
            return;
        }

        pending &= ~PriorityInheritance;
        for (var i = 0; i < EntriesMax && (entry & ~PriorityInheritance) != head; i++)
        {
            var lockEntry = entry & ~PriorityInheritance;
            // The next one is read first: who is woken may free this one.
            var more = memory.TryReadU64(lockEntry, out entry);
            if (lockEntry != pending && !Abandon(memory, futex, lockEntry + offset, owner, isPending: false))
            {
                return;
            }

            if (!more)
            {
                return;
            }
        }

        if (pending != 0)
        {
            _ = Abandon(memory, futex, pending + offset, owner, isPending: true);
        }
    }

    /// <param name="isPending">The thread was about to take or leave it: nobody may have it, and a wake may be owed.</param>
    private static bool Abandon(IGuestMemory memory, FutexCalls futex, ulong word, int owner, bool isPending)
    {
        if (word % 4 != 0 || !memory.TryReadU32(word, out var value))
        {
            return false;
        }

        if (isPending && value == 0)
        {
            futex.WakeOne(word);
            return true;
        }

        if ((value & OwnerMask) != (uint)owner)
        {
            return true;
        }

        if (!memory.TryWriteU32(word, (value & Waiters) | OwnerDied))
        {
            return false;
        }

        if ((value & Waiters) != 0)
        {
            futex.WakeOne(word);
        }

        return true;
    }
}
