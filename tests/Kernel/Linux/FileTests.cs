using Muk.Kernel.Linux;
using Muk.Kernel.Linux.Descriptors;

namespace Muk.Tests.Kernel.Linux;

/// <summary>Files beneath grants, and nothing beside them.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class FileTests : IDisposable
{
    private const ulong At = Bench.At, Other = At + (4 * FakeGuest.Page), Buffer = At + (8 * FakeGuest.Page);
    private const ulong Here = unchecked((ulong)-100);
    private readonly string _root = Directory.CreateTempSubdirectory("muk-files-").FullName;
    private readonly string _open;
    private readonly string _closed;
    private readonly Bench _bench;

    public FileTests()
    {
        _open = Directory.CreateDirectory(Path.Combine(_root, "open")).FullName;
        _closed = Directory.CreateDirectory(Path.Combine(_root, "closed")).FullName;
        Directory.CreateDirectory(Path.Combine(_root, "open-not"));
        File.WriteAllText(Path.Combine(_root, "secret"), "secret");
        File.WriteAllText(Path.Combine(_root, "open-not", "f"), "secret");
        File.WriteAllText(Path.Combine(_open, "f"), "in open");
        File.WriteAllText(Path.Combine(_closed, "f"), "in closed");
        _bench = new(files: [new(_open, Write: true), new(_closed, Write: false)]);
    }

    public void Dispose()
    {
        _bench.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void A_granted_file_is_read_at_its_place_and_at_others()
    {
        var file = (ulong)Open(_open + "/f", 0);
        Assert.Equal(7, _bench.Call(Calls.Read, file, At, 100));
        Assert.Equal("in open", _bench.Read(At, 7));
        Assert.Equal(0, _bench.Call(Calls.Read, file, At, 100));
        Assert.Equal(4, _bench.Call(Calls.Pread, file, At, 100, 3));
        Assert.Equal("open", _bench.Read(At, 4));
        Assert.Equal(3, _bench.Call(Calls.Lseek, file, 3, 0));
        _bench.Words(At, Other, 2, Buffer, 9);
        Assert.Equal(4, _bench.Call(Calls.Readv, file, At, 2));
        Assert.Equal(5, _bench.Call(Calls.Preadv, file, At, 2, 2));
        Assert.Equal((" o", "pen"), (_bench.Read(Other, 2), _bench.Read(Buffer, 3)));
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Preadv, file, At, 2, ulong.MaxValue));
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Pread, file, At, 2, ulong.MaxValue));
        Assert.Equal(-Errno.IllegalSeek, _bench.Call(Calls.Preadv, 0, At, 2, 0));
    }

    [Fact]
    public void What_is_written_is_there_and_in_the_order_it_was_asked_for()
    {
        var file = (ulong)Open(_open + "/new", OpenFlags.Create | OpenFlags.ReadWrite);
        _bench.Text("abcdefgh", Buffer);
        _bench.Words(At, Buffer, 4, Buffer + 4, 4);
        Assert.Equal(8, _bench.Call(Calls.Writev, file, At, 2));
        Assert.Equal(8, _bench.Call(Calls.Pwritev, file, At, 2, 4));
        Assert.Equal(2, _bench.Call(Calls.Pwrite, file, Buffer, 2, 14));
        Assert.Equal(0, _bench.Call(Calls.Ftruncate, file, 15));
        Assert.Equal("abcdabcdefgh\0\0a", File.ReadAllText(_open + "/new"));
        Assert.Equal(-Errno.Fault, _bench.Call(Calls.Write, file, FakeGuest.End, 1));
    }

    [Theory]
    [InlineData("secret")]
    [InlineData("open-not/f")]
    [InlineData("")]
    public void What_no_grant_covers_does_not_exist(string name)
    {
        Assert.Equal(-Errno.NoEntry, Open(Path.Combine(_root, name), 0));
        Assert.Equal(-Errno.NoEntry, _bench.Call(Calls.Stat, _bench.Text(Path.Combine(_root, name)), Buffer));
        Assert.Equal(-Errno.NoEntry, Open("/etc/passwd", 0));
    }

    [Theory]
    [InlineData("/open/../secret")]
    [InlineData("/open/sub/../../secret")]
    [InlineData("/open/./../secret")]
    [InlineData("/closed/../open/../secret")]
    [InlineData("/open//..//secret")]
    public void No_dots_lead_out_of_a_grant(string path) => Assert.True(Open(_root + path, 0) is -Errno.Access or -Errno.NoEntry);

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../secret")]
    [InlineData("/proc/self/root/etc/passwd")]
    [InlineData("/proc/self/fd/0")]
    public void No_link_leads_out_of_a_grant(string target)
    {
        File.CreateSymbolicLink(_open + "/link", target);
        Assert.Equal(-Errno.Access, Open(_open + "/link", 0));
        Assert.Equal(-Errno.Access, Open(_open + "/link", OpenFlags.Create | OpenFlags.WriteOnly));
        Assert.Equal(-Errno.Access, _bench.Call(Calls.Stat, _bench.Text(_open + "/link"), Buffer));
        Assert.Equal(target.Length, _bench.Call(Calls.Readlink, _bench.Text(_open + "/link"), Buffer, 100));
    }

    [Fact]
    public void A_link_that_stays_inside_is_followed()
    {
        File.CreateSymbolicLink(_open + "/link", "f");
        var file = (ulong)Open(_open + "/link", 0);
        Assert.Equal(7, _bench.Call(Calls.Read, file, At, 100));
    }

    [Fact]
    public void Without_the_right_to_write_nothing_is_made_changed_or_removed()
    {
        Assert.Equal(-Errno.Access, Open(_closed + "/f", OpenFlags.ReadWrite));
        Assert.Equal(-Errno.Access, Open(_closed + "/f", OpenFlags.Truncate));
        Assert.Equal(-Errno.Access, Open(_closed + "/new", OpenFlags.Create));
        foreach (var call in new[] { Calls.Unlink, Calls.Mkdir, Calls.Rmdir, 76, 90 })
        {
            Assert.Equal(-Errno.Access, _bench.Call(call, _bench.Text(_closed + "/f"), 0));
        }

        var file = (ulong)Open(_closed + "/f", 0);
        Assert.Equal(-Errno.BadDescriptor, _bench.Call(Calls.Write, file, At, 1));
        Assert.True(_bench.Call(Calls.Ftruncate, file, 0) < 0);
        Assert.Equal(-Errno.Access, _bench.Call(91, file, 0x1ff)); // fchmod
        Assert.Equal(-Errno.Access, _bench.Call(280, file, 0, 0, 0)); // utimensat
        Assert.Equal("in closed", File.ReadAllText(_closed + "/f"));
    }

    [Fact]
    public void A_rename_needs_the_right_to_write_on_both_sides()
    {
        Assert.Equal(-Errno.Access, Rename(_closed + "/f", _open + "/g"));
        Assert.Equal(-Errno.Access, Rename(_open + "/f", _closed + "/g"));
        Assert.Equal(-Errno.NoEntry, Rename(_open + "/f", _root + "/g"));
        Assert.Equal(-Errno.NoEntry, Rename(_root + "/secret", _open + "/g"));
        Assert.Equal(0, Rename(_open + "/f", _open + "/g"));
        Assert.True(File.Exists(_open + "/g"));
    }

    [Fact]
    public void Relative_paths_begin_at_the_root_or_at_an_open_folder()
    {
        var folder = (ulong)Open(_open, OpenFlags.Directory);
        Assert.True(_bench.Call(Calls.Openat, folder, _bench.Text("f"), 0) > 0);
        Assert.Equal(-Errno.Access, _bench.Call(Calls.Openat, folder, _bench.Text("../secret"), 0));
        Assert.True(_bench.Call(Calls.Openat, Here, _bench.Text(_open[1..] + "/f"), 0) > 0);
        Assert.Equal(-Errno.BadDescriptor, _bench.Call(Calls.Openat, 99, _bench.Text("f"), 0));
        Assert.Equal(-Errno.NotDirectory, _bench.Call(Calls.Openat, 0, _bench.Text("f"), 0));
    }

    [Fact]
    public void Stat_and_statx_say_the_same_of_a_file_as_the_host_does()
    {
        Assert.Equal(0, _bench.Call(Calls.Stat, _bench.Text(_open + "/f"), Buffer));
        Assert.Equal(7ul, _bench.Word(Buffer + 48));
        Assert.Equal(0, _bench.Call(Calls.Statx, Here, _bench.Text(_open + "/f"), 0, 0x7ff, Other));
        Assert.Equal(7ul, _bench.Word(Other + 40));
        Assert.Equal(_bench.Word(Buffer + 8), _bench.Word(Other + 32)); // inode
        Assert.Equal((uint)_bench.Word(Buffer + 24) & 0xffff, (uint)(_bench.Word(Other + 28) & 0xffff)); // mode
        var seconds = ((DateTimeOffset)File.GetLastWriteTimeUtc(_open + "/f")).ToUnixTimeSeconds();
        Assert.Equal((ulong)seconds, _bench.Word(Other + 112));
        var file = (ulong)Open(_open + "/f", 0);
        Assert.Equal(0, _bench.Call(Calls.Statx, file, _bench.Text(""), 0x1000, 0x7ff, Other));
        Assert.Equal(7ul, _bench.Word(Other + 40));
        Assert.Equal(-Errno.NoEntry, _bench.Call(Calls.Statx, file, _bench.Text(""), 0, 0x7ff, Other));
        Assert.Equal(-Errno.Fault, _bench.Call(Calls.Statx, file, _bench.Text(""), 0x1000, 0x7ff, FakeGuest.End));
        Assert.Equal(0, _bench.Call(Calls.Fstatfs, file, Other));
        Assert.NotEqual(0ul, _bench.Word(Other + 8));
        Assert.Equal(0, _bench.Call(Calls.Fstatfs, 1, Other));
    }

    [Fact]
    public void A_folder_lists_what_is_in_it_whatever_room_there_is()
    {
        var folder = (ulong)Open(_open, OpenFlags.Directory);
        Assert.Equal(-Errno.Invalid, _bench.Call(Calls.Getdents, folder, Buffer, 1));
        Assert.True(_bench.Call(Calls.Getdents, folder, Buffer, 4096) > 0);
        Assert.Equal(0, _bench.Call(Calls.Getdents, folder, Buffer, 4096));
        Assert.Equal(-Errno.NotDirectory, _bench.Call(Calls.Getdents, 0, Buffer, 4096));
    }

    [Fact]
    public void A_files_mode_times_and_mask_are_the_guests_to_set()
    {
        Assert.Equal(0x12, _bench.Call(Calls.Umask, 0x3f));
        Assert.Equal(0x3f, _bench.Call(Calls.Umask, 0x3f));
        Assert.True(_bench.Call(Calls.Open, _bench.Text(_open + "/private"), OpenFlags.Create | OpenFlags.WriteOnly, 0x1b6) > 0);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_open + "/private"));
        Assert.Equal(0, _bench.Call(90, _bench.Text(_open + "/private"), 0x9c0)); // chmod 04700
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_open + "/private"));
        _bench.Words(Buffer, 1000, 0, 2000, 0);
        Assert.Equal(0, _bench.Call(280, Here, _bench.Text(_open + "/private"), Buffer, 0));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(2000), File.GetLastWriteTimeUtc(_open + "/private"));
        Assert.Equal(0, _bench.Call(76, _bench.Text(_open + "/f"), 2));
        Assert.Equal("in", File.ReadAllText(_open + "/f"));
    }

    [Fact]
    public void One_granted_file_is_there_alone()
    {
        using var bench = new Bench(files: [new(_open + "/f", Write: false)]);
        Assert.Equal(3, bench.Call(Calls.Open, bench.Text(_open + "/f"), 0));
        Assert.Equal(-Errno.NotDirectory, bench.Call(Calls.Open, bench.Text(_open + "/f/../g"), 0));
        Assert.Equal(-Errno.NoEntry, bench.Call(Calls.Open, bench.Text(_open), 0));
    }

    [Fact]
    public void A_path_that_is_not_there_too_long_or_no_text_is_refused()
    {
        Assert.Equal(-Errno.Fault, _bench.Call(Calls.Open, FakeGuest.End, 0));
        Assert.Equal(-Errno.Fault, _bench.Call(Calls.Open, ulong.MaxValue, 0));
        Assert.Equal(-Errno.NameTooLong, _bench.Call(Calls.Open, _bench.Text("/" + new string('a', 4200)), 0));
        Assert.Equal(-Errno.NoEntry, Open("", 0));
        Assert.Equal(-Errno.NoEntry, _bench.Call(Calls.Open, _bench.Put([(byte)'/', 0xff, 0xfe, 0]), 0));
        var edge = FakeGuest.End - 1;
        Assert.Equal(-Errno.Fault, _bench.Call(Calls.Open, _bench.Put("/"u8, edge), 0));
    }

    [Fact]
    public void The_last_descriptor_gone_there_is_no_more_and_nothing_leaks()
    {
        var before = Directory.GetFiles("/proc/self/fd").Length;
        var opened = 0;
        while (Open(_open + "/f", 0) >= 0)
        {
            opened++;
        }

        Assert.Equal(1021, opened);
        Assert.Equal(-Errno.TooManyFiles, Open("/dev/null", 0));
        Assert.Equal(0, _bench.Call(436, 3, uint.MaxValue, 0)); // close_range
        Assert.Equal(3, Open(_open + "/f", 0));
        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length, 0, before + 20);
    }

    [Fact]
    public void The_current_folder_is_the_root_and_the_program_has_a_name()
    {
        Assert.Equal(2, _bench.Call(Calls.Getcwd, Buffer, 100));
        Assert.Equal("/\0", _bench.Read(Buffer, 2));
        Assert.Equal(6, _bench.Call(Calls.Readlink, _bench.Text("/proc/self/exe"), Buffer, 100));
        Assert.Equal("/bench", _bench.Read(Buffer, 6));
        Assert.Equal(3, _bench.Call(Calls.Readlink, _bench.Text("/proc/self/exe"), Buffer, 3));
    }

    private long Open(string path, uint flags) => _bench.Call(Calls.Open, _bench.Text(path), flags, 0x1a4);

    private long Rename(string from, string to) => _bench.Call(Calls.Rename, _bench.Text(from), _bench.Text(to, Other));
}
