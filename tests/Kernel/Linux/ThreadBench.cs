using Muk.Kernel.Linux;

namespace Muk.Tests.Kernel.Linux;

/// <summary>A bench whose guest has threads: who has the vCPU is told by a register that each thread keeps its number in.</summary>
internal sealed class ThreadBench : IDisposable
{
    public const ulong At = Bench.At;
    public const ulong Wait = 128, Wake = 129, Requeue = 131, CompareRequeue = 132, WakeOperation = 133, WaitBits = 137, WakeBits = 138;
    public const ulong Flags = 0x7d0f00; // As musl's pthread_create has them.

    private const long Clone = 56, Exit = 60;
    private const ulong IdsAt = At + (90 * FakeGuest.Page);

    public ThreadBench()
    {
        Me = 1;
    }

    public Bench Bench { get; } = new();

    /// <summary>The thread that has the vCPU.</summary>
    public int Me
    {
        get => (int)Bench.Guest.Registers.Rbx;
        private set => Bench.Guest.Registers = Bench.Guest.Registers with { Rbx = (ulong)value };
    }

    /// <summary>What the last call of the thread that now has the vCPU came to.</summary>
    public long Result => (long)Bench.Guest.Registers.Rax;

    /// <summary>Where a thread's id is cleared at its end.</summary>
    public static ulong IdAt(int thread) => IdsAt + ((ulong)thread * 8);

    /// <summary>Makes a thread; the caller goes on.</summary>
    public int Start()
    {
        var me = Me;
        var next = (int)Bench.Call(Clone, Flags, Bench.Guest.Registers.Rsp - 4096, At + 4000, IdAt(0), 0x1000);
        Assert.True(next > 0, $"clone: {next}");
        Assert.Equal(me, Me);
        return next;
    }

    /// <summary>Makes a call as the thread that has the vCPU, whichever has it afterwards, and gives that one its result as the
    /// machine does.</summary>
    public int Do(long number, params ReadOnlySpan<ulong> arguments)
    {
        var result = Bench.Invoke(number, arguments);
        Assert.True(result.Outcome != SystemCallOutcome.End, $"{result}");
        if (result.Outcome == SystemCallOutcome.Return)
        {
            Bench.Guest.Registers = Bench.Guest.Registers with { Rax = (ulong)result.Value };
        }

        return Name();
    }

    public int Futex(ulong word, ulong operation, ulong value, ulong fourth = 0, ulong second = 0, ulong third = 0) =>
        Do(Calls.Futex, word, operation, value, fourth, second, third);

    /// <summary>The time slice is over, or a kick has come.</summary>
    public int Interrupt()
    {
        Assert.Null(Bench.Personality.Interrupted());
        return Name();
    }

    public int Yield() => Do(24);

    public int End(int status = 0) => Do(Exit, (ulong)status);

    public void Dispose() => Bench.Dispose();

    /// <summary>A thread that has just begun has its creator's registers but for rax, which is 0; it asks for its number.</summary>
    private int Name()
    {
        Me = (int)Bench.Call(186);
        return Me;
    }
}
