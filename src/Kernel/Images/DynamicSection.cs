using System.Buffers.Binary;

namespace Muk.Kernel.Images;

/// <summary>Looks for signs of dynamic linking in a PT_DYNAMIC segment.</summary>
internal static class DynamicSection
{
    private const ulong Needed = 1;

    public static void CheckStatic(ReadOnlySpan<byte> content, string path)
    {
        for (; content.Length >= 16; content = content[16..])
        {
            var tag = BinaryPrimitives.ReadUInt64LittleEndian(content);
            if (tag == 0)
            {
                return;
            }

            ImageChecks.Check(tag != Needed, path, "it is dynamically linked (it needs shared libraries); link it with -static-pie");
        }
    }
}
