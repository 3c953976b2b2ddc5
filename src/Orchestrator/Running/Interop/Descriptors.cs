using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Muk.Channel.Interop;

namespace Muk.Orchestrator.Running.Interop;

/// <summary>How a wait at a descriptor ended.</summary>
internal enum DescriptorWait
{
    Ready = 0,
    Cancelled = 1,
}

/// <summary>File descriptors that may block, with waits that another thread can end. Any thread.</summary>
internal static unsafe partial class Descriptors
{
    private const int Interrupted = 4;
    private const int InputOutput = 5;
    private const int TryAgain = 11;
    private const int BrokenPipe = 32;
    private const int OpenWrite = 1;
    private const int OpenNonBlocking = 0x800;
    private const int OpenCloseOnExec = 0x80000;
    private const int SeekCurrent = 1;
    private const short In = 1;
    private const short Out = 4;
    private const short Error = 8;
    private const short HungUp = 0x10;
    private const short Invalid = 0x20;

    /// <summary>Waits until there is something to read, or its end.</summary>
    public static DescriptorWait WaitReadable(SafeFileHandle descriptor, SafeFileHandle cancel) => Wait(descriptor, In, cancel);

    /// <summary>Waits until there is room for at least a page, or nobody reads any more.</summary>
    public static DescriptorWait WaitWritable(SafeFileHandle descriptor, SafeFileHandle cancel) => Wait(descriptor, Out, cancel);

    /// <summary>read(2).</summary>
    /// <returns>The count; 0 at the end; -1 when there is nothing yet (a descriptor that does not block).</returns>
    /// <exception cref="HostException">It failed otherwise.</exception>
    public static int Read(SafeFileHandle descriptor, Span<byte> into)
    {
        // SAFETY: the kernel writes at most into.Length bytes to the pinned span.
        fixed (byte* at = into)
        {
            while (true)
            {
                var count = ReadCall(descriptor, at, (nuint)into.Length);
                if (count >= 0)
                {
                    return (int)count;
                }

                var errno = Marshal.GetLastPInvokeError();
                if (errno == TryAgain)
                {
                    return -1;
                }

                if (errno != Interrupted)
                {
                    throw new HostException("read(standard input)", errno, "");
                }
            }
        }
    }

    /// <summary>write(2), once.</summary>
    /// <returns>The count; 0 when there is no room now; -1 when nobody reads any more (EPIPE, or a terminal that is gone).</returns>
    /// <exception cref="HostException">It failed otherwise.</exception>
    public static int Write(SafeFileHandle descriptor, ReadOnlySpan<byte> from)
    {
        // SAFETY: the kernel reads from.Length bytes of the pinned span.
        fixed (byte* at = from)
        {
            while (true)
            {
                var count = WriteCall(descriptor, at, (nuint)from.Length);
                if (count >= 0)
                {
                    return (int)count;
                }

                switch (Marshal.GetLastPInvokeError())
                {
                    case BrokenPipe:
                        return -1;
                    case TryAgain:
                        return 0;
                    case InputOutput when IsHungUp((int)descriptor.DangerousGetHandle()): // A disk that fails says the same.
                        return -1;
                    case Interrupted:
                        break;
                    case var errno:
                        throw new HostException("write(standard output)", errno, "");
                }
            }
        }
    }

    /// <summary>The same pipe, opened once more, so that writes to it take what fits and never block. The descriptor itself is
    /// left as it is: whether it blocks is shared with every process that has it.</summary>
    /// <returns>Null for what is no pipe, and for a pipe that may not be opened or has no reader any more.</returns>
    public static SafeFileHandle? NonBlocking(SafeFileHandle descriptor)
    {
        var path = $"/proc/self/fd/{(int)descriptor.DangerousGetHandle()}";
        if (new FileInfo(path).LinkTarget?.StartsWith("pipe:[", StringComparison.Ordinal) != true)
        {
            return null;
        }

        var twin = OpenCall(path, OpenWrite | OpenNonBlocking | OpenCloseOnExec);
        return twin >= 0 ? new SafeFileHandle(twin, ownsHandle: true) : null;
    }

    /// <summary>Whether it has a position, as files have: writes to it may be of any size and wait for no reader.</summary>
    public static bool HasPosition(SafeFileHandle descriptor) => SeekCall(descriptor, 0, SeekCurrent) >= 0;

    /// <summary>A descriptor that is readable once <see cref="Raise"/> has been called.</summary>
    public static SafeFileHandle NewCancel()
    {
        var descriptor = EventCall(0, 0x80000);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw HostException.Last("eventfd()", "raise the limit on open files (ulimit -n)");
    }

    public static void Raise(SafeFileHandle cancel)
    {
        ReadOnlySpan<byte> one = [1, 0, 0, 0, 0, 0, 0, 0];
        if (Write(cancel, one) != one.Length)
        {
            throw new InvalidOperationException("an eventfd took no count");
        }
    }

    /// <summary>Whether whoever was at the other end has closed it, as a terminal's window or a peer does.</summary>
    /// <remarks>poll(2) says so whether it is asked to or not; a pipe may still hold something to be read.</remarks>
    public static bool IsHungUp(int descriptor)
    {
        // SAFETY: poll reads and writes the one entry on the stack.
        var entry = new Entry { Descriptor = descriptor, Events = 0 };
        return PollCall(&entry, 1, 0) > 0 && (entry.Returned & (Error | HungUp | Invalid)) != 0;
    }

    private static DescriptorWait Wait(SafeFileHandle descriptor, short events, SafeFileHandle cancel)
    {
        // SAFETY: poll reads and writes the two entries of the stack buffer.
        var entries = stackalloc Entry[2];
        entries[0] = new Entry { Descriptor = (int)descriptor.DangerousGetHandle(), Events = events };
        entries[1] = new Entry { Descriptor = (int)cancel.DangerousGetHandle(), Events = In };
        while (PollCall(entries, 2, -1) < 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (errno != Interrupted)
            {
                throw new HostException("poll()", errno, "");
            }
        }

        return entries[1].Returned != 0 ? DescriptorWait.Cancelled : DescriptorWait.Ready;
    }

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadCall(SafeFileHandle descriptor, byte* into, nuint bytes);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteCall(SafeFileHandle descriptor, byte* from, nuint bytes);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenCall(string path, int flags);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long SeekCall(SafeFileHandle descriptor, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int PollCall(Entry* entries, ulong count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventCall(uint start, int flags);

    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
