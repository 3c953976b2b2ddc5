using System.Runtime.InteropServices;
using Muk.Kernel.Machines.Kvm;

namespace Muk.Kernel.Interop.Kvm;

/// <summary>The host's <c>/dev/kvm</c>.</summary>
public sealed unsafe partial class LinuxKvmDevice : IKvmDevice
{
    private const int ReadWriteCloseOnExec = 2 | 0x80000;
    private const int ProtReadWrite = 3;
    private const int MapShared = 1;

    private readonly string _path;

    /// <param name="path">The device; another one only in tests.</param>
    public LinuxKvmDevice(string path = "/dev/kvm")
    {
        _path = path;
    }

    public string Name => _path;

    public int Open() => Result(OpenFile(_path, ReadWriteCloseOnExec));

    public int Call(int descriptor, KvmRequest request, nint argument) => Result(Control(descriptor, (nuint)request, argument));

    public int Call(int descriptor, KvmRequest request, Span<byte> argument)
    {
        // SAFETY: the span stays pinned for the call, and every caller passes the whole structure that the request is defined on.
        fixed (byte* start = argument)
        {
            return Result(Control(descriptor, (nuint)request, (nint)start));
        }
    }

    public nint MapVcpu(int descriptor, int bytes)
    {
        var address = Map(0, (nuint)bytes, ProtReadWrite, MapShared, descriptor, 0);
        return address == -1 ? -Marshal.GetLastPInvokeError() : address;
    }

    public void UnmapVcpu(nint address, int bytes) => _ = Unmap(address, (nuint)bytes);

    public void Close(int descriptor) => _ = CloseFile(descriptor);

    private static int Result(int result) => result >= 0 ? result : -Marshal.GetLastPInvokeError();

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int descriptor, nuint request, nint argument);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint at, nuint bytes, int protection, int flags, int descriptor, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint at, nuint bytes);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseFile(int descriptor);
}
