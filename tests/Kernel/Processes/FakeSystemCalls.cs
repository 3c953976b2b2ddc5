using System.Text;
using Muk.Kernel.Linux;
using Muk.Kernel.Machines;
using Muk.Kernel.Memory;

namespace Muk.Tests.Kernel.Processes;

/// <summary>Serves write(1 and 2) into a text and nothing else; remembers what came.</summary>
internal sealed class FakeSystemCalls : ISystemCalls
{
    public StringBuilder Output { get; } = new();

    public List<SystemCall> Calls { get; } = [];

    public List<GuestRegisters> Registers { get; } = [];

    /// <summary>What <see cref="Interrupted"/> says.</summary>
    public GuestEnd? Interruption { get; set; }

    /// <summary>Serves a call before the others get to it.</summary>
    public Func<SystemCall, IGuest, SystemCallResult?>? Special { get; set; }

    public SystemCallResult Invoke(in SystemCall call, IGuest guest)
    {
        Calls.Add(call);
        if (Special?.Invoke(call, guest) is { } result)
        {
            return result;
        }

        switch (call.Number)
        {
            case 1:
                return Write(guest, [(call.A1, call.A2)]);
            case 20:
                Span<byte> parts = stackalloc byte[(int)Math.Min(call.A2, 8) * 16];
                if (!guest.Memory.TryRead(new(call.A1), parts))
                {
                    return SystemCallResult.Return(-14);
                }

                var list = new List<(ulong, ulong)>();
                for (var i = 0; i < parts.Length; i += 16)
                {
                    list.Add((BitConverter.ToUInt64(parts[i..]), BitConverter.ToUInt64(parts[(i + 8)..])));
                }

                return Write(guest, list);
            default:
                return SystemCallResult.Return(-38);
        }
    }

    public SystemCallResult Fault(int signal, int vector, GuestAddress address, string reason, IGuest guest) =>
        throw new InvalidOperationException("the process machine leaves faults to Linux");

    public GuestEnd? Interrupted() => Interruption;

    private SystemCallResult Write(IGuest guest, List<(ulong From, ulong Bytes)> parts)
    {
        long taken = 0;
        foreach (var (from, bytes) in parts)
        {
            var text = new byte[Math.Min(bytes, 65536)];
            if (!guest.Memory.TryRead(new(from), text))
            {
                return SystemCallResult.Return(-14);
            }

            Output.Append(Encoding.UTF8.GetString(text));
            taken += text.Length;
        }

        return SystemCallResult.Return(taken);
    }
}
