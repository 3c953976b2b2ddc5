using Muk.Kernel.Interop.Kvm;
using Muk.Kernel.Machines.Kvm;

namespace Muk.Tests.Kernel.Kvm;

/// <summary>The host's KVM, whose <paramref name="failing"/>th call (from 0) fails with <paramref name="errno"/>.</summary>
internal sealed class FailingDevice(int failing, int errno) : IKvmDevice
{
    private readonly LinuxKvmDevice _real = new();

    public int Calls { get; private set; }

    public HashSet<int> Open_ { get; } = [];

    public int Open() => Fails() ? -errno : Remember(_real.Open());

    public int Call(int descriptor, KvmRequest request, nint argument)
    {
        if (Fails())
        {
            return -errno;
        }

        var result = _real.Call(descriptor, request, argument);
        return request is KvmRequest.CreateVm or KvmRequest.CreateVcpu ? Remember(result) : result;
    }

    public int Call(int descriptor, KvmRequest request, Span<byte> argument) =>
        Fails() ? -errno : _real.Call(descriptor, request, argument);

    public nint MapVcpu(int descriptor, int bytes) => Fails() ? -errno : _real.MapVcpu(descriptor, bytes);

    public void UnmapVcpu(nint address, int bytes) => _real.UnmapVcpu(address, bytes);

    public void Close(int descriptor)
    {
        Assert.True(Open_.Remove(descriptor), $"closes {descriptor}, which is not open");
        _real.Close(descriptor);
    }

    private bool Fails() => Calls++ == failing;

    private int Remember(int descriptor)
    {
        if (descriptor >= 0)
        {
            Open_.Add(descriptor);
        }

        return descriptor;
    }
}
