namespace Muk.Build.Tasks.Tools;

/// <summary>Whether an image carries musl's own start-up (standard streams, thread-local storage, the page size).</summary>
public enum LibcStart
{
    /// <summary>It uses nothing that needs it.</summary>
    Spared,

    /// <summary>It has to come first.</summary>
    Needed,
}

/// <summary>Decides whether a program needs musl's start-up. Pure: the same inputs always give the same image.</summary>
/// <remarks>Headers give the first guess, since nothing of them needs a start; which members of <c>libc.a</c> were then
/// linked confirms it.</remarks>
public static class LibcUse
{
    private static readonly HashSet<string> HeadersWithout = new(StringComparer.Ordinal)
    {
        "stdint.h", "stddef.h", "stdbool.h", "stdalign.h", "stdarg.h", "stdnoreturn.h", "limits.h", "float.h", "iso646.h",
        "inttypes.h", "string.h", "strings.h", "features.h", "alltypes.h", "stdatomic.h",
    };

    private static readonly HashSet<string> MembersWithout = new(StringComparer.Ordinal)
    {
        "memcpy.lo", "memmove.lo", "memset.lo", "memcmp.lo", "memchr.lo", "memrchr.lo", "bcmp.lo", "strlen.lo", "strnlen.lo",
        "strcmp.lo", "strncmp.lo", "strchr.lo", "strchrnul.lo", "strrchr.lo", "strcpy.lo", "stpcpy.lo", "strncpy.lo",
        "stpncpy.lo", "strcat.lo", "strncat.lo", "strspn.lo", "strcspn.lo", "strstr.lo",
    };

    /// <summary>What the headers that were read suggest.</summary>
    /// <param name="inputs">Every file that was read, absolute.</param>
    /// <param name="tools">Tells musl's headers, and clang's, which are all harmless, from others.</param>
    public static LibcStart Guess(IEnumerable<string> inputs, Toolchain tools) =>
        inputs.Any(i => i.StartsWith(tools.MuslHeaders + "/", StringComparison.Ordinal) && !HeadersWithout.Contains(Path.GetFileName(i)))
            ? LibcStart.Needed
            : LibcStart.Spared;

    /// <summary>What the linker took from <c>libc.a</c>, by its <c>--why-extract</c> report.</summary>
    public static LibcStart Confirm(string report)
    {
        foreach (var line in report.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            var columns = line.Split('\t');
            var open = columns.Length > 1 ? columns[1].IndexOf("libc.a(", StringComparison.Ordinal) : -1;
            if (open >= 0 && !MembersWithout.Contains(columns[1][(open + 7)..].TrimEnd(')')))
            {
                return LibcStart.Needed;
            }
        }

        return LibcStart.Spared;
    }
}
