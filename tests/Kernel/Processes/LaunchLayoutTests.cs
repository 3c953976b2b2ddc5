using System.Globalization;
using System.Runtime.InteropServices;
using Muk.Kernel.Machines.Process;

namespace Muk.Tests.Kernel.Processes;

public sealed class LaunchLayoutTests
{
    /// <summary>C names in the order of the C# fields; the three mm pairs are one C struct inside the plan.</summary>
    private static readonly (string Struct, Type Twin, string[] Fields)[] Twins =
    [
        ("muk_plan", typeof(LaunchHeader),
        [
            "magic", "bytes", "entry", "stack", "vdso_slot", "stack_offset", "stack_bytes", "map_offset", "map_count", "filter_offset",
            "filter_count", "limit_offset", "limit_count", "core", "reserved", "mm.start_code", "mm.end_code", "mm.start_data",
            "mm.end_data", "mm.start_brk", "mm.brk", "mm.start_stack", "mm.arg_start", "mm.arg_end", "mm.env_start", "mm.env_end",
            "mm.auxv", "mm.auxv_bytes", "mm.exe_fd",
        ]),
        ("muk_plan_map", typeof(LaunchMap), ["address", "bytes", "offset", "fd", "rights", "shared", "seal", "huge", "reserved"]),
        ("muk_plan_limit", typeof(LaunchLimit), ["resource", "reserved", "value"]),
    ];

    [Fact]
    public void The_plan_is_laid_out_in_CSharp_as_in_C()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Muk.sln")))
        {
            root = root.Parent!;
        }

        var lines = Twins.SelectMany(t => t.Fields.Select(f => $"printf(\"%zu\\n\", offsetof(struct {t.Struct}, {f}));")
            .Append($"printf(\"%zu\\n\", sizeof(struct {t.Struct}));"));
                var source = Path.Combine(TestFolders.New(), "layout.c");
        File.WriteAllText(source, $$"""
            #include <stddef.h>
            #include <stdio.h>
            #include <linux/prctl.h>
            #include "muk-launch.h"
            _Static_assert(sizeof(struct muk_plan_mm) == sizeof(struct prctl_mm_map), "mm");
            int main(void) {
                {{string.Join('\n', lines)}}
                printf("%llu\n%llu\n%u\n", MUK_PLAN_MAGIC, MUK_LAUNCH_ADDRESS, MUK_PLAN_FDS);
                return 0;
            }
            """);
        var header = Path.Combine(root.FullName, "src/Kernel/Machines/Process/launcher");
        GuestCompiler.Run("clang-19", $"-I{header}", "-o", $"{source}.out", source);
        var actual = GuestCompiler.Run($"{source}.out").Split('\n', StringSplitOptions.RemoveEmptyEntries);

        var expected = Twins.SelectMany(t => t.Twin.GetFields()
                .Select(f => Marshal.OffsetOf(t.Twin, f.Name).ToString(CultureInfo.InvariantCulture))
                .Append(Marshal.SizeOf(t.Twin).ToString(CultureInfo.InvariantCulture)))
            .Concat([$"{LaunchLayout.Magic}", $"{LaunchLayout.LauncherAddress}", $"{LaunchLayout.DescriptorsMax}"]);
        Assert.Equal(expected, actual);
    }
}
