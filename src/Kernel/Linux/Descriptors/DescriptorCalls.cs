using Muk.Kernel.Linux.Time;

namespace Muk.Kernel.Linux.Descriptors;

/// <summary>dup, fcntl, ioctl, poll: what is done to descriptors rather than through them.</summary>
internal sealed class DescriptorCalls(Session session, DescriptorTable descriptors, MaskedWait masked)
{
    private const int FcntlDuplicate = 0;
    private const int FcntlGetDescriptorFlags = 1;
    private const int FcntlSetDescriptorFlags = 2;
    private const int FcntlGetFlags = 3;
    private const int FcntlSetFlags = 4;
    private const int FcntlDuplicateCloseOnExec = 1030;
    private const uint IoctlNonBlocking = 0x5421;
    private const uint IoctlReadable = 0x541b;
    private const uint IoctlCloseOnExec = 0x5451;
    private const uint IoctlNoCloseOnExec = 0x5450;
    private const uint RangeCloseOnExec = 4;
    private const int PollEntryBytes = 8;

    public long Duplicate(in SystemCall call) =>
        descriptors.Find(call.A0) is { } file ? descriptors.Add(file) : -Errno.BadDescriptor;

    public long DuplicateTo(in SystemCall call) =>
        call.A0 == call.A1 && descriptors.Find(call.A0) is not null ? (long)call.A0 : DuplicateTo(call.A0, call.A1, 0);

    public long DuplicateToWithFlags(in SystemCall call) =>
        call.A0 == call.A1 || (call.A2 & ~(ulong)OpenFlags.CloseOnExec) != 0
            ? -Errno.Invalid
            : DuplicateTo(call.A0, call.A1, call.A2 != 0 ? 1u : 0u);

    /// <summary>close_range(first, last, flags).</summary>
    public long CloseRange(in SystemCall call)
    {
        if (call.A0 > call.A1 || (call.A2 & ~(ulong)RangeCloseOnExec) != 0)
        {
            return -Errno.Invalid;
        }

        for (var i = call.A0; i <= Math.Min(call.A1, DescriptorTable.CountMax - 1); i++)
        {
            if (call.A2 == 0)
            {
                _ = descriptors.Close(i); // One that is not open is none to close.
            }
            else if (descriptors.Find(i) is not null)
            {
                descriptors.SetCloseOnExec(i, 1);
            }
        }

        return 0;
    }

    public long Control(in SystemCall call)
    {
        if (descriptors.Find(call.A0) is not { } file)
        {
            return -Errno.BadDescriptor;
        }

        switch ((int)call.A1)
        {
            case FcntlDuplicate:
            case FcntlDuplicateCloseOnExec:
                if (call.A2 >= DescriptorTable.CountMax)
                {
                    return -Errno.Invalid;
                }

                var added = descriptors.Add(file, (int)call.A2);
                if (added >= 0 && (int)call.A1 == FcntlDuplicateCloseOnExec)
                {
                    descriptors.SetCloseOnExec((ulong)added, 1);
                }

                return added;
            case FcntlGetDescriptorFlags:
                return descriptors.CloseOnExec(call.A0) ? 1 : 0;
            case FcntlSetDescriptorFlags:
                descriptors.SetCloseOnExec(call.A0, (uint)call.A2);
                return 0;
            case FcntlGetFlags:
                return file.Flags;
            case FcntlSetFlags:
                file.Flags = (file.Flags & ~OpenFlags.Changeable) | ((uint)call.A2 & OpenFlags.Changeable);
                return 0;
            default:
                return -Errno.Invalid;
        }
    }

    public long DeviceControl(in SystemCall call)
    {
        if (descriptors.Find(call.A0) is not { } file)
        {
            return -Errno.BadDescriptor;
        }

        if ((uint)call.A1 == IoctlReadable && file.Changes is not null)
        {
            return session.Memory.TryWriteU32(call.A2, (uint)file.Waiting) ? 0 : -Errno.Fault;
        }

        if ((uint)call.A1 is IoctlCloseOnExec or IoctlNoCloseOnExec)
        {
            descriptors.SetCloseOnExec(call.A0, (uint)call.A1 == IoctlCloseOnExec ? 1u : 0u);
            return 0;
        }

        if ((uint)call.A1 != IoctlNonBlocking)
        {
            return -Errno.NotTerminal;
        }

        if (!session.Memory.TryReadU32(call.A2, out var on))
        {
            return -Errno.Fault;
        }

        file.Flags = on != 0 ? file.Flags | OpenFlags.NonBlocking : file.Flags & ~OpenFlags.NonBlocking;
        return 0;
    }

    /// <summary>poll(entries, count, milliseconds).</summary>
    public long Poll(in SystemCall call) => Poll(
        call, (int)call.A2 < 0 ? TimeSpec.NanosecondsMax : session.Time.MonotonicNanoseconds() + ((long)(int)call.A2 * 1_000_000));

    /// <summary>ppoll(entries, count, timeout, mask, bytes).</summary>
    public long PollPrecisely(in SystemCall call)
    {
        var deadline = TimeSpec.NanosecondsMax;
        if (call.A2 != 0)
        {
            if (!session.Memory.TryReadStruct(call.A2, out TimeSpec timeout))
            {
                return -Errno.Fault;
            }

            if (!timeout.Valid)
            {
                return -Errno.Invalid;
            }

            deadline = session.Time.After(timeout);
        }

        var error = masked.Enter(call.A3, call.A4);
        return error < 0 ? error : masked.Leave(Poll(call, deadline));
    }

    private long Poll(in SystemCall call, long deadline)
    {
        if (call.A1 > DescriptorTable.CountMax)
        {
            return -Errno.Invalid;
        }

        var wait = session.Wait;
        deadline = wait.Again ? wait.Deadline : deadline;
        var ready = PollOnce(call.A0, (int)call.A1);
        return ready != 0 || wait.TimedOut || session.Time.MonotonicNanoseconds() >= deadline
            ? ready
            : WaitForAny(call.A0, (int)call.A1, deadline);
    }

    private long WaitForAny(ulong at, int count, long deadline)
    {
        var result = session.Wait.Until(deadline);
        for (var i = 0; i < count; i++)
        {
            if (session.Memory.TryReadU32(at + ((ulong)i * PollEntryBytes), out var descriptor))
            {
                descriptors.Find((ulong)(int)descriptor)?.AddTo(session.Wait);
            }
        }

        return result;
    }

    private long PollOnce(ulong at, int count)
    {
        var ready = 0;
        for (var i = 0; i < count; i++)
        {
            var entry = at + ((ulong)i * PollEntryBytes);
            if (!session.Memory.TryReadU64(entry, out var word))
            {
                return -Errno.Fault;
            }

            var descriptor = (int)word;
            var wanted = (PollEvents)(ushort)(word >> 32);
            var found = descriptor < 0 ? PollEvents.None
                : descriptors.Find((ulong)descriptor) is { } file ? file.Poll(wanted) : PollEvents.Invalid;
            if (!session.Memory.TryWriteU64(entry, (word & 0x0000_ffff_ffff_ffff) | ((ulong)found << 48)))
            {
                return -Errno.Fault;
            }

            ready += found != PollEvents.None ? 1 : 0;
        }

        return ready;
    }

    private long DuplicateTo(ulong from, ulong to, uint descriptorFlags)
    {
        if (descriptors.Find(from) is not { } file || to >= DescriptorTable.CountMax)
        {
            return -Errno.BadDescriptor;
        }

        descriptors.Replace((int)to, file);
        descriptors.SetCloseOnExec(to, descriptorFlags);
        return (long)to;
    }
}
