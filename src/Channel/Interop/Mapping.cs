using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Muk.Channel.Interop;

/// <summary>What may be done with a mapped page.</summary>
public enum MappingRights
{
    None,
    Read,
    ReadWrite,
}

/// <summary>Shall the pages be there before the first touch?</summary>
public enum MappingFill
{
    OnDemand,
    Ahead,
}

/// <summary>A range of this process's address space, unmapped when disposed. Any thread may use and one disposes it.</summary>
public sealed unsafe partial class Mapping : IDisposable
{
    private const int ProtRead = 1;
    private const int ProtWrite = 2;
    private const int MapShared = 1;
    private const int MapPrivate = 2;
    private const int MapFixed = 0x10;
    private const int MapAnonymous = 0x20;
    private const int MapNoReserve = 0x4000;
    private const int MapPopulate = 0x8000;
    private const int AdviceHugePage = 14;

    // SAFETY: the range [_address, _address + Bytes) belongs to this object from mmap to munmap.
    private byte* _address;

    private Mapping(byte* address, long bytes)
    {
        _address = address;
        Bytes = bytes;
    }

    public long Bytes { get; }

    /// <summary>First byte. Throws when disposed.</summary>
    public byte* Pointer => _address is not null ? _address : throw new ObjectDisposedException(nameof(Mapping));

    /// <summary>First byte, as a number, for native calls.</summary>
    public nint Address => (nint)Pointer;

    /// <summary>Maps a range of a file, shared.</summary>
    public static Mapping Map(SharedMemoryFile file, long offset, long bytes, MappingRights rights, MappingFill fill = MappingFill.OnDemand)
    {
        ArgumentNullException.ThrowIfNull(file);
        var flags = MapShared | (fill == MappingFill.Ahead ? MapPopulate : 0);
        return new Mapping(Call(null, bytes, Protection(rights), flags, file.Handle, offset, file.Path), bytes);
    }

    /// <summary>Memory of this process alone, zero, which costs what is touched of it.</summary>
    public static Mapping Anonymous(long bytes) =>
        new(Call(null, bytes, ProtRead | ProtWrite, MapPrivate | MapAnonymous | MapNoReserve, null, 0, "memory"), bytes);

    /// <summary>Reserves addresses with no rights and no memory, to be filled by <see cref="Place"/>.</summary>
    /// <param name="align">A power of two, at least a page.</param>
    public static Mapping ReserveAddresses(long bytes, long align)
    {
        var whole = Call(null, bytes + align, 0, MapPrivate | MapAnonymous | MapNoReserve, null, 0, "address space");
        // SAFETY: only the unaligned ends of what has just been mapped are given back.
        var start = (byte*)(((nint)whole + (nint)align - 1) & ~((nint)align - 1));
        if (start > whole)
        {
            Unmap(whole, (nuint)(start - whole));
        }

        var end = whole + bytes + align;
        if (end > start + bytes)
        {
            Unmap(start + bytes, (nuint)(end - (start + bytes)));
        }

        return new Mapping(start, bytes);
    }

    /// <summary>Puts a range of a file at <paramref name="at"/> bytes into this mapping, replacing what was there.</summary>
    public void Place(
        long at, SharedMemoryFile file, long offset, long bytes, MappingRights rights, MappingFill fill = MappingFill.OnDemand)
    {
        ArgumentNullException.ThrowIfNull(file);
        var inside = at >= 0 && bytes > 0 && at <= Bytes && bytes <= Bytes - at;
        ArgumentOutOfRangeException.ThrowIfEqual(inside, false, nameof(at));
        var flags = MapShared | MapFixed | (fill == MappingFill.Ahead ? MapPopulate : 0);
        Call(Pointer + at, bytes, Protection(rights), flags, file.Handle, offset, file.Path);
    }

    /// <summary>Asks for huge pages. A host that gives none for shared memory is no error, only slower.</summary>
    public void PreferHugePages(long at, long bytes) => _ = Advise(Pointer + at, (nuint)bytes, AdviceHugePage);

    public void Dispose()
    {
        if (_address is not null)
        {
            Unmap(_address, (nuint)Bytes);
            _address = null;
        }

        GC.SuppressFinalize(this);
    }

    ~Mapping()
    {
        if (_address is not null)
        {
            Unmap(_address, (nuint)Bytes);
        }
    }

    private static int Protection(MappingRights rights) => rights switch
    {
        MappingRights.Read => ProtRead,
        MappingRights.ReadWrite => ProtRead | ProtWrite,
        _ => 0,
    };

    private static byte* Call(byte* at, long bytes, int protection, int flags, SafeFileHandle? file, long offset, string what)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        var result = file is null
            ? MapAnonymously(at, (nuint)bytes, protection, flags, -1, offset)
            : Map(at, (nuint)bytes, protection, flags, file, offset);
        return (nint)result != -1
            ? (byte*)result
            : throw HostException.Last($"mmap({what}, {bytes} bytes)", "raise the limits on memory and address space (ulimit -v, -l)");
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial void* Map(void* at, nuint bytes, int protection, int flags, SafeFileHandle file, long offset);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial void* MapAnonymously(void* at, nuint bytes, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(void* at, nuint bytes);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    private static partial int Advise(void* at, nuint bytes, int advice);
}
