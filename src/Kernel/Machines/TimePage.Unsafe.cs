using Muk.Kernel.Interop.Kvm;

namespace Muk.Kernel.Machines;

/// <summary>The page from which a guest reads the time without leaving (Kvm/vdso), and the same readings for the kernel, so that
/// what a call answers never contradicts what the guest has read itself.</summary>
/// <remarks>Two lines and a sequence that names the one that holds: the writer fills the other and moves the sequence on, so that no
/// reader ever waits. Any thread: one writes at a time (a lock), anyone reads.</remarks>
internal sealed unsafe class TimePage
{
    /// <summary>Twin of <c>MUK_TIME_ADDRESS</c>.</summary>
    public const ulong Address = 0x21000;

    /// <summary>Twin of <c>MUK_VDSO_ADDRESS</c>.</summary>
    public const ulong CodeAddress = 0x22000;

    private const int LinesOffset = 64;

    /// <summary>A shorter span would make the rate too coarse.</summary>
    private const long SpanNanosecondsMin = 200_000;

    private readonly Lock _writing = new();

    // SAFETY: a page of the machine's memory, which is mapped until Close has been called.
    private readonly byte* _page;
    private readonly TimeKeeper _keeper;
    private bool _closed;

    /// <param name="page">Where the page is in the host.</param>
    /// <param name="first">A reading some time ago.</param>
    public TimePage(nint page, in HostReading first)
    {
        _page = (byte*)page;
        var now = HostReading.Now();
        while (now.Monotonic - first.Monotonic < SpanNanosecondsMin)
        {
            now = HostReading.Now();
        }

        _keeper = new(first, now);
        Write(_keeper.Line);
    }

    private ref uint Sequence => ref *(uint*)_page;

    /// <summary>The vDSO's file, a page at most.</summary>
    public static byte[] Code()
    {
        using var stream = typeof(TimePage).Assembly.GetManifestResourceStream("vdso.so")
            ?? throw new InvalidOperationException("the assembly has no vdso.so");
        var code = new byte[stream.Length];
        stream.ReadExactly(code);
        return code;
    }

    /// <summary>Follows the host's clocks; to be called a few times a second while a guest runs.</summary>
    public void Update()
    {
        lock (_writing)
        {
            if (!_closed)
            {
                Write(_keeper.Next(HostReading.Now()));
            }
        }
    }

    /// <summary>The page is about to go: from now on nothing is written. Nobody reads any more.</summary>
    public void Close()
    {
        lock (_writing)
        {
            _closed = true;
        }
    }

    /// <summary>What the guest would read now: <c>CLOCK_MONOTONIC</c> in ns, and what the other clocks are ahead of it.</summary>
    public (long Monotonic, long RealtimeOffset, long BoottimeOffset) Read()
    {
        while (true)
        {
            var before = Volatile.Read(ref Sequence); // Pairs with the release in Write.
            var line = *Line(before);
            var monotonic = (long)line.Nanoseconds(TimeStampCounter.Read());
            if (Volatile.Read(ref Sequence) == before)
            {
                return (monotonic, (long)line.RealtimeOffsetNs, (long)line.BoottimeOffsetNs);
            }
        }
    }

    private TimeLine* Line(uint sequence) => (TimeLine*)(_page + LinesOffset) + (sequence & 1);

    private void Write(in TimeLine line)
    {
        var next = Sequence + 1; // Ours: nobody else writes it.
        *Line(next) = line;
        Volatile.Write(ref Sequence, next); // Releases the line; pairs with the acquire of whoever reads, in vdso.c too.
    }
}
