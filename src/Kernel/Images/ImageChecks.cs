using System.Diagnostics.CodeAnalysis;

namespace Muk.Kernel.Images;

/// <summary>Arithmetic and refusals shared by the image's readers.</summary>
internal static class ImageChecks
{
    /// <summary>Does [start, start + bytes) lie in [0, total)? Cannot overflow.</summary>
    public static bool Inside(ulong start, ulong bytes, ulong total) => start <= total && bytes <= total - start;

    public static void Check([DoesNotReturnIf(false)] bool holds, string path, string what)
    {
        if (!holds)
        {
            throw Refuse(path, what);
        }
    }

    public static ImageException Refuse(string path, string what) => new($"{path} cannot run here: {what}");
}
