using System.Runtime.CompilerServices;
using Muk.Abi;
using Muk.Channel.Interop;
using Muk.Kernel.Machines;

namespace Muk.Kernel.Control;

/// <summary>A control page, mapped. The orchestrator writes the kill words, the core kernel the rest; any thread of theirs.</summary>
public sealed unsafe class ControlMapping : IDisposable
{
    private const int PageBytes = 4096;

    private readonly Mapping _mapping;
    private readonly SharedMemoryFile _file;

    private ControlMapping(SharedMemoryFile file)
    {
        _file = file;
        _mapping = Mapping.Map(file, 0, PageBytes, MappingRights.ReadWrite, MappingFill.Ahead);
    }

    /// <summary>Makes a node's page for a core kernel to come.</summary>
    /// <exception cref="HostException">It cannot be made.</exception>
    public static ControlMapping Create(string path)
    {
        var page = new ControlMapping(SharedMemoryFile.Create(path, PageBytes));
        page.Page.Abi = GuestLayout.AbiVersion;
        Volatile.Write(ref page.Page.Magic, ControlPage.MagicValue);
        return page;
    }

    /// <summary>Opens the page that the orchestrator has made.</summary>
    /// <exception cref="HostException">It is not there, or not a control page of this version.</exception>
    public static ControlMapping Open(string path)
    {
        const int invalid = 22;
        var file = SharedMemoryFile.Open(path, FileRights.ReadWrite);
        if (file.Bytes >= PageBytes)
        {
            var page = new ControlMapping(file);
            if (page.Page.Magic == ControlPage.MagicValue && page.Page.Abi == GuestLayout.AbiVersion)
            {
                return page;
            }

            page.Dispose();
        }

        file.Dispose();
        throw new HostException($"open({path})", invalid, "it is no control page of this version: muk and muk-core must be of one build");
    }

    /// <summary>The page itself. Each word has one writer (<c>muk_abi.h</c>); the others may read it at any time.</summary>
    // SAFETY: the mapping is at least a page and lives as long as this object; Pointer throws once it is gone.
    public ref ControlPage Page => ref Unsafe.AsRef<ControlPage>(_mapping.Pointer);

    /// <summary>Asks for the end of a run.</summary>
    public void Kill(ulong run, KillReason reason)
    {
        Volatile.Write(ref Page.KillRun, run);
        Volatile.Write(ref Page.KillReason, (uint)reason);
        Interlocked.Increment(ref Page.KillWord);
        Futex.Wake(Word);
    }

    /// <summary>The kill word now; to be given to <see cref="WaitForKill"/>.</summary>
    public uint KillWord => Volatile.Read(ref Page.KillWord);

    /// <summary>Sleeps until the kill word is no longer <paramref name="seen"/>, or so long (negative: without end).
    /// May return early.</summary>
    public void WaitForKill(uint seen, long nanoseconds) => Futex.Wait(Word, seen, nanoseconds);

    /// <summary>Makes a <see cref="WaitForKill"/> of this process come back, without a kill.</summary>
    public void Nudge()
    {
        Interlocked.Increment(ref Page.KillWord);
        Futex.Wake(Word);
    }

    public void Dispose()
    {
        _mapping.Dispose();
        _file.Dispose();
    }

    // SAFETY: as Page; the word does not move.
    private uint* Word => (uint*)Unsafe.AsPointer(ref Page.KillWord);
}
