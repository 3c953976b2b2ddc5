using Muk.Kernel.Linux;
using Muk.Kernel.Linux.Descriptors;

namespace Muk.Tests.Kernel.Linux;

/// <summary>Locks, links and room of granted files.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class LockTests : IDisposable
{
    private const ulong At = Bench.At, Other = At + (4 * FakeGuest.Page), Buffer = At + (8 * FakeGuest.Page);
    private const ulong ReadLock = 0, WriteLock = 1, Unlock = 2, GetLock = 5, SetLock = 6, GetOpenLock = 36, SetOpenLock = 37;
    private const ulong SetOpenLockWait = 38, Shared = 1, Exclusive = 2, NonBlocking = 4, Free = 8;
    private const long Flock = 73, Fallocate = 285, Link = 86, Symlink = 88, Chown = 92, Fchown = 93;
    private readonly string _root = Directory.CreateTempSubdirectory("muk-locks-").FullName;
    private readonly string _file;
    private readonly string _closed;
    private readonly Bench _bench;

    public LockTests()
    {
        _closed = Directory.CreateDirectory(Path.Combine(_root, "closed")).FullName;
        _file = Path.Combine(_root, "f");
        File.WriteAllText(_file, "0123456789");
        File.WriteAllText(Path.Combine(_closed, "f"), "closed");
        _bench = new(files: [new(_root, Write: true), new(_closed, Write: false)]);
    }

    public void Dispose()
    {
        _bench.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void A_program_never_keeps_itself_out_and_other_processes_it_does()
    {
        var (first, second) = (Open(), Open());
        Assert.Equal(0, Lock(first, SetLock, WriteLock, 2, 3));
        Assert.Equal(0, Lock(second, SetLock, WriteLock, 2, 3));
        Assert.Equal(0, Lock(second, GetLock, WriteLock, 2, 3));
        Assert.Equal(Unlock, _bench.Word(Other) & 0xffff);
        Assert.False(OthersMayLock());
        Assert.Equal(0, Lock(second, SetLock, Unlock, 0, 0));
        Assert.True(OthersMayLock());
    }

    [Fact]
    public void Any_descriptor_of_a_file_that_is_closed_takes_the_programs_locks_with_it()
    {
        var first = Open();
        var second = (ulong)_bench.Call(Calls.Dup, first);
        Assert.Equal(0, Lock(first, SetLock, WriteLock, 0, 0));
        Assert.Equal(0, _bench.Call(76, _bench.Text(_file), 10)); // truncate opens nothing
        Assert.False(OthersMayLock());
        Assert.Equal(0, _bench.Call(Calls.Close, second));
        Assert.True(OthersMayLock());
    }

    [Fact]
    public void Open_files_lock_each_other_out_and_are_told_who_holds_it()
    {
        var (first, second) = (Open(), Open());
        Assert.Equal(0, Lock(first, SetOpenLock, WriteLock, 0, 5));
        Assert.Equal(-Errno.Again, Lock(second, SetOpenLock, ReadLock, 4, 2));
        Assert.Equal(0, Lock(second, SetOpenLock, ReadLock, 5, 2));
        Assert.Equal(0, Lock(second, GetOpenLock, WriteLock, 0, 5));
        Assert.Equal((WriteLock, 0ul, 5ul), (_bench.Word(Other) & 0xffff, _bench.Word(Other + 8), _bench.Word(Other + 16)));
        Assert.Equal(uint.MaxValue, (uint)_bench.Word(Other + 24));
        Assert.Equal(-Errno.Invalid, Lock(first, SetOpenLock, 9, 0, 5));
        Assert.Equal(-Errno.Invalid, Lock(0, SetLock, WriteLock, 0, 5));
        Assert.Equal(-Errno.BadDescriptor, Lock(99, SetLock, WriteLock, 0, 5));
        Assert.Equal(-Errno.Fault, _bench.Call(Calls.Fcntl, first, SetLock, FakeGuest.End));
    }

    [Fact]
    public void A_whole_file_is_locked_by_whoever_opened_it()
    {
        var (first, second) = (Open(), Open());
        Assert.Equal(0, _bench.Call(Flock, first, Exclusive));
        Assert.Equal(-Errno.Again, _bench.Call(Flock, second, Shared | NonBlocking));
        Assert.Equal(0, _bench.Call(Flock, first, Shared));
        Assert.Equal(0, _bench.Call(Flock, second, Shared | NonBlocking));
        Assert.Equal(0, _bench.Call(Calls.Close, first));
        Assert.Equal(0, _bench.Call(Flock, second, Exclusive | NonBlocking));
        Assert.Equal(0, _bench.Call(Flock, second, Free));
    }

    [Fact]
    public void Who_waits_for_a_lock_has_it_when_it_is_free()
    {
        var second = Open();
        using var holder = new FileStream(_file, FileMode.Open, FileAccess.ReadWrite, FileShare.None); // Which is a flock.
        _bench.Time.WhenAsleep = () =>
        {
            if (_bench.Time.Sleeps > 2)
            {
                holder.Dispose();
            }
        };
        Assert.Equal(0, _bench.Call(Flock, second, Exclusive));
        Assert.Equal(0, Lock(second, SetOpenLockWait, WriteLock, 0, 5));
    }

    [Fact]
    public void Second_names_are_made_where_both_may_be_written()
    {
        Assert.Equal(0, Two(Link, _file, _root + "/g"));
        Assert.Equal("0123456789", File.ReadAllText(_root + "/g"));
        Assert.Equal(-Errno.Exists, Two(Link, _file, _root + "/g"));
        Assert.Equal(-Errno.Access, Two(Link, _closed + "/f", _root + "/h"));
        Assert.Equal(-Errno.Access, Two(Link, _file, _closed + "/h"));
        Assert.Equal(-Errno.NoEntry, Two(Link, "/etc/passwd", _root + "/h"));
        Assert.Equal(0, Two(Symlink, "g", _root + "/to"));
        Assert.Equal("g", new FileInfo(_root + "/to").LinkTarget);
        Assert.Equal(0, Two(Symlink, "/etc/passwd", _root + "/out"));
        Assert.Equal(-Errno.Access, _bench.Call(Calls.Open, _bench.Text(_root + "/out"), 0));
        Assert.Equal(-Errno.Access, Two(Symlink, "g", _closed + "/to"));
    }

    [Fact]
    public void Room_is_taken_ahead_and_a_nameless_file_is_not_to_be_had()
    {
        var file = Open();
        Assert.Equal(0, _bench.Call(Fallocate, file, 0, 0, 8192));
        Assert.Equal(8192, new FileInfo(_file).Length);
        Assert.Equal(0, _bench.Call(Fallocate, file, 3, 0, 4096));
        Assert.Equal(0, File.ReadAllBytes(_file)[0]);
        Assert.Equal(-Errno.NotSupported, _bench.Call(Fallocate, file, 0x20, 0, 4096));
        Assert.Equal(-Errno.Invalid, _bench.Call(Fallocate, file, 0, 0, 0));
        Assert.Equal(-Errno.NotSupported, _bench.Call(Calls.Open, _bench.Text(_root), 0x410000 | OpenFlags.ReadWrite, 0x1b6));
    }

    [Fact]
    public void Files_are_copied_without_the_guests_memory()
    {
        var from = Open();
        var to = (ulong)_bench.Call(Calls.Open, _bench.Text(_root + "/copy"), OpenFlags.Create | OpenFlags.WriteOnly, 0x1a4);
        _bench.Words(Buffer, 4);
        Assert.Equal(3, _bench.Call(Calls.Sendfile, to, from, Buffer, 3));
        Assert.Equal(7ul, _bench.Word(Buffer));
        Assert.Equal(10, _bench.Call(Calls.Sendfile, to, from, 0, 100));
        Assert.Equal("4560123456789", File.ReadAllText(_root + "/copy"));
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Sendfile, 1, from, 0, 100));
    }

    [Fact]
    public void A_file_is_given_to_its_owner_and_to_nobody_else()
    {
        var file = Open();
        Assert.Equal(0, _bench.Call(Fchown, file, 0, 0));
        Assert.Equal(0, _bench.Call(Chown, _bench.Text(_file), uint.MaxValue, uint.MaxValue));
        Assert.Equal(-Errno.Perm, _bench.Call(Chown, _bench.Text(_file), 12345, uint.MaxValue));
        Assert.Equal(-Errno.Perm, _bench.Call(Fchown, file, 0, 12345));
        Assert.Equal(-Errno.NoEntry, _bench.Call(Chown, _bench.Text(_root + "/none"), 0, 0));
    }

    private ulong Open() => (ulong)_bench.Call(Calls.Open, _bench.Text(_file), OpenFlags.ReadWrite);

    private long Lock(ulong file, ulong command, ulong type, ulong start, ulong bytes) =>
        _bench.Call(Calls.Fcntl, file, command, _bench.Words(Other, type, start, bytes, 0));

    private long Two(long call, string from, string to) => _bench.Call(call, _bench.Text(from), _bench.Text(to, Other));

    /// <summary>Does the host know of no record lock on the file?</summary>
    private bool OthersMayLock()
    {
        Assert.Equal(0, _bench.Call(Calls.Stat, _bench.Text(_file), Buffer));
        var inode = $":{_bench.Word(Buffer + 8)} ";
        return !File.ReadLines("/proc/locks").Any(line => line.Contains("POSIX") && line.Contains(inode));
    }
}
