using Muk.Kernel.Linux.Signals;

namespace Muk.Kernel.Linux.Descriptors;

/// <summary>The mask of blocked signals that ppoll, pselect6 and epoll_pwait put in place while they wait; where a handler is entered, it
/// is that which goes back to the old one. Where Linux keeps the guest's signals it keeps the mask as well, and the wait has the
/// one there is.</summary>
internal sealed class MaskedWait(Session session)
{
    private bool _entered;

    /// <summary>Before the call looks. 0 or a negative errno.</summary>
    /// <param name="at">The mask; 0 for none.</param>
    public long Enter(ulong at, ulong bytes)
    {
        _entered = false;
        if (at == 0 || session.Guest.AddressSpace is null)
        {
            return 0;
        }

        if (bytes != SignalCalls.MaskBytes)
        {
            return -Errno.Invalid;
        }

        if (!session.Memory.TryReadU64(at, out var mask))
        {
            return -Errno.Fault;
        }

        var signals = session.Signals;
        signals.SavedMask ??= signals.Blocked;
        signals.Block(mask);
        _entered = true;
        return 0;
    }

    /// <summary>After it has looked: takes the mask back unless the call goes on waiting.</summary>
    public long Leave(long result)
    {
        if (_entered && result != -Errno.Wait)
        {
            var signals = session.Signals;
            signals.Block(signals.SavedMask ?? signals.Blocked);
            signals.SavedMask = null;
        }

        return result;
    }
}
