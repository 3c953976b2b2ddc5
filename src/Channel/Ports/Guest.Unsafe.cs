using System.Text;
using Muk.Abi;
using Muk.Channel.Rings;

namespace Muk;

/// <summary>What the core kernel has told this MUK: its ports, found by name.</summary>
internal static unsafe class Guest
{
    // SAFETY: the core kernel maps the boot block at this address, read only, for as long as the MUK lives. A program that is
    // started outside of Muk has none, and Has says so before anything is read.
    private static BootBlock* Boot => (BootBlock*)GuestLayout.BootAddress;

    /// <summary>A linked port; null where nothing is linked to it.</summary>
    /// <exception cref="ArgumentException">It has been made already: two ends of one ring's side would overwrite each other.</exception>
    public static GuestPort? Find(string name, PortDirection direction)
    {
        if (!IsHere())
        {
            return null;
        }

        var wanted = Encoding.UTF8.GetBytes(name);
        var count = (int)Math.Min(Boot->PortCount, GuestLayout.PortsMax);
        for (var i = 0; i < count; i++)
        {
            var port = Boot->Ports[i];
            ReadOnlySpan<byte> named = port.Name;
            var end = named.IndexOf((byte)0);
            if (port.Direction == direction && named[..(end < 0 ? named.Length : end)].SequenceEqual(wanted))
            {
                return port.Linked == 0 ? null : new((nint)port.RingAddress, new RingWait(Boot->SpinIterations), new GuestParking(i));
            }
        }

        return null;
    }

    // The program's own code is at the address where core kernels put it, and nothing else would.
    private static bool IsHere()
    {
        delegate*<bool> self = &IsHere;
        return (ulong)self >> 40 == GuestLayout.ImageAddress >> 40;
    }
}
