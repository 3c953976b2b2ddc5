using System.Globalization;
using System.Runtime.InteropServices;
using Muk.Channel.Interop;

namespace Muk.Tests.Channel;

/// <summary>Memory that prefers 2 MiB pages, on a file system that is mounted nowhere.</summary>
public sealed class HugeTmpfsTests : IDisposable
{
    private const long Large = 2 << 20;

    private readonly string _folder = Directory.CreateTempSubdirectory("muk-huge-").FullName;

    private string Name => Path.Combine(_folder, "memory");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Pages_are_large_where_that_is_preferred_and_small_elsewhere()
    {
        using var file = Make();
        using var mapping = Mapping.Map(file, 0, 8 * Large, MappingRights.ReadWrite);
        mapping.PreferHugePages(4 * Large, 4 * Large);
        var before = LargeKilobytes();
        for (var at = 0L; at < 8 * Large; at += Large)
        {
            Marshal.WriteByte(mapping.Address + (nint)at, 1);
        }

        // Addresses are those of the host's choice: where they do not line up with the file's, the first large page is not there.
        Assert.InRange(LargeKilobytes() - before, 3 * Large / 1024, 4 * Large / 1024);
    }

    [Fact]
    public void Its_name_leads_to_the_same_bytes_and_nowhere_once_it_is_closed()
    {
        using (var file = Make())
        {
            using var mine = Mapping.Map(file, 0, 4096, MappingRights.ReadWrite);
            Marshal.WriteInt64(mine.Address, 42);
            using var other = SharedMemoryFile.Open(Name, FileRights.Read);
            using var theirs = Mapping.Map(other, 0, 4096, MappingRights.Read);
            Assert.Equal(42, Marshal.ReadInt64(theirs.Address));
        }

        Assert.Throws<HostException>(() => SharedMemoryFile.Open(Name, FileRights.Read));
    }

    [Fact]
    public void A_name_that_is_taken_is_refused_and_left_as_it_is()
    {
        File.WriteAllText(Name, "mine");
        Assert.Throws<HostException>(() => SharedMemoryFile.CreatePreferringHugePages(Name, Large));
        Assert.Equal("mine", File.ReadAllText(Name));
    }

    private SharedMemoryFile Make()
    {
        using (var file = HugeTmpfs.TryCreateFile(4096))
        {
            Assert.SkipWhen(file is null, "this host mounts no tmpfs for us (CAP_SYS_ADMIN)");
        }

        return SharedMemoryFile.CreatePreferringHugePages(Name, 8 * Large);
    }

    private static long LargeKilobytes() => File.ReadLines("/proc/self/smaps")
        .Where(line => line.StartsWith("ShmemPmdMapped:", StringComparison.Ordinal))
        .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));
}
