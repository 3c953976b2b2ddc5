using System.Runtime.InteropServices;
using Muk.Channel.Interop;

namespace Muk.Kernel.Program.Interop;

/// <summary>What a core kernel does to and learns of processes: ends itself, sees its parent's end.</summary>
internal static unsafe partial class HostProcess
{
    private const long CallOpenProcess = 434;
    private const short Readable = 1;
    private const int Interrupted = 4;

    /// <summary>A descriptor that becomes readable when a process ends.</summary>
    public static int OpenProcess(int process)
    {
        var descriptor = (int)Call(CallOpenProcess, process, 0);
        return descriptor >= 0 ? descriptor : throw HostException.Last($"pidfd_open({process})", "--parent must name a living process");
    }

    /// <summary>Sleeps until one of two descriptors is readable; says whether the first is.</summary>
    public static bool WaitForFirst(int first, int second)
    {
        // SAFETY: two entries on the stack, for the length of the call.
        var entries = stackalloc PollEntry[2];
        entries[0] = new PollEntry { Descriptor = first, Events = Readable };
        entries[1] = new PollEntry { Descriptor = second, Events = Readable };
        Wait(entries, 2, -1);
        return entries[0].Found != 0;
    }

    /// <summary>Sleeps until a descriptor is readable, or so long; says whether it is.</summary>
    public static bool WaitFor(int descriptor, int milliseconds)
    {
        // SAFETY: one entry on the stack, for the length of the call.
        var entry = new PollEntry { Descriptor = descriptor, Events = Readable };
        Wait(&entry, 1, milliseconds);
        return entry.Found != 0;
    }

    /// <summary>Ends this process now, and with it its machine. Nothing is cleaned up: nobody is left who would mind.</summary>
    public static void EndNow(int status) => Exit(status);

    private static void Wait(PollEntry* entries, nuint count, int milliseconds)
    {
        while (Poll(entries, count, milliseconds) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                throw HostException.Last("poll()", "");
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long Call(long number, long first, long second);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Exit(int status);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Found;
    }
}
