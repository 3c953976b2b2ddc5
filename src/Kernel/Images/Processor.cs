using System.Runtime.Intrinsics.X86;

namespace Muk.Kernel.Images;

/// <summary>Which instructions a processor has, as far as images may need them. Immutable.</summary>
/// <param name="Missing">Of level 2, 3 and 4 in this order: the first feature that is missing, as /proc/cpuinfo spells it,
/// or "" where the level is whole.</param>
/// <remarks>Levels: x86-64 psABI, "Micro-Architecture Levels"; bits: Intel SDM volume 2, CPUID.</remarks>
public sealed record Processor(IReadOnlyList<string> Missing)
{
    private const int Ecx = 2;
    private const int Ebx = 1;

    // Leaf, register, bit, name. OSXSAVE stands for the operating system's part: Linux switches the state of all of AVX on with it.
    private static readonly (int Leaf, int Register, int Bit, string Name)[][] _levels =
    [
        [
            (1, Ecx, 0, "sse3"), (1, Ecx, 9, "ssse3"), (1, Ecx, 19, "sse4_1"), (1, Ecx, 20, "sse4_2"), (1, Ecx, 23, "popcnt"),
            (1, Ecx, 13, "cx16"), (Extended, Ecx, 0, "lahf_lm"),
        ],
        [
            (1, Ecx, 28, "avx"), (7, Ebx, 5, "avx2"), (1, Ecx, 27, "osxsave"), (7, Ebx, 3, "bmi1"), (7, Ebx, 8, "bmi2"),
            (1, Ecx, 29, "f16c"), (1, Ecx, 12, "fma"), (1, Ecx, 22, "movbe"), (Extended, Ecx, 5, "abm"),
        ],
        [(7, Ebx, 16, "avx512f"), (7, Ebx, 17, "avx512dq"), (7, Ebx, 28, "avx512cd"), (7, Ebx, 30, "avx512bw"), (7, Ebx, 31, "avx512vl")],
    ];

    private const int Extended = unchecked((int)0x80000001);

    /// <summary>The one this program runs on. Read once: CPUID leaves a virtual machine each time.</summary>
    public static Processor Host { get; } = Read();

    /// <summary>The highest level of which nothing is missing, 1 to 4.</summary>
    public uint Level => 1 + (uint)Missing.TakeWhile(name => name.Length == 0).Count();

    /// <summary>What <paramref name="level"/> needs and this has not; "" where it has everything.</summary>
    public string Lacks(uint level) => Missing.Take((int)level - 1).FirstOrDefault(name => name.Length > 0) ?? "";

    private static Processor Read()
    {
        var leaves = new Dictionary<int, int[]>();
        foreach (var leaf in new[] { 1, 7, Extended })
        {
            var (eax, ebx, ecx, edx) = X86Base.CpuId(leaf, 0);
            leaves[leaf] = [eax, ebx, ecx, edx];
        }

        return new([.. _levels.Select(level =>
            level.FirstOrDefault(f => (leaves[f.Leaf][f.Register] >> f.Bit & 1) == 0) is { Name: { } name } ? name : "")]);
    }
}
