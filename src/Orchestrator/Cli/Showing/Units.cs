using System.Globalization;

namespace Muk.Orchestrator.Cli.Showing;

/// <summary>Numbers with units, for people. Three significant digits, powers of 1000.</summary>
public static class Units
{
    /// <summary><c>34.1 KB</c>.</summary>
    public static string Bytes(double bytes) => bytes < 1000 ? $"{bytes:0} B" : Scaled(bytes, ["B", "KB", "MB", "GB", "TB"]);

    /// <summary><c>12.4 k</c>; below a thousand just the number.</summary>
    public static string Count(double count) => count < 1000 ? $"{count:0}" : Scaled(count, ["", "k", "M", "G", "T"]);

    /// <summary><c>1.25 ms</c>.</summary>
    public static string Nanoseconds(double ns) => ns < 1000 ? $"{ns:0} ns" : Scaled(ns, ["ns", "us", "ms", "s"]);

    /// <summary><c>97 %</c>; a dash where the whole is nothing.</summary>
    public static string Share(double part, double whole) => whole <= 0 ? "-" : $"{part / whole * 100:0} %";

    private static string Scaled(double value, IReadOnlyList<string> units)
    {
        var unit = 0;
        while (value >= 999.5 && unit + 1 < units.Count)
        {
            value /= 1000;
            unit++;
        }

        var digits = value >= 99.95 ? "0" : value >= 9.995 ? "0.0" : "0.00";
        return $"{value.ToString(digits, CultureInfo.InvariantCulture)} {units[unit]}".TrimEnd();
    }
}
