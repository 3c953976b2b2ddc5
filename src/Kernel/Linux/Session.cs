using Muk.Kernel.Linux.Signals;
using Muk.Kernel.Linux.Threads;
using Muk.Kernel.Linux.Time;
using Muk.Kernel.Machines;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Linux;

/// <summary>What the families of one run share: the guest in hand and what its call waits for. Owner: the vCPU thread.</summary>
internal sealed class Session(PersonalityOptions options)
{
    private IGuest? _guest;
    private GuestEnd? _endRequested;

    /// <summary>The threads, and whose call is in hand.</summary>
    public Scheduler Threads { get; } = new(new SignalActions(), IdentityCalls.ProcessId);

    public GuestThread Thread => Threads.Current;

    /// <summary>The signals of the thread whose call is in hand.</summary>
    public SignalState Signals => Thread.Signals;

    public PersonalityOptions Options { get; } = options;

    /// <summary>The guest of the call in hand; before the first call there is none, and nothing asks.</summary>
    public IGuest Guest
    {
        get => _guest ?? throw new InvalidOperationException("no call of the guest's is in hand");
        set => _guest = value;
    }

    public bool HasGuest => _guest is not null;

    public IGuestMemory Memory => Guest.Memory;

    public IGuestTime Time => Options.Time;

    /// <summary>What the call in hand waits for.</summary>
    public CallWait Wait => Thread.Wait;

    /// <summary>Somebody wants the guest to end; set by any thread, before it kicks. The first one counts.</summary>
    public GuestEnd? EndRequested => Volatile.Read(ref _endRequested);

    public void RequestEnd(GuestEnd end) => Interlocked.CompareExchange(ref _endRequested, end, null);

    /// <summary>Takes note of a kick; what it was for is looked at afterwards, so that no kick is lost.</summary>
    public void Acknowledge() => Options.Kick.Acknowledge();
}
