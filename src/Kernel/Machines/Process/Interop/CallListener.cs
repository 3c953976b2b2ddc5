using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Muk.Channel.Interop;

namespace Muk.Kernel.Machines.Process.Interop;

/// <summary>The descriptor through which a guest's filtered system calls arrive and are answered.</summary>
internal static partial class CallListener
{
    private const ulong Receive = 0xc0502100;
    private const ulong SendAnswer = 0xc0182101;
    private const ulong IsValid = 0x40082102;
    private const ulong SetFlags = 0x40082104;
    private const uint Continue = 1;
    private const ulong WakeOnThisCpu = 1;
    private const int Enoent = 2;
    private const int Eintr = 4;

    /// <summary>Makes a served call hand the core over directly, where the kernel can (Linux 6.6).</summary>
    public static bool TryWakeOnThisCpu(SafeFileHandle listener) => ControlValue(listener, SetFlags, WakeOnThisCpu) == 0;

    /// <summary>Takes the next call; false when its process died or was interrupted meanwhile.</summary>
    public static bool TryReceive(SafeFileHandle listener, out NotifiedCall call)
    {
        call = default;   // The kernel refuses a structure that is not zero.
        if (ControlReceive(listener, Receive, ref call) == 0)
        {
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        return error is Enoent or Eintr
            ? false
            : throw new HostException("ioctl(SECCOMP_IOCTL_NOTIF_RECV)", error, "Linux 5.0 or later with CONFIG_SECCOMP_FILTER is needed");
    }

    /// <summary>Answers a call; the process may have died meanwhile.</summary>
    public static void Answer(SafeFileHandle listener, ulong id, long value) =>
        Send(listener, new CallAnswer { Id = id, Value = value });

    /// <summary>Has Linux serve the call after all. Only for calls that are decided by their registers: memory may have changed.</summary>
    public static void LetThrough(SafeFileHandle listener, ulong id) =>
        Send(listener, new CallAnswer { Id = id, Flags = Continue });

    /// <summary>Does its thread still stand in this call?</summary>
    public static bool IsStillThere(SafeFileHandle listener, ulong id) => ControlId(listener, IsValid, ref id) == 0;

    private static void Send(SafeFileHandle listener, CallAnswer answer)
    {
        if (ControlSend(listener, SendAnswer, ref answer) != 0 && Marshal.GetLastPInvokeError() != Enoent)
        {
            throw HostException.Last("ioctl(SECCOMP_IOCTL_NOTIF_SEND)", "");
        }
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int ControlReceive(SafeFileHandle listener, ulong request, ref NotifiedCall call);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int ControlSend(SafeFileHandle listener, ulong request, ref CallAnswer answer);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int ControlId(SafeFileHandle listener, ulong request, ref ulong id);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int ControlValue(SafeFileHandle listener, ulong request, ulong value);
}

/// <summary>Twin of <c>struct seccomp_notif</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NotifiedCall
{
    public ulong Id;
    public uint Pid;
    public uint Flags;
    public int Number;
    public uint Architecture;
    public ulong InstructionPointer;
    public ulong A0, A1, A2, A3, A4, A5;
}

/// <summary>Twin of <c>struct seccomp_notif_resp</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CallAnswer
{
    public ulong Id;
    public long Value;
    public int Error;
    public uint Flags;
}
