namespace Muk.Kernel.Linux.Threads;

/// <summary>clone, clone3 and what a thread says about itself. A program's threads share everything; there are no new
/// processes.</summary>
internal sealed class ThreadCalls(Session session, Scheduler scheduler, FutexCalls futex)
{
    private const ulong SharesMemory = 0x100;
    private const ulong SharesSignals = 0x800;
    private const ulong IsThread = 0x10000;
    private const ulong SetsLocalStorage = 0x80000;
    private const ulong TellsParent = 0x100000;
    private const ulong ClearsAtExit = 0x200000;
    private const ulong TellsChild = 0x1000000;
    private const ulong Needed = SharesMemory | SharesSignals | IsThread;
    private const ulong AddressEnd = 0x0000_8000_0000_0000;
    private const ulong MembarrierPrivateExpedited = 8;
    private const ulong MembarrierRegister = 16;
    private const long MembarrierKnown = 1 | 2 | 4 | (long)(MembarrierPrivateExpedited | MembarrierRegister);

    /// <summary>gettid.</summary>
    public long Id => session.Thread.Id;

    /// <summary>clone(flags, stack, parent's id at, child's id at, local storage).</summary>
    public long Clone(in SystemCall call) => Create(call.A0, call.A1, call.A2, call.A3, call.A4);

    /// <summary>clone3(struct clone_args, bytes): of its fields, those that a thread needs.</summary>
    public long Clone3(in SystemCall call)
    {
        Span<ulong> fields = stackalloc ulong[8]; // CLONE_ARGS_SIZE_VER0
        if (call.A1 < (ulong)fields.Length * sizeof(ulong))
        {
            return -Errno.Invalid;
        }

        if (!session.Memory.TryRead(new(call.A0), System.Runtime.InteropServices.MemoryMarshal.AsBytes(fields)))
        {
            return -Errno.Fault;
        }

        var stack = fields[5] == 0 ? 0 : fields[5] + fields[6];
        return Create(fields[0], stack, fields[3], fields[2], fields[7]);
    }

    public long SetClearAtExit(ulong at)
    {
        session.Thread.ClearAtExit = at;
        return session.Thread.Id;
    }

    /// <summary>set_robust_list(head, bytes).</summary>
    public long SetRobustList(in SystemCall call)
    {
        if (call.A1 != RobustList.HeadBytes)
        {
            return -Errno.Invalid;
        }

        session.Thread.RobustList = call.A0;
        return 0;
    }

    /// <summary>get_robust_list(thread, head at, bytes at).</summary>
    public long GetRobustList(in SystemCall call)
    {
        var thread = (int)call.A0 == 0 ? session.Thread : scheduler.Find((int)call.A0);
        return thread is null ? -Errno.NoProcess
            : session.Memory.TryWriteU64(call.A1, thread.RobustList) && session.Memory.TryWriteU64(call.A2, RobustList.HeadBytes) ? 0
            : -Errno.Fault;
    }

    /// <summary>membarrier(command): with one vCPU, whoever runs next has passed through the kernel, which is a barrier.</summary>
    public static long Barrier(in SystemCall call) => call.A0 == 0 ? MembarrierKnown
        : call.A1 == 0 && (call.A0 & (call.A0 - 1)) == 0 && ((long)call.A0 & MembarrierKnown) != 0 ? 0 : -Errno.Invalid;

    /// <summary>The current thread is over: lets go of its locks and tells who waits for its end.</summary>
    public void End()
    {
        var thread = session.Thread;
        if (thread.RobustList != 0)
        {
            RobustList.Abandon(session.Memory, futex, thread.RobustList, thread.Id);
        }

        if (thread.ClearAtExit != 0 && session.Memory.TryWriteU32(thread.ClearAtExit, 0))
        {
            futex.WakeOne(thread.ClearAtExit);
        }
    }

    private long Create(ulong flags, ulong stack, ulong parentAt, ulong childAt, ulong storage)
    {
        // A process of its own, as fork and vfork make it, is not of this world. On `process` Linux makes the threads.
        if ((flags & Needed) != Needed || session.Guest.AddressSpace is null)
        {
            return -Errno.NoSystemCall;
        }

        if ((flags & SetsLocalStorage) != 0 && storage >= AddressEnd)
        {
            return -Errno.Perm;
        }

        var guest = session.Guest;
        if (scheduler.Create() is not { } thread)
        {
            return -Errno.Again;
        }

        var registers = guest.Registers;
        registers.Rax = 0;
        registers.Rsp = stack != 0 ? stack : registers.Rsp;
        thread.Context.Registers = registers;
        thread.Context.FsBase = (flags & SetsLocalStorage) != 0 ? storage : guest.FsBase;
        thread.Context.GsBase = guest.GsBase;
        thread.Context.Extended = new byte[guest.ExtendedStateBytes];
        guest.SaveExtendedState(thread.Context.Extended);
        thread.Signals.Block(session.Signals.Blocked);
        session.Thread.Name.CopyTo(thread.Name, 0);
        thread.ClearAtExit = (flags & ClearsAtExit) != 0 ? childAt : 0;
        // Linux does not check these either.
        _ = (flags & TellsParent) == 0 || session.Memory.TryWriteU32(parentAt, (uint)thread.Id);
        _ = (flags & TellsChild) == 0 || session.Memory.TryWriteU32(childAt, (uint)thread.Id);
        scheduler.Enqueue(thread);
        return thread.Id;
    }
}
