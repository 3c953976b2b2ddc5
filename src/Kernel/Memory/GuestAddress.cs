namespace Muk.Kernel.Memory;

/// <summary>A guest-virtual address. It becomes bytes only through <see cref="IGuestMemory"/>.</summary>
public readonly record struct GuestAddress(ulong Value)
{
    public static GuestAddress operator +(GuestAddress address, ulong bytes) => new(address.Value + bytes);

    public override string ToString() => $"0x{Value:x}";
}
