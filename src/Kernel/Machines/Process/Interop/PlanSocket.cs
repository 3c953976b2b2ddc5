using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Muk.Channel.Interop;

namespace Muk.Kernel.Machines.Process.Interop;

/// <summary>The pair of sockets between the core kernel and one launcher; descriptors travel over it.</summary>
internal static unsafe partial class PlanSocket
{
    private const int UnixFamily = 1;
    private const int SequencedPackets = 5;
    private const int CloseOnExec = 0x80000;
    private const int SolSocket = 1;
    private const int ScmRights = 1;
    private const int NoSignal = 0x4000;
    private const int ReceiveCloseOnExec = 0x40000000;
    private const int ControlHeaderBytes = 16;

    public static (SafeFileHandle Ours, SafeFileHandle Launchers) Pair()
    {
        var pair = stackalloc int[2];
        return SocketPair(UnixFamily, SequencedPackets | CloseOnExec, 0, pair) == 0
            ? (new SafeFileHandle(pair[0], ownsHandle: true), new SafeFileHandle(pair[1], ownsHandle: true))
            : throw HostException.Last("socketpair", "raise the limit of open files (ulimit -n)");
    }

    /// <summary>Sends a message with descriptors. False when the other end is gone.</summary>
    public static bool TrySend(SafeFileHandle socket, ReadOnlySpan<byte> message, ReadOnlySpan<SafeFileHandle> handles)
    {
        // SAFETY: all pointers are to pinned or stack memory that outlives the call; the control buffer holds every
        // descriptor, which stay open because the caller holds their handles.
        var control = stackalloc byte[ControlHeaderBytes + ((handles.Length + 1) * sizeof(int))];
        fixed (byte* bytes = message)
        {
            var part = new Part { Base = bytes, Bytes = (nuint)message.Length };
            var header = new Message { Parts = &part, PartCount = 1 };
            if (handles.Length > 0)
            {
                *(ulong*)control = (ulong)(ControlHeaderBytes + (handles.Length * sizeof(int)));
                ((int*)control)[2] = SolSocket;
                ((int*)control)[3] = ScmRights;
                for (var i = 0; i < handles.Length; i++)
                {
                    ((int*)control)[4 + i] = (int)handles[i].DangerousGetHandle();
                }

                header.Control = control;
                header.ControlBytes = (nuint)(((ControlHeaderBytes + (handles.Length * sizeof(int))) + 7) & ~7);
            }

            return SendMessage(socket, &header, NoSignal) == message.Length;
        }
    }

    /// <summary>Receives one message and at most one descriptor with it. 0 bytes: the other end is gone.</summary>
    public static int Receive(SafeFileHandle socket, Span<byte> message, out SafeFileHandle? handle)
    {
        // SAFETY: as above; the kernel writes within the sizes given.
        var control = stackalloc byte[24];
        fixed (byte* bytes = message)
        {
            var part = new Part { Base = bytes, Bytes = (nuint)message.Length };
            var header = new Message { Parts = &part, PartCount = 1, Control = control, ControlBytes = 24 };
            var got = ReceiveMessage(socket, &header, ReceiveCloseOnExec);
            var hasHandle = got > 0 && header.ControlBytes >= 20 && ((int*)control)[3] == ScmRights;
            handle = hasHandle ? new SafeFileHandle(((int*)control)[4], ownsHandle: true) : null;
            return got < 0 ? 0 : (int)got;
        }
    }

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    private static partial int SocketPair(int family, int type, int protocol, int* pair);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendMessage(SafeFileHandle socket, Message* message, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static partial nint ReceiveMessage(SafeFileHandle socket, Message* message, int flags);

    [StructLayout(LayoutKind.Sequential)]
    private struct Part
    {
        public byte* Base;
        public nuint Bytes;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public void* Name;
        public uint NameBytes;
        public Part* Parts;
        public nuint PartCount;
        public void* Control;
        public nuint ControlBytes;
        public int Flags;
    }
}
