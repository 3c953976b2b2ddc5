using System.Globalization;
using Muk.Abi;

namespace Muk.Build.Tasks.Tools;

/// <summary>Which x86-64 level an image needs, from the compiler's <c>-march</c>. Pure, but for <c>native</c>.</summary>
public static class InstructionLevel
{
    private const string Prefix = "x86-64";

    /// <summary>1 to 4; 0, which no host refuses, for the name of a processor: what it has is the compiler's knowledge.</summary>
    /// <param name="march">As given to clang.</param>
    /// <param name="features">What this host has, as <c>/proc/cpuinfo</c> spells it, for <c>native</c>.</param>
    public static uint Of(string march, IReadOnlySet<string> features) => march switch
    {
        Prefix => 1,
        "native" => OfHost(features),
        _ when march.StartsWith(Prefix + "-v", StringComparison.Ordinal)
            && uint.TryParse(march.AsSpan(Prefix.Length + 2), NumberStyles.None, CultureInfo.InvariantCulture, out var level)
            && level <= ManifestCodec.LevelMax => level,
        _ => 0,
    };

    /// <summary>What <c>/proc/cpuinfo</c> says of the first processor.</summary>
    public static IReadOnlySet<string> HostFeatures() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal))?
            .Split([' ', '\t', ':'], StringSplitOptions.RemoveEmptyEntries).ToHashSet() ?? [];

    // One feature of each level stands for it: no processor has these without the others.
    private static uint OfHost(IReadOnlySet<string> features) =>
        features.Contains("avx512vl") ? 4u : features.Contains("avx2") ? 3u : features.Contains("sse4_2") ? 2u : 1u;
}
