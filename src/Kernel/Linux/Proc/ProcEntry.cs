namespace Muk.Kernel.Linux.Proc;

/// <summary>What a path of /proc or /sys names.</summary>
internal abstract record ProcEntry
{
    private ProcEntry()
    {
    }

    /// <summary>A text, made when it is asked for.</summary>
    public sealed record Text(Func<byte[]> Make) : ProcEntry;

    /// <summary>A symbolic link.</summary>
    public sealed record Link(string Target) : ProcEntry;

    /// <summary>A folder, by the names in it.</summary>
    public sealed record Folder(IReadOnlyList<(string Name, byte Type)> Names) : ProcEntry;
}
