using Muk.Kernel.Linux.Proc;

namespace Muk.Tests.Kernel.Linux;

/// <summary>/proc/self/maps where Linux keeps the address space.</summary>
public sealed class HostMapsTests
{
    [Fact]
    public void Addresses_rights_and_Linuxs_own_names_are_shown_and_the_hosts_files_are_not()
    {
        string[] lines =
        [
            "500000000000-500000001000 r-xp 00000000 00:01 9                          /memfd:image (deleted)",
            "500000001000-500000002000 rw-s 00001000 00:1a 77                         /dev/shm/muk/1-x/ring-3",
            "7f0000000000-7f0000021000 rw-p 00000000 00:00 0 ",
            "7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0                          [stack]",
            "nonsense",
        ];
        var seen = HostMaps.Text(lines, "/hello").Split('\n');
        Assert.Equal("500000000000-500000001000 r-xp 00000000 00:00 0                          /hello", seen[0]);
        Assert.Equal("500000001000-500000002000 rw-s 00000000 00:00 0 ", seen[1]);
        Assert.EndsWith(" [stack]", seen[3], StringComparison.Ordinal);
        Assert.Equal(["7f0000000000-7f0000021000 rw-p 00000000 00:00 0 ", ""], [seen[2], seen[4]]);
    }
}
