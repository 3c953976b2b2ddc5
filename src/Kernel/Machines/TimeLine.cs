using System.Runtime.InteropServices;

namespace Muk.Kernel.Machines;

/// <summary>From the time-stamp counter to the clocks. Twin of <c>struct muk_time_line</c> (Kvm/vdso/vdso.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeLine
{
    /// <summary>Bits of fraction of <see cref="Mult"/>.</summary>
    public const int Shift = 32;

    public ulong TscBase;

    /// <summary><c>CLOCK_MONOTONIC</c> at <see cref="TscBase"/>, in ns.</summary>
    public ulong NsBase;

    /// <summary>ns a cycle.</summary>
    public ulong Mult;

    /// <summary><c>CLOCK_REALTIME</c> - <c>CLOCK_MONOTONIC</c>.</summary>
    public ulong RealtimeOffsetNs;

    /// <summary><c>CLOCK_BOOTTIME</c> - <c>CLOCK_MONOTONIC</c>.</summary>
    public ulong BoottimeOffsetNs;

    /// <summary><c>CLOCK_MONOTONIC</c> at a reading of the counter, in ns.</summary>
    public readonly ulong Nanoseconds(ulong tsc) =>
        NsBase + ((long)(tsc - TscBase) < 0 ? 0 : (ulong)(((UInt128)(tsc - TscBase) * Mult) >> Shift));
}
