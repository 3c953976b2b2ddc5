using System.Runtime.InteropServices;
using Muk.Channel.Interop;

namespace Muk.Kernel.Interop.Kvm;

/// <summary>The real-time signal that makes <c>KVM_RUN</c> return. It is blocked in the vCPU's thread, so no handler ever runs for it, and
/// unblocked by KVM while the guest runs; whoever comes out of the guest takes it off the queue.</summary>
internal static partial class KickSignal
{
    /// <summary>Reserved for this: within Linux's real-time range and above those that the .NET runtime and libc use.</summary>
    public const int Number = 50;

    /// <summary>Bytes of the kernel's signal set.</summary>
    public const int MaskBytes = 8;

    private const int Block = 0;
    private const ulong Bit = 1UL << (Number - 1);

    /// <summary>Number of the calling thread.</summary>
    public static int ThreadId() => GetThreadId();

    /// <summary>Blocks the signal in the calling thread; the mask that the thread has then, for <c>KVM_SET_SIGNAL_MASK</c>,
    /// without it.</summary>
    public static ulong BlockHere()
    {
        // SAFETY of the sizes: glibc's sigset_t has 128 bytes, of which the kernel knows the first eight.
        Span<ulong> set = stackalloc ulong[16];
        Span<ulong> old = stackalloc ulong[16];
        set.Clear();
        old.Clear();
        set[0] = Bit;
        var error = SetMask(Block, set, old);
        return error == 0 ? old[0] & ~Bit : throw new HostException("pthread_sigmask", error, "");
    }

    /// <summary>Takes a pending kick off the queue of the calling thread; false where there is none.</summary>
    public static bool Take()
    {
        Span<ulong> set = stackalloc ulong[16];
        Span<long> none = stackalloc long[2];
        set.Clear();
        none.Clear();
        set[0] = Bit;
        return TimedWait(set, 0, none) == Number;
    }

    /// <summary>Sends it to a thread of this process. A thread that has ended is no error.</summary>
    public static void Send(int thread) => _ = SendTo(Environment.ProcessId, thread, Number);

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int GetThreadId();

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    private static partial int SetMask(int how, Span<ulong> set, Span<ulong> old);

    [LibraryImport("libc", EntryPoint = "sigtimedwait")]
    private static partial int TimedWait(Span<ulong> set, nint info, Span<long> timeout);

    [LibraryImport("libc", EntryPoint = "tgkill")]
    private static partial int SendTo(int process, int thread, int signal);
}
