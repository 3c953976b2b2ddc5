using System.Runtime.CompilerServices;

namespace Muk.Tests.Channel.Rings;

/// <summary>Bytes of a message, by its size.</summary>
internal static class TestMessages
{
    /// <summary>Does something with the type of so many bytes.</summary>
    public static TResult With<TVisitor, TResult>(int size, TVisitor visitor)
        where TVisitor : ITypeVisitor<TResult> => size switch
        {
            1 => visitor.Visit<byte>(),
            4 => visitor.Visit<int>(),
            8 => visitor.Visit<long>(),
            12 => visitor.Visit<Bytes12>(),
            24 => visitor.Visit<Bytes24>(),
            56 => visitor.Visit<Bytes56>(),
            64 => visitor.Visit<Bytes64>(),
            120 => visitor.Visit<Bytes120>(),
            1000 => visitor.Visit<Bytes1000>(),
            _ => throw new ArgumentOutOfRangeException(nameof(size)),
        };
}

/// <summary>What is to be done with a type.</summary>
internal interface ITypeVisitor<TResult>
{
    TResult Visit<T>()
        where T : unmanaged;
}

[InlineArray(3)]
internal struct Bytes12
{
    private uint _first;
}

[InlineArray(3)]
internal struct Bytes24
{
    private ulong _first;
}

[InlineArray(7)]
internal struct Bytes56
{
    private ulong _first;
}

[InlineArray(8)]
internal struct Bytes64
{
    private ulong _first;
}

[InlineArray(15)]
internal struct Bytes120
{
    private ulong _first;
}

[InlineArray(125)]
internal struct Bytes1000
{
    private ulong _first;
}
