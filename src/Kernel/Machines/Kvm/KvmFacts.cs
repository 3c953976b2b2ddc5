namespace Muk.Kernel.Machines.Kvm;

/// <summary>What is to be thought of a host's KVM.</summary>
public enum KvmVerdict
{
    /// <summary>It cannot run a guest at all.</summary>
    Unusable,

    /// <summary>It runs guests, much slower than the host runs programs.</summary>
    Slow,

    /// <summary>Guest code runs at the host's own speed.</summary>
    Native,
}

/// <summary>A host's KVM, measured. Zero stands for what was not measured.</summary>
/// <param name="Reason">One line for people: why it is not <see cref="KvmVerdict.Native"/>; "" where it is.</param>
/// <param name="GuestCyclesPerLoop">Cycles of one turn of the smallest loop, in the guest.</param>
/// <param name="HostCyclesPerLoop">The same on the host.</param>
/// <param name="ExitNanoseconds">From the guest to the kernel and back.</param>
/// <param name="SharedNanoseconds">A value to a host thread on another CPU and back, over shared memory.</param>
/// <param name="KickNanoseconds">From a kick to the kernel's hearing of it.</param>
/// <param name="CreateNanoseconds">Making a machine.</param>
/// <param name="LoadNanoseconds">Putting the same image into it again.</param>
public sealed record KvmFacts(
    KvmVerdict Verdict,
    string Reason,
    double GuestCyclesPerLoop = 0,
    double HostCyclesPerLoop = 0,
    ulong ExitNanoseconds = 0,
    ulong SharedNanoseconds = 0,
    ulong KickNanoseconds = 0,
    ulong CreateNanoseconds = 0,
    ulong LoadNanoseconds = 0);
