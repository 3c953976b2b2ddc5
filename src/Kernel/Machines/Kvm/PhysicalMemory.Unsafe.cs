using Muk.Channel.Interop;
using Muk.Kernel.Interop.Kvm;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Machines.Kvm;

/// <summary>The guest's physical memory: a sparse shared-memory file whose offsets are guest-physical addresses, and the slots through
/// which KVM gives it to the guest, added as the guest grows. Owner: the vCPU thread.</summary>
internal sealed unsafe class PhysicalMemory : IPhysicalMemory, ITableMemory, IDisposable
{
    /// <summary>A page table maps 512 pages, or a few where a program is scattered: there is room for 8 times as many as a full guest
    /// has.</summary>
    private const ulong TableShare = 64;
    private const ulong TableBytesMin = 16 << 20;

    private readonly KvmVm _vm;
    private readonly SharedMemoryFile _file;
    private readonly Mapping _mapping;
    private readonly RingWindow _rings;
    private readonly ulong _framesEnd;
    private bool _hasTables;
    private ulong _end;

    /// <param name="path">The file to make; it is removed when disposed.</param>
    /// <param name="framesMax">Most bytes of it that the guest may ever have; page tables beyond the machine's own lie behind.</param>
    public PhysicalMemory(KvmVm vm, string path, ulong framesMax, StepClock clock)
    {
        _framesEnd = framesMax;
        var bytesMax = framesMax + (framesMax / TableShare) + TableBytesMin;
        _vm = vm;
        _file = SharedMemoryFile.CreatePreferringHugePages(path, (long)bytesMax);
        try
        {
            _mapping = Mapping.Map(_file, 0, (long)bytesMax, MappingRights.ReadWrite);
            _mapping.PreferHugePages((long)PhysicalLayout.HugeFrames, (long)(framesMax - PhysicalLayout.HugeFrames));
            clock.Done("map memory");
            _vm.AddSlot(0, PhysicalLayout.ReadOnlyBytes, _mapping.Address, SlotRights.ReadOnly);
            AddSlot(PhysicalLayout.ReadOnlyBytes, PhysicalLayout.FirstSlotEnd);
            clock.Done("memory slots");
        }
        catch (HostException)
        {
            Dispose();
            throw;
        }

        _rings = new RingWindow(vm);
        try
        {
            _rings.MakeReady();
            clock.Done("ring slots");
        }
        catch (HostException)
        {
            Dispose();
            throw;
        }
    }

    public RingWindow Rings => _rings;

    /// <summary>Host address of guest-physical 0.</summary>
    public nint Base => _mapping.Address;

    public nint Host(ulong physical) =>
        physical < PhysicalLayout.Passing ? _mapping.Address + (nint)physical : _rings.Host(physical);

    /// <summary>The bytes of a page, or of several in a row.</summary>
    public Span<byte> Bytes(ulong physical, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(physical + (ulong)count, (ulong)_mapping.Bytes);
        // SAFETY: inside the mapping, which lives as long as this object does.
        return new Span<byte>(_mapping.Pointer + physical, count);
    }

    public bool TryGrow(ulong end)
    {
        if (end > _framesEnd)
        {
            return false;
        }

        while (end > _end)
        {
            AddSlot(_end, Math.Min(_end * 2, _framesEnd));
        }

        return true;
    }

    public void Forget(ulong physical, ulong bytes) => HostPages.Forget(Host(physical), (long)bytes);

    ulong ITableMemory.Start => _framesEnd;

    ulong ITableMemory.End => (ulong)_mapping.Bytes;

    bool ITableMemory.TryOpen()
    {
        if (!_hasTables)
        {
            var bytes = (ulong)_mapping.Bytes - _framesEnd;
            _vm.AddSlot(_framesEnd, bytes, _mapping.Address + (nint)_framesEnd, SlotRights.ReadWrite);
            _hasTables = true;
        }

        return true;
    }

    void ITableMemory.Release(ulong end) => Release(_framesEnd, end - _framesEnd);

    public void ForgetAll() =>
        _vm.RemoveSlot(_vm.AddSlot(PhysicalLayout.Passing, PhysicalLayout.Page, _mapping.Address, SlotRights.ReadOnly));

    public void Release(ulong physical, ulong bytes) => HostPages.Punch(_file.Handle, (long)physical, (long)bytes);

    /// <summary>Zeroes what of the range has ever been touched: in place where that is little, so that the guest finds its pages
    /// still mapped, else by giving it back.</summary>
    public void Clear(ulong physical, ulong bytes)
    {
        const int PagesAtOnce = 1024;
        const int PagesInPlaceMax = 128;
        Span<byte> resident = stackalloc byte[PagesAtOnce];
        for (ulong at = 0, step; at < bytes; at += step)
        {
            step = Math.Min(bytes - at, PagesAtOnce * PhysicalLayout.Page);
            var pages = resident[..(int)(step / PhysicalLayout.Page)];
            HostPages.Residency(Host(physical + at), pages);
            var touched = 0;
            foreach (var page in pages)
            {
                touched += page & 1;
            }

            if (touched > PagesInPlaceMax)
            {
                Release(physical + at, step);
                continue;
            }

            for (var i = 0; touched > 0 && i < pages.Length; i++)
            {
                if ((pages[i] & 1) != 0)
                {
                    Bytes(physical + at + ((ulong)i * PhysicalLayout.Page), (int)PhysicalLayout.Page).Clear();
                    touched--;
                }
            }
        }
    }

    public void Dispose()
    {
        _rings?.Dispose();
        _mapping?.Dispose();
        _file.Dispose();
        RemoveFile();
    }

    /// <summary>Takes the file's name away; the memory itself goes with the process.</summary>
    public void RemoveFile() => File.Delete(_file.Path);

    private void AddSlot(ulong start, ulong end)
    {
        _vm.AddSlot(start, end - start, _mapping.Address + (nint)start, SlotRights.ReadWrite);
        _end = end;
    }
}
