using Muk.Kernel.Linux;
using Muk.Kernel.Linux.Descriptors;

namespace Muk.Tests.Kernel.Linux;

/// <summary>The devices and names that filters take for granted, served without a grant.</summary>
public sealed class DeviceTests : IDisposable
{
    private const ulong At = Bench.At, Buffer = At + (8 * FakeGuest.Page);
    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Null_reads_as_ended_and_swallows_what_is_written()
    {
        var file = Open("/dev/null", OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate);
        Assert.Equal(0, _bench.Call(Calls.Read, file, At, 10));
        Assert.Equal(1 << 30, _bench.Call(Calls.Write, file, FakeGuest.End, 1 << 30));
        Assert.Equal(0, _bench.Call(Calls.Fstat, file, Buffer));
        Assert.Equal((0x21b6u, 0x103ul), ((uint)_bench.Word(Buffer + 24), _bench.Word(Buffer + 40)));
        Assert.Equal(-Errno.NotTerminal, _bench.Call(Calls.Ioctl, file, 0x5413, Buffer));
    }

    [Fact]
    public void Zero_and_random_fill_memory_as_far_as_it_goes()
    {
        _bench.Put(Enumerable.Repeat((byte)7, 600).ToArray(), Buffer);
        Assert.Equal(500, _bench.Call(Calls.Read, Open("/dev/zero"), Buffer, 500));
        Assert.Equal(new string('\0', 500) + "\a", _bench.Read(Buffer, 501));
        Assert.Equal(500, _bench.Call(Calls.Read, Open("/dev/urandom"), Buffer, 500));
        Assert.NotEqual(new string('\0', 500), _bench.Read(Buffer, 500));
        Assert.Equal(256, _bench.Call(Calls.Read, Open("/dev/random"), FakeGuest.End - 256, 5000));
        Assert.Equal(-Errno.Fault, _bench.Call(Calls.Read, Open("/dev/zero"), FakeGuest.End, 1));
    }

    [Fact]
    public void Full_has_no_room() => Assert.Equal(-Errno.NoSpace, _bench.Call(Calls.Write, Open("/dev/full", 1), At, 1));

    [Fact]
    public void A_device_is_no_folder_exists_already_and_is_no_program()
    {
        Assert.Equal(-Errno.NotDirectory, _bench.Call(Calls.Open, _bench.Text("/dev/null"), OpenFlags.Directory));
        Assert.Equal(-Errno.Exists, _bench.Call(Calls.Open, _bench.Text("/dev/null"), OpenFlags.Create | OpenFlags.Exclusive));
        Assert.Equal(0, _bench.Call(21, _bench.Text("/dev/null"), 6));
        Assert.Equal(-Errno.Access, _bench.Call(21, _bench.Text("/dev/null"), 1));
        Assert.Equal(-Errno.NoEntry, _bench.Call(Calls.Open, _bench.Text("/dev/kvm"), 0));
        Assert.Equal(-Errno.NoEntry, _bench.Call(Calls.Open, _bench.Text("/dev/../dev/mem"), 0));
    }

    [Fact]
    public void Standard_streams_can_be_opened_by_name()
    {
        var output = Open("/dev/stdout", OpenFlags.WriteOnly);
        _bench.Text("by name", Buffer);
        Assert.Equal(7, _bench.Call(Calls.Write, output, Buffer, 7));
        Assert.Equal(7, _bench.Call(Calls.Write, Open("/dev/fd/1", OpenFlags.WriteOnly), Buffer, 7));
        Assert.Equal(["by name", "by name"], Bench.Drain(_bench.Output));
        _bench.Feed("in");
        Assert.Equal(2, _bench.Call(Calls.Read, Open("/dev/stdin"), Buffer, 10));
        Assert.Equal(-Errno.NoEntry, _bench.Call(Calls.Open, _bench.Text("/dev/fd/99"), 0));
        Assert.Equal(-Errno.NoEntry, _bench.Call(Calls.Open, _bench.Text("/dev/fd/-1"), 0));
        Assert.Equal(-Errno.NoEntry, _bench.Call(Calls.Open, _bench.Text("/dev/fd/99999999999999999999"), 0));
    }

    private ulong Open(string path, uint flags = 0)
    {
        var file = _bench.Call(Calls.Open, _bench.Text(path), flags);
        Assert.True(file >= 3, $"{file}");
        return (ulong)file;
    }
}
