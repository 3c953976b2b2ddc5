using Muk.Kernel.Interop.Kvm;

namespace Muk.Kernel.Machines.Kvm;

/// <summary>The calls that the <c>kvm</c> machine makes of the host's KVM, one method for all requests, so that a test can make any of
/// them fail. Results are Linux's: not negative, or a negative errno. Any thread; a vCPU's calls come from its own.</summary>
public interface IKvmDevice
{
    /// <summary>What it opens, for messages.</summary>
    string Name => "/dev/kvm";

    /// <summary>Opens the device; a descriptor.</summary>
    int Open();

    /// <summary>ioctl with a number for an argument.</summary>
    int Call(int descriptor, KvmRequest request, nint argument);

    /// <summary>ioctl with a structure (or a header and entries behind it) for an argument, read and written in place.</summary>
    int Call(int descriptor, KvmRequest request, Span<byte> argument);

    /// <summary>Maps a vCPU's shared page; its address, or a negative errno.</summary>
    nint MapVcpu(int descriptor, int bytes);

    /// <summary>Takes back <see cref="MapVcpu"/>.</summary>
    void UnmapVcpu(nint address, int bytes);

    /// <summary>Closes a descriptor of the device, a VM or a vCPU.</summary>
    void Close(int descriptor);
}
