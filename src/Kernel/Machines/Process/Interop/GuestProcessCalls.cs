using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Muk.Channel.Interop;

namespace Muk.Kernel.Machines.Process.Interop;

/// <summary>Touches another process: its memory, and its life through a descriptor that no reused pid can confuse.</summary>
internal static unsafe partial class GuestProcessCalls
{
    private const long PidfdOpen = 434;
    private const long PidfdSendSignal = 424;
    private const long ThreadGroupKillCall = 234;
    private const int Kill = 9;

    public static SafeFileHandle OpenPid(int pid)
    {
        var descriptor = (int)Call(PidfdOpen, pid, 0, 0, 0);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw HostException.Last($"pidfd_open({pid})", "Linux 5.9 or later is needed");
    }

    /// <summary>SIGKILL; the process may be dead already.</summary>
    public static void SendKill(SafeFileHandle pidHandle)
    {
        _ = Call(PidfdSendSignal, (int)pidHandle.DangerousGetHandle(), Kill, 0, 0);
        GC.KeepAlive(pidHandle);
    }

    /// <summary>Sends a signal to one thread of a process of ours, so that its number cannot have been given to another.</summary>
    /// <returns>0, or a negative errno: there is no such thread in that process.</returns>
    public static int Send(int pid, int thread, int signal) =>
        Call(ThreadGroupKillCall, pid, thread, signal, 0) == 0 ? 0 : -Marshal.GetLastPInvokeError();

    /// <summary>How many threads a process has, those that are just ending included.</summary>
    public static int CountThreads(int pid)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{pid}/task").Length;
        }
        catch (IOException)
        {
            return 0; // It is gone.
        }
    }

    /// <summary>Copies out of the process with its own rights; false unless every byte could be read.</summary>
    public static bool TryRead(int pid, ulong from, Span<byte> into)
    {
        // SAFETY: the local part is pinned and of the size given; the remote one is checked by Linux.
        fixed (byte* local = into)
        {
            var here = new Part { Base = (ulong)local, Bytes = (ulong)into.Length };
            var there = new Part { Base = from, Bytes = (ulong)into.Length };
            return ReadMemory(pid, &here, 1, &there, 1, 0) == into.Length;
        }
    }

    /// <summary>Copies into the process with its own rights; false unless every byte could be written.</summary>
    public static bool TryWrite(int pid, ulong to, ReadOnlySpan<byte> from)
    {
        // SAFETY: as above.
        fixed (byte* local = from)
        {
            var here = new Part { Base = (ulong)local, Bytes = (ulong)from.Length };
            var there = new Part { Base = to, Bytes = (ulong)from.Length };
            return WriteMemory(pid, &here, 1, &there, 1, 0) == from.Length;
        }
    }

    /// <summary>A value of this process's own auxiliary vector, 0 for none.</summary>
    [LibraryImport("libc", EntryPoint = "getauxval")]
    public static partial ulong AuxiliaryValue(ulong type);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long Call(long number, long a, long b, long c, long d);

    [LibraryImport("libc", EntryPoint = "process_vm_readv", SetLastError = true)]
    private static partial nint ReadMemory(int pid, Part* local, ulong localCount, Part* remote, ulong remoteCount, ulong flags);

    [LibraryImport("libc", EntryPoint = "process_vm_writev", SetLastError = true)]
    private static partial nint WriteMemory(int pid, Part* local, ulong localCount, Part* remote, ulong remoteCount, ulong flags);

    [StructLayout(LayoutKind.Sequential)]
    private struct Part
    {
        public ulong Base;
        public ulong Bytes;
    }
}
