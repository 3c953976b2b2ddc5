using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Muk.Channel.Interop;
using Muk.Kernel.Interop.Kvm;

namespace Muk.Kernel.Program.Interop;

/// <summary>The signals that people send to a core kernel.</summary>
/// <remarks>
/// <para>The runtime has threads before Main runs, which block nothing: a signal that is blocked and read from a signalfd would be
/// delivered to one of them all the same, and what is done there (the default, or the JIT runtime's own) ends the process. Hence a handler,
/// which belongs to the process and not to a thread.</para>
/// <para>A handler may interrupt managed code anywhere, so no managed code may run in it: it is a write to an eventfd, in machine
/// code.</para>
/// </remarks>
internal static unsafe partial class HostSignals
{
    private const int Hangup = 1;
    private const int KeyboardInterrupt = 2;
    private const int Terminate = 15;
    private const int CloseOnExec = 0x80000;
    private const int RestartCalls = 0x10000000;
    private const int Unblock = 1;
    private const nint Ignore = 1;
    private const int DescriptorOffset = 6;

    /// <summary>Gives a descriptor that becomes readable with SIGTERM. SIGINT and SIGHUP are ignored: a terminal's Ctrl-C goes to the
    /// whole group, and what becomes of the run is the orchestrator's to say.</summary>
    /// <remarks>To be called once. The handler is never taken back.</remarks>
    /// <exception cref="HostException">A limit was met.</exception>
    public static int Take()
    {
        var descriptor = EventDescriptor(0, CloseOnExec);
        if (descriptor < 0)
        {
            throw HostException.Last("eventfd()", "raise the limit on open files");
        }

        // mov eax, 1 (write); mov edi, descriptor; lea rsi, [rip + 8]; mov edx, 8; syscall; ret; and the eight bytes to write.
        Span<byte> code =
        [
            0xb8, 1, 0, 0, 0, 0xbf, 0, 0, 0, 0, 0x48, 0x8d, 0x35, 8, 0, 0, 0, 0xba, 8, 0, 0, 0, 0x0f, 0x05, 0xc3,
            1, 0, 0, 0, 0, 0, 0, 0,
        ];
        BinaryPrimitives.WriteInt32LittleEndian(code[DescriptorOffset..], descriptor);
        var handler = new HostCode(code).Address; // Never disposed: a signal may come for as long as the process lives.
        Handle(Terminate, handler);
        Handle(KeyboardInterrupt, Ignore);
        Handle(Hangup, Ignore);
        LetIn(Terminate);
        return descriptor;
    }

    private static void Handle(int signal, nint handler)
    {
        // SAFETY: Action has the layout of glibc's struct sigaction on x86-64; a handler is code that follows the C convention and stays.
        var action = new Action { Handler = handler, Flags = RestartCalls };
        if (SetAction(signal, &action, null) != 0)
        {
            throw HostException.Last($"sigaction({signal})", "");
        }
    }

    /// <summary>Whoever started this process may have blocked it.</summary>
    private static void LetIn(int signal)
    {
        // SAFETY: a sigset_t has 128 bytes; only the first word has signals.
        var mask = stackalloc ulong[16];
        new Span<ulong>(mask, 16).Clear();
        mask[0] = 1ul << (signal - 1);
        var error = SetMask(Unblock, mask, null);
        if (error != 0)
        {
            throw new HostException("pthread_sigmask()", error, "");
        }
    }

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventDescriptor(uint count, int flags);

    [LibraryImport("libc", EntryPoint = "sigaction", SetLastError = true)]
    private static partial int SetAction(int signal, Action* action, Action* before);

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    private static partial int SetMask(int how, ulong* mask, ulong* before);

    [StructLayout(LayoutKind.Sequential)]
    private struct Action
    {
        public nint Handler;
        public fixed ulong Mask[16];
        public int Flags;
        public nint Restorer;
    }
}
