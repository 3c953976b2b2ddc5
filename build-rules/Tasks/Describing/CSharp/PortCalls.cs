using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Muk.Build.Tasks.Describing.CSharp;

/// <summary>A call of <c>Muk.Port</c>.</summary>
/// <param name="Method">The method that calls.</param>
/// <param name="Offset">Of the call, in its body.</param>
/// <param name="Name">Of what is called: <c>In</c>, <c>OutRecords</c>.</param>
/// <param name="Message">The type argument, null where it has none.</param>
/// <param name="Arguments">A constant each, or null.</param>
internal sealed record PortCall(MethodDefinitionHandle Method, int Offset, string Name, IlType? Message, IReadOnlyList<object?> Arguments);

/// <summary>Finds the calls that declare ports in a program's IL, with the constants that they are given.</summary>
internal static class PortCalls
{
    private const string Namespace = "Muk";
    private const string Class = "Port";

    /// <summary>The calls in the order of the methods and in them.</summary>
    public static IEnumerable<PortCall> Find(System.Reflection.PortableExecutable.PEReader image, MetadataReader metadata)
    {
        foreach (var handle in metadata.MethodDefinitions)
        {
            var method = metadata.GetMethodDefinition(handle);
            if (method.RelativeVirtualAddress == 0)
            {
                continue;
            }

            var body = image.GetMethodBody(method.RelativeVirtualAddress).GetILBytes() ?? [];
            // What lies on the stack as far as it is constant: a name and numbers are pushed right before the call.
            var pushed = new List<object?>();
            foreach (var instruction in IlReader.Read(body))
            {
                if (IlReader.Constant(instruction, metadata) is { } constant)
                {
                    pushed.Add(constant);
                }
                else if (instruction.Code == OpCodes.Call)
                {
                    if (Called(metadata, MetadataTokens.EntityHandle((int)instruction.Operand)) is var (name, count, message))
                    {
                        var arguments = Enumerable.Range(0, count).Select(i => pushed.ElementAtOrDefault(pushed.Count - count + i));
                        yield return new(handle, instruction.Offset, name, message, [.. arguments]);
                    }

                    pushed.Clear();
                }
                else if (instruction.Code != OpCodes.Nop && instruction.Code != OpCodes.Conv_I8 && instruction.Code != OpCodes.Conv_U8)
                {
                    pushed.Clear();
                }
            }
        }
    }

    private static (string Name, int Parameters, IlType? Message)? Called(MetadataReader metadata, EntityHandle handle)
    {
        IlType? message = null;
        if (handle.Kind == HandleKind.MethodSpecification)
        {
            var specification = metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
            message = specification.DecodeSignature(IlTypes.Provider, null)[0];
            handle = specification.Method;
        }

        if (handle.Kind != HandleKind.MemberReference)
        {
            return null;
        }

        var member = metadata.GetMemberReference((MemberReferenceHandle)handle);
        if (member.Parent.Kind != HandleKind.TypeReference || member.GetKind() != MemberReferenceKind.Method)
        {
            return null;
        }

        var type = metadata.GetTypeReference((TypeReferenceHandle)member.Parent);
        return metadata.StringComparer.Equals(type.Name, Class) && metadata.StringComparer.Equals(type.Namespace, Namespace)
            ? (metadata.GetString(member.Name), member.DecodeMethodSignature(IlTypes.Provider, null).ParameterTypes.Length, message)
            : null;
    }
}
