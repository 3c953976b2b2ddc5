using Muk.Abi;
using Muk.Channel.Rings;
using Muk.Kernel.Linux.Descriptors;

namespace Muk.Kernel.Linux;

/// <summary>A run's ports as the personality sees them. Owner: the vCPU thread. A null ring is a port that is not linked:
/// it reads as ended, and what is written to it is gone.</summary>
/// <param name="input">Descriptor 0's.</param>
/// <param name="output">Descriptor 1's; the same object as <paramref name="error"/> where they share a port.</param>
/// <param name="error">Descriptor 2's, and <see cref="MukCall.Log"/>'s.</param>
/// <param name="doors">For each declared port, by index, its ring and direction, or null when not linked.</param>
public sealed class GuestPorts(
    RingConsumer? input, RingProducer? output, RingProducer? error, IReadOnlyList<GuestPorts.Door?> doors) : IDisposable
{
    private readonly DoorBell?[] _opened = new DoorBell?[doors.Count];

    public RingConsumer? Input => input;

    public RingProducer? Output => output;

    public RingProducer? Error => error;

    /// <summary>A declared port's ring file and the guest's side of it.</summary>
    public sealed record Door(string Path, PortDirection Side);

    /// <summary>The door of a port, opened at its first use; null for a port that is not there or not linked.</summary>
    internal DoorBell? Find(ulong port) => port >= (ulong)_opened.Length || doors[(int)port] is not { } door
        ? null
        : _opened[(int)port] ??= new(RingDoor.Open(door.Path, door.Side));

    /// <summary>The guest is gone: says so at every port it has not closed itself.</summary>
    public void Close(RingState state)
    {
        input?.Close(state);
        output?.Close(state);
        if (!ReferenceEquals(error, output))
        {
            error?.Close(state);
        }

        for (var i = 0; i < _opened.Length; i++)
        {
            Find((ulong)i)?.Door.CloseOwnSide(state);
        }
    }

    public void Dispose()
    {
        input?.Dispose();
        output?.Dispose();
        error?.Dispose();
        foreach (var door in _opened)
        {
            door?.Door.Dispose();
        }
    }
}
