namespace Muk.Kernel.Linux.Proc;

/// <summary>A guest whose address space Linux keeps, and Linux alone can tell what is in it.</summary>
internal interface IHostMaps
{
    /// <summary>The lines of /proc/pid/maps; none where nobody tells.</summary>
    IEnumerable<string> Maps();
}
