using System.Globalization;

namespace Muk.Kernel.Linux.Proc;

/// <summary>The caches of the core that the guest runs on, which are the host's. Any thread.</summary>
internal static class HostCache
{
    private const int LevelsMax = 8;

    /// <summary>The last level's size ("32768K") and number, as sysfs gives them; null where the host does not say.</summary>
    public static (string Size, string Level)? Last(int core)
    {
        for (var index = LevelsMax; index >= 0; index--)
        {
            var folder = string.Create(CultureInfo.InvariantCulture, $"/sys/devices/system/cpu/cpu{core}/cache/index{index}");
            if (File.Exists(folder + "/size"))
            {
                return (File.ReadAllText(folder + "/size").Trim(), File.ReadAllText(folder + "/level").Trim());
            }
        }

        return null;
    }
}
