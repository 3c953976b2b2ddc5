using System.Security.Cryptography;
using System.Text;

namespace Muk.Build.Tasks.Images;

/// <summary>SHA-256 over lists of strings.</summary>
internal static class Fingerprints
{
    /// <summary>Changes when these rules are compiled anew from other sources.</summary>
    public static string Rules { get; } = typeof(Fingerprints).Module.ModuleVersionId.ToString("N");

    /// <summary>The hash of the parts, in their order, as hexadecimal digits.</summary>
    public static string Of(IEnumerable<string> parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))));

    /// <summary>The hash of a file's content, as hexadecimal digits.</summary>
    public static string OfFile(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
