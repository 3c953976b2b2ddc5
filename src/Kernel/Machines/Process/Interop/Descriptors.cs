using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Muk.Channel.Interop;

namespace Muk.Kernel.Machines.Process.Interop;

/// <summary>Makes and waits for file descriptors. All are close-on-exec, so that no child inherits one by accident.</summary>
internal static partial class Descriptors
{
    private const int CloseOnExec = 0x80000;
    private const int EventNonBlocking = 0x800;
    private const int MemfdCloseOnExec = 1;
    private const short PollIn = 1;
    private const int Eintr = 4;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>A file without a name that lives in memory.</summary>
    public static SafeFileHandle MemoryFile(string name)
    {
        var descriptor = MemfdCreate(name, MemfdCloseOnExec);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw HostException.Last("memfd_create", "raise the limit of open files (ulimit -n)");
    }

    /// <summary>An eventfd that does not block.</summary>
    public static SafeFileHandle Event()
    {
        var descriptor = EventFd(0, CloseOnExec | EventNonBlocking);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw HostException.Last("eventfd", "raise the limit of open files (ulimit -n)");
    }

    /// <summary>Makes an eventfd readable.</summary>
    public static void Signal(SafeFileHandle handle)
    {
        ulong one = 1;
        if (Write(handle, ref one, 8) != 8)
        {
            throw HostException.Last("write(eventfd)", "");
        }
    }

    /// <summary>Makes an eventfd unreadable again; it may have been so before.</summary>
    public static void Clear(SafeFileHandle handle)
    {
        ulong count = 0;
        _ = Read(handle, ref count, 8);
    }

    /// <summary>Sleeps until one of the descriptors is readable or hung up;
    /// their <see cref="PollEntry.Ready"/> says which.</summary>
    /// <param name="nanoseconds">Negative: for ever.</param>
    public static unsafe void Wait(Span<PollEntry> entries, long nanoseconds)
    {
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i].Wanted = PollIn;
            entries[i].Got = 0;
        }

        // SAFETY: the kernel reads a struct timespec that lives until the call returns, and writes within the entries.
        var span = stackalloc long[2] { nanoseconds / NanosecondsPerSecond, nanoseconds % NanosecondsPerSecond };
        if (Poll(ref MemoryMarshal.GetReference(entries), (ulong)entries.Length, nanoseconds < 0 ? null : span, null) < 0
            && Marshal.GetLastPInvokeError() != Eintr)
        {
            throw HostException.Last("ppoll", "");
        }
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MemfdCreate(string name, int flags);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle handle, ref ulong value, nint bytes);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle handle, ref ulong value, nint bytes);

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    private static unsafe partial int Poll(ref PollEntry entries, ulong count, long* timeout, void* mask);
}

/// <summary>Twin of <c>struct pollfd</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    public int Descriptor;
    public short Wanted;
    public short Got;

    public readonly bool Ready => Got != 0;

    /// <summary>The other end is gone and nothing is left to read.</summary>
    public readonly bool Hung => Got != 0 && (Got & 1) == 0;
}
