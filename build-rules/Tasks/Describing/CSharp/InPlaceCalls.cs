using System.Reflection.Metadata;

namespace Muk.Build.Tasks.Describing.CSharp;

/// <summary>Whether a program names one of the calls that build messages in the ring: <c>Claim</c> and its forms. A program that
/// names none only copies.</summary>
internal static class InPlaceCalls
{
    private static readonly string[] Names = ["Claim", "TryClaim", "ClaimMany", "TryClaimMany"];

    /// <summary>By name alone: another type's method of such a name costs the program some speed and nobody any safety.</summary>
    public static bool Any(MetadataReader metadata) => metadata.MemberReferences
        .Select(handle => metadata.GetMemberReference(handle))
        .Any(member => member.GetKind() == MemberReferenceKind.Method && Names.Any(n => metadata.StringComparer.Equals(member.Name, n)));
}
