namespace Muk.Kernel.Linux.Threads;

/// <summary>Puts a thread's registers into the vCPU and takes another's out. The extended state, which is large, changes hands only
/// when a thread that does not own what the vCPU has really runs. Owner: the vCPU thread.</summary>
internal sealed class ContextSwitch(GuestThread first)
{
    private GuestThread? _loaded = first;
    private GuestThread? _extendedOf = first;

    /// <summary>Puts the thread's registers into the vCPU, and keeps those of the one that had it.</summary>
    public void Load(IGuest guest, GuestThread thread)
    {
        if (_loaded == thread)
        {
            return;
        }

        if (_loaded is { } before)
        {
            ref var kept = ref before.Context;
            (kept.Registers, kept.FsBase, kept.GsBase) = (guest.Registers, guest.FsBase, guest.GsBase);
        }

        _loaded = thread;
        guest.Registers = thread.Context.Registers;
        if (guest.FsBase != thread.Context.FsBase)
        {
            guest.FsBase = thread.Context.FsBase;
        }

        if (guest.GsBase != thread.Context.GsBase)
        {
            guest.GsBase = thread.Context.GsBase;
        }
    }

    /// <summary>Makes the extended state the loaded thread's as well: before it runs, or its state is looked at.</summary>
    public void LoadExtended(IGuest guest)
    {
        if (_extendedOf == _loaded || _loaded is null || guest.ExtendedStateBytes == 0)
        {
            return;
        }

        if (_extendedOf is { } before)
        {
            guest.SaveExtendedState(before.Context.Extended ??= new byte[guest.ExtendedStateBytes]);
        }

        _extendedOf = _loaded;
        if (_loaded.Context.Extended is { } state && !guest.TryLoadExtendedState(state))
        {
            throw new InvalidOperationException("the machine does not take back the extended state it gave");
        }
    }

    /// <summary>The thread is over: its registers are nobody's.</summary>
    public void Forget(GuestThread thread)
    {
        _loaded = _loaded == thread ? null : _loaded;
        _extendedOf = _extendedOf == thread ? null : _extendedOf;
    }
}
