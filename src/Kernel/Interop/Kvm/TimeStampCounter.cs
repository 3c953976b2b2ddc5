namespace Muk.Kernel.Interop.Kvm;

/// <summary>The processor's time-stamp counter, for which .NET has no intrinsic. Any thread.</summary>
public static unsafe class TimeStampCounter
{
    // lfence; rdtsc; shl $32, %rdx; or %rdx, %rax; ret
    private static readonly HostCode _code = new([0x0f, 0xae, 0xe8, 0x0f, 0x31, 0x48, 0xc1, 0xe2, 0x20, 0x48, 0x09, 0xd0, 0xc3]);

    // SAFETY: the code is a complete function without arguments, in a page that is never given back.
    private static readonly delegate* unmanaged<ulong> _read = (delegate* unmanaged<ulong>)_code.Address;

    public static ulong Read() => _read();
}
