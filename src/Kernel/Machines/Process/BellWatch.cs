using Microsoft.Win32.SafeHandles;
using Muk.Channel.Interop;
using Muk.Kernel.Machines.Process.Interop;

namespace Muk.Kernel.Machines.Process;

/// <summary>A thread that sleeps on bells for one that sleeps on descriptors: Linux has no way to wait for both. It is used only
/// while a guest's call waits for a ring and other threads of the guest's may make calls.</summary>
/// <remarks><see cref="Start"/>: the warden's thread, on whose cores this one stays. Everything else: the vCPU thread.</remarks>
internal sealed class BellWatch : IDisposable
{
    private readonly Lock _gate = new();
    private readonly KickWord _kick = new();
    private Bell[] _bells = [];
    private int _count;
    private bool _ends;
    private Thread? _thread;

    /// <summary>Readable when one of the bells has been rung.</summary>
    public SafeFileHandle Rung { get; } = Descriptors.Event();

    /// <summary>Starts the thread, once.</summary>
    public void Start()
    {
        if (_thread is null)
        {
            _thread = new Thread(Watch, maxStackSize: 256 * 1024) { IsBackground = true, Name = "bell watch" };
            _thread.Start();
        }
    }

    /// <summary>Watches these bells, which must stay mapped, in place of the ones before.</summary>
    public void Watch(ReadOnlySpan<Bell> bells)
    {
        lock (_gate)
        {
            if (bells.IsEmpty && _count == 0)
            {
                return;
            }

            if (_bells.Length < bells.Length)
            {
                _bells = new Bell[bells.Length];
            }

            bells.CopyTo(_bells);
            _count = bells.Length;
        }

        _kick.Kick();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            (_ends, _count) = (true, 0);
        }

        _kick.Kick();
        _thread?.Join();
        _kick.Dispose();
        Rung.Dispose();
    }

    private void Watch()
    {
        var bells = Array.Empty<Bell>();
        while (true)
        {
            // Before the bells are read: a kick that comes after this one is for bells that are read after it.
            _kick.Acknowledge();
            int count;
            lock (_gate)
            {
                if (_ends)
                {
                    return;
                }

                if (bells.Length < _count)
                {
                    bells = new Bell[_count];
                }

                Array.Copy(_bells, bells, _count);
                count = _count;
            }

            if (count == 0)
            {
                _kick.Sleep(-1);
                continue;
            }

            _kick.SleepWith(bells.AsSpan(0, count), -1);
            lock (_gate)
            {
                if (!_kick.Kicked && Array.Exists(_bells[.._count], bell => bell.Rung))
                {
                    _count = 0; // Once is enough: they are looked at, and watched anew.
                    Descriptors.Signal(Rung);
                }
            }
        }
    }
}
