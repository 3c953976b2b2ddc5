using Muk.Abi;
using Muk.Build.Tasks.Diagnostics;

namespace Muk.Build.Tasks.Describing;

/// <summary>What one C file says of the image it is part of.</summary>
public sealed record Description
{
    /// <summary>The C file, absolute.</summary>
    public required string File { get; init; }

    /// <summary>Whether <c>main</c> is defined in it.</summary>
    public bool HasMain { get; init; }

    /// <summary>The file's opening comment, else <c>main</c>'s; "" for none.</summary>
    public string Doc { get; init; } = "";

    /// <summary>Its ports in the order it declares them; their types are indices into <see cref="Types"/>.</summary>
    public IReadOnlyList<DeclaredPort> Ports { get; init; } = [];

    /// <summary>Types of its messages, each after those it is made of.</summary>
    public IReadOnlyList<Manifest.MessageType> Types { get; init; } = [];

    /// <summary>Wished ring sizes by port, in bytes.</summary>
    public IReadOnlyDictionary<string, ulong> Capacities { get; init; } = new Dictionary<string, ulong>();

    /// <summary>Largest records by port, in bytes.</summary>
    public IReadOnlyDictionary<string, ulong> RecordsMax { get; init; } = new Dictionary<string, ulong>();

    /// <summary>Memory limit it asks for, 0 for none.</summary>
    public ulong MemoryBytes { get; init; }

    /// <summary>Stack limit it asks for, 0 for none.</summary>
    public ulong StackBytes { get; init; }

    /// <summary>What is wrong with its ports and types.</summary>
    public IReadOnlyList<Diagnostic> Problems { get; init; } = [];
}

/// <summary>A port and where it is declared.</summary>
public sealed record DeclaredPort(Manifest.Port Port, SourcePlace Place);
