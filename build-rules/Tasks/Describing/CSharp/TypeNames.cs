using System.Reflection.Metadata;

namespace Muk.Build.Tasks.Describing.CSharp;

/// <summary>Names of a program's own types, as C# writes them.</summary>
internal static class TypeNames
{
    /// <summary>With namespace and the types around it: <c>Signals.Sample</c>, without the count of its type parameters.</summary>
    public static string Of(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        var name = metadata.GetString(type.Name).Split('`')[0];
        var around = type.GetDeclaringType();
        return !around.IsNil ? $"{Of(metadata, around)}.{name}"
            : type.Namespace.IsNil ? name : $"{metadata.GetString(type.Namespace)}.{name}";
    }
}
