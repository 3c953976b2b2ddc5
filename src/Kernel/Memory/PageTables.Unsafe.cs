using System.Runtime.CompilerServices;

namespace Muk.Kernel.Memory;

/// <summary>Four-level page tables in the guest's physical memory, written by the kernel alone: no guest mapping reaches them.</summary>
/// <remarks>
/// A KVM that shadows page tables does not see the host change a present entry, so two rules hold:
/// <list type="bullet">
/// <item>an entry that points to a table keeps pointing to it for as long as the machine lives, also through <see cref="Reset"/>;
/// only where a guest needed more tables than the machine's own, all are dropped, and the host forgets everything;</item>
/// <item>who changes a present page's entry invalidates the host page behind it, and for a 2 MiB page everything
/// (<see cref="LargePagesChanged"/>): what such a KVM built below it is not found through the page.</item>
/// </list>
/// Owner: the vCPU thread.
/// </remarks>
internal sealed unsafe class PageTables
{
    public const ulong PageBytes = 4096;
    public const ulong LargeBytes = 1 << 21;
    private const int Entries = 512;

    // SAFETY: the guest's physical memory from address 0, mapped for as long as the machine lives; tables lie in [_first, _next).
    private readonly byte* _memory;
    private readonly ulong _first;
    private readonly ulong _end;
    private readonly byte[] _levels;
    private readonly ITableMemory? _more;
    private ulong _next;
    private ulong _nextMore;

    /// <param name="memory">Host address of guest-physical 0.</param>
    /// <param name="first">Guest-physical address of the first table.</param>
    /// <param name="end">One past the last table.</param>
    /// <param name="more">Where further ones may lie; null for nowhere.</param>
    public PageTables(nint memory, ulong first, ulong end, ITableMemory? more = null)
    {
        (_more, _nextMore) = (more, more?.Start ?? 0);
        _memory = (byte*)memory;
        (_first, _end, _next) = (first, end, first);
        _levels = new byte[(end - first) / PageBytes];
        Root = TryNewTable(4, out var root) ? root : throw new ArgumentException("there is no room for a table", nameof(end));
    }

    /// <summary>For CR3.</summary>
    public ulong Root { get; }

    /// <summary>A 2 MiB page's entry has been changed since this was last cleared.</summary>
    public bool LargePagesChanged { get; set; }

    /// <summary>How many more tables there can be.</summary>
    public ulong TablesLeft => ((_end - _next) + ((_more?.End ?? 0) - _nextMore)) / PageBytes;

    /// <summary>Bytes of tables that the guest needed beyond the machine's own.</summary>
    public ulong MoreBytes => _more is null ? 0 : _nextMore - _more.Start;

    /// <summary>Clears every page's entry and keeps the tables, but for those beyond the machine's own.</summary>
    public void Reset()
    {
        if (MoreBytes > 0)
        {
            DropAll();
            return;
        }

        for (var i = 0; i < (int)((_next - _first) / PageBytes); i++)
        {
            var table = new Span<ulong>(_memory + _first + ((ulong)i * PageBytes), Entries);
            if (_levels[i] == 1)
            {
                table.Clear();
            }
            else if (_levels[i] == 2)
            {
                foreach (ref var entry in table)
                {
                    if (new PageEntry(entry) is { HasPage: true, IsLarge: true })
                    {
                        entry = 0;
                        LargePagesChanged = true;
                    }
                }
            }
        }
    }

    /// <summary>The entry that maps <paramref name="address"/>, and how many bytes it maps; where there is none, how many bytes from the
    /// next lower such border have none.</summary>
    public PageEntry Find(ulong address, out ulong bytes)
    {
        var table = Root;
        for (var level = 4; ; level--)
        {
            bytes = PageBytes << (9 * (level - 1));
            var entry = new PageEntry(*Slot(table, address, level));
            if (level == 1 || entry.IsLarge || !entry.IsPresent)
            {
                return entry;
            }

            table = entry.Physical;
        }
    }

    /// <summary>Is there a table for the 2 MiB around <paramref name="address"/>, so that no large page can be there any more?</summary>
    public bool HasTable(ulong address)
    {
        var entry = Find(address, out var bytes);
        return bytes == PageBytes && !entry.IsLarge;
    }

    /// <summary>Sets a 4 KiB page's entry. The caller has split a large page there.</summary>
    /// <returns>False when no table is left for it.</returns>
    public bool TrySet(ulong address, PageEntry entry)
    {
        var slot = Walk(address, 1);
        if (slot is null)
        {
            return false;
        }

        *slot = entry.Value;
        return true;
    }

    /// <summary>Sets a 2 MiB page's entry, where there is no table.</summary>
    public bool TrySetLarge(ulong address, PageEntry entry)
    {
        var slot = Walk(address, 2);
        if (slot is null)
        {
            return false;
        }

        var old = new PageEntry(*slot);
        LargePagesChanged |= old.IsPresent;
        *slot = entry.Value;
        return true;
    }

    /// <summary>Turns the 2 MiB page at <paramref name="address"/> into 512 pages with the same rights.</summary>
    /// <returns>False when no table is left for it.</returns>
    public bool TrySplit(ulong address, PageRights rights)
    {
        var slot = Walk(address, 2);
        if (slot is null || !TryNewTable(1, out var table))
        {
            return false;
        }

        var large = new PageEntry(*slot);
        var entries = (ulong*)(_memory + table);
        for (var i = 0UL; i < Entries; i++)
        {
            entries[i] = PageEntry.Page(large.Physical + (i * PageBytes), rights, large: false).Value;
        }

        LargePagesChanged |= large.IsPresent;
        *slot = PageEntry.Table(table).Value;
        return true;
    }

    private ulong* Walk(ulong address, int to)
    {
        var table = Root;
        for (var level = 4; level > to; level--)
        {
            var slot = Slot(table, address, level);
            var entry = new PageEntry(*slot);
            if (!entry.IsPresent)
            {
                if (!TryNewTable(level - 1, out var made))
                {
                    return null;
                }

                entry = PageEntry.Table(made);
                *slot = entry.Value;
            }

            table = entry.Physical;
        }

        return Slot(table, address, to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong* Slot(ulong table, ulong address, int level) =>
        (ulong*)(_memory + table) + ((address >> (12 + (9 * (level - 1)))) & (Entries - 1));

    private bool TryNewTable(int level, out ulong table)
    {
        table = _next;
        if (table < _end)
        {
            _levels[(table - _first) / PageBytes] = (byte)level;
            _next += PageBytes;
            return true;
        }

        table = _nextMore;
        if (_more is null || table >= _more.End || (table == _more.Start && !_more.TryOpen()))
        {
            return false;
        }

        _nextMore += PageBytes;
        return true;
    }

    /// <summary>Forgets every table but the root.</summary>
    private void DropAll()
    {
        new Span<byte>(_memory + _first, (int)(_next - _first)).Clear();
        _more!.Release(_nextMore);
        (_next, _nextMore) = (_first + PageBytes, _more.Start);
        LargePagesChanged = true;
    }
}
