using Muk.Kernel.Linux;
using Muk.Kernel.Linux.Signals;
using Muk.Kernel.Linux.Threads;
using Muk.Kernel.Machines;
using Muk.Kernel.Memory;
using Muk.Tests.Kernel.Memory;

namespace Muk.Tests.Kernel.Linux;

/// <summary>A guest that is just memory and registers: the memory is a real address space over the test's own bytes, so its
/// holes and rights fault as a machine's do. <see cref="AddressSpace"/> can be taken away, as on <c>process</c>.</summary>
internal sealed class FakeGuest : IGuest, IHostSignals, IDisposable
{
    public const ulong Page = 4096;

    /// <summary>First of <see cref="Pages"/> pages that may be written; the page behind them is missing.</summary>
    public const ulong Base = 0x4000_0000;
    public const int Pages = 128;
    public const ulong End = Base + (Pages * Page);

    /// <summary>A page that can only be read.</summary>
    public const ulong ReadOnly = Base + (512 * Page);

    public const ulong StackTop = End - Page;
    public const int ExtendedBytes = 576;

    private readonly FakePhysicalMemory _physical = new(16 << 20);
    private readonly AddressSpace _space;
    private readonly byte[] _extended = new byte[ExtendedBytes];

    public FakeGuest(bool ownsMemory)
    {
        _space = new(_physical, new(_physical.Base, 0, 1 << 20), new(2048, 2048));
        _space.Reset(4 << 20, 0x5000_0000, 0x7000_0000_0000);
        _space.Map(new(Base), Pages * Page, PageRights.Read | PageRights.Write, fixedAddress: true, replace: true);
        _space.Map(new(ReadOnly), Page, PageRights.Read, fixedAddress: true, replace: true);
        AddressSpace = ownsMemory ? _space : null;
        Registers = new() { Rsp = StackTop, Rip = 0x5000_0000_1000, Rflags = 0x202 };
    }

    public IGuestMemory Memory => _space;

    public IAddressSpace? AddressSpace { get; }

    public GuestRegisters Registers { get; set; }

    public ulong FsBase { get; set; }

    public ulong GsBase { get; set; }

    /// <summary>When the personality wants to be asked; <see cref="CallWait.Never"/> for not.</summary>
    public long InterruptsAt { get; private set; } = CallWait.Never;

    /// <summary>The extended state of whoever runs.</summary>
    public Span<byte> Extended => _extended;

    public int ExtendedStateBytes => AddressSpace is null ? 0 : ExtendedBytes;

    /// <summary>Signals that the personality has handed to Linux.</summary>
    public List<int> Raised { get; } = [];

    /// <summary>Whether the machine takes back the extended state it is given.</summary>
    public bool TakesExtendedState { get; set; } = true;

    public void Raise(int signal) => Raised.Add(signal);

    public void SaveExtendedState(Span<byte> into) => _extended.CopyTo(into);

    public bool TryLoadExtendedState(ReadOnlySpan<byte> from)
    {
        from[..ExtendedBytes].CopyTo(_extended);
        return TakesExtendedState;
    }

    public void InterruptAt(long nanoseconds) => InterruptsAt = nanoseconds;

    public void Dispose() => _physical.Dispose();
}
