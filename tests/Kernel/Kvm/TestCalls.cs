using System.Text;
using Muk.Kernel.Linux;
using Muk.Kernel.Machines;
using Muk.Kernel.Memory;

namespace Muk.Tests.Kernel.Kvm;

/// <summary>As much of Linux as the machine's own tests need.</summary>
internal sealed class TestCalls : ISystemCalls
{
    private readonly byte[] _buffer = new byte[4096];

    public StringBuilder Output { get; } = new();

    public Func<GuestEnd?> OnInterrupt { get; set; } = () => null;

    public Action<SystemCall, IGuest> OnCall { get; set; } = (_, _) => { };

    public int Interruptions { get; private set; }

    public SystemCallResult Invoke(in SystemCall call, IGuest guest)
    {
        if (call.Number == 39)
        {
            return SystemCallResult.Return(42);
        }

        OnCall(call, guest);
        var space = guest.AddressSpace!;
        return call.Number switch
        {
            1 => SystemCallResult.Return(Write(call.A1, call.A2, guest)),
            9 => SystemCallResult.Return(space.Map(
                new GuestAddress(call.A0), call.A1, (PageRights)call.A2, (call.A3 & 0x10) != 0, replace: true)),
            10 => SystemCallResult.Return(space.Protect(new GuestAddress(call.A0), call.A1, (PageRights)call.A2)),
            11 => SystemCallResult.Return(space.Unmap(new GuestAddress(call.A0), call.A1)),
            12 => SystemCallResult.Return((long)space.Break(new GuestAddress(call.A0))),
            20 => SystemCallResult.Return(WriteVector(call, guest)),
            25 => SystemCallResult.Return(space.Remap(
                new GuestAddress(call.A0), call.A1, call.A2, (int)call.A3, new GuestAddress(call.A4))),
            28 => SystemCallResult.Return(space.Discard(new GuestAddress(call.A0), call.A1)),
            60 or 231 => SystemCallResult.Ended(new GuestEnd.Exited((int)(call.A0 & 255))),
            158 => SetFs(call, guest),
            218 => SystemCallResult.Return(1),
            _ => SystemCallResult.Return(-38),
        };
    }

    public SystemCallResult Fault(int signal, int vector, GuestAddress address, string reason, IGuest guest) =>
        SystemCallResult.Ended(new GuestEnd.Crashed(signal, reason, new GuestFault(
            guest.Registers, vector, address, FrameWalker.Walk(guest.Registers, guest.Memory))));

    public GuestEnd? Interrupted()
    {
        Interruptions++;
        return OnInterrupt();
    }

    private static SystemCallResult SetFs(in SystemCall call, IGuest guest)
    {
        if (call.A0 != 0x1002)
        {
            return SystemCallResult.Return(-22);
        }

        guest.FsBase = call.A1;
        return SystemCallResult.Return(0);
    }

    private long WriteVector(in SystemCall call, IGuest guest)
    {
        long total = 0;
        Span<byte> pair = stackalloc byte[16];
        for (var i = 0UL; i < call.A2; i++)
        {
            if (!guest.Memory.TryRead(new GuestAddress(call.A1 + (16 * i)), pair))
            {
                return -14;
            }

            total += Write(BitConverter.ToUInt64(pair), BitConverter.ToUInt64(pair[8..]), guest);
        }

        return total;
    }

    private long Write(ulong from, ulong bytes, IGuest guest)
    {
        var count = (int)Math.Min(bytes, (ulong)_buffer.Length);
        if (!guest.Memory.TryRead(new GuestAddress(from), _buffer.AsSpan(0, count)))
        {
            return -14;
        }

        Output.Append(Encoding.UTF8.GetString(_buffer, 0, count));
        return count;
    }
}
