using Muk.Kernel.Linux.Descriptors;

namespace Muk.Kernel.Linux.Events;

/// <summary>One descriptor that an epoll set is interested in. Owner: the vCPU thread.</summary>
internal sealed class EpollInterest
{
    public const uint Exclusive = 1u << 28;

    private const uint WakeUp = 1u << 29;
    private const uint OneShot = 1u << 30;
    private const uint EdgeTriggered = 1u << 31;

    private uint _events;
    private uint _edge;
    private bool _isNew;

    public EpollInterest(int descriptor, OpenFile file, uint events, ulong data)
    {
        (Descriptor, File) = (descriptor, file);
        Change(events, data);
    }

    public int Descriptor { get; }

    public OpenFile File { get; }

    /// <summary>The guest's, given back with each event.</summary>
    public ulong Data { get; private set; }

    public bool IsExclusive => (_events & Exclusive) != 0;

    /// <summary>False once a one-shot interest has been reported, until it is changed.</summary>
    public bool Armed { get; private set; }

    /// <summary>The events to report now.</summary>
    public PollEvents Ready
    {
        get
        {
            if (!Armed || ((_events & EdgeTriggered) != 0 && !_isNew && File.Edge(Wanted) == _edge))
            {
                return PollEvents.None;
            }

            return File.Poll(Wanted) & (Wanted | PollEvents.Error | PollEvents.HangUp);
        }
    }

    private PollEvents Wanted => (PollEvents)(ushort)(_events & ~(Exclusive | WakeUp | OneShot | EdgeTriggered));

    public void Change(uint events, ulong data) => (_events, Data, Armed, _isNew) = (events, data, true, true);

    public void Reported()
    {
        (_isNew, _edge) = (false, File.Edge(Wanted));
        Armed = (_events & OneShot) == 0;
    }
}
