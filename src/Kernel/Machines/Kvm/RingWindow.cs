using Muk.Abi;
using Muk.Channel.Interop;

namespace Muk.Kernel.Machines.Kvm;

/// <summary>Pieces of ring files in the guest's physical memory: those that the guest may write in one window, the rest in another,
/// which is a read-only slot and whose host mappings are read only too. Owner: the vCPU thread.</summary>
internal sealed class RingWindow(KvmVm vm) : IDisposable
{
    private const ulong SideBytes = PhysicalLayout.Page;

    private readonly Window _readOnly = new(vm, PhysicalLayout.Rings, SlotRights.ReadOnly);
    private readonly Window _writable = new(vm, PhysicalLayout.WritableRings, SlotRights.ReadWrite);
    private readonly List<PlacedRing> _placed = [];

    /// <summary>Where the rings are that were placed last.</summary>
    public IReadOnlyList<PlacedRing> Placed => _placed;

    /// <summary>Rings mapped so far.</summary>
    public int Mapped { get; private set; }

    public nint Host(ulong physical) =>
        physical >= PhysicalLayout.WritableRings ? _writable.Host(physical) : _readOnly.Host(physical);

    /// <summary>Makes room for a few small rings, which costs more than placing them.</summary>
    public void MakeReady()
    {
        _readOnly.MakeReady();
        _writable.MakeReady();
    }

    /// <summary>Are these, but for their files, the rings that were placed last?</summary>
    public bool Fits(IReadOnlyList<GuestRing> rings)
    {
        if (rings.Count != _placed.Count)
        {
            return false;
        }

        for (var i = 0; i < rings.Count; i++)
        {
            if (_placed[i].Ring with { Path = rings[i].Path, File = rings[i].File } != rings[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Puts these rings where those are that they <see cref="Fits">fit</see>, page for page, so that page tables stay. KVM drops
    /// what it derived from the old ones, since the host's mappings go. The same file stays where it is.</summary>
    /// <exception cref="HostException">A ring's file cannot be opened or mapped.</exception>
    public void Replace(IReadOnlyList<GuestRing> rings)
    {
        for (var i = 0; i < rings.Count; i++)
        {
            var (ring, placed) = (rings[i], _placed[i]);
            if (ring.File != default && ring.File == placed.Ring.File)
            {
                continue;
            }

            using var file = SharedMemoryFile.Open(ring.Path, FileRights.ReadWrite);
            var (own, peer) = Sides(ring);
            _readOnly.Replace(placed.Header, file, 0, SideBytes);
            _readOnly.Replace(placed.PeerSide, file, peer, SideBytes);
            _writable.Replace(placed.OwnSide, file, own, SideBytes);
            DataWindow(ring).Replace(placed.Data, file, RingLayout.DataOffset, ring.DataBytes);
            _placed[i] = placed with { Ring = ring with { File = FileIdentity.Of(file) } };
            Mapped++;
        }
    }

    /// <summary>Puts these rings in, in place of the ones before.</summary>
    /// <exception cref="HostException">A ring's file cannot be opened or mapped.</exception>
    public void Place(IReadOnlyList<GuestRing> rings)
    {
        _placed.Clear();
        _readOnly.Empty();
        _writable.Empty();
        foreach (var ring in rings)
        {
            using var file = SharedMemoryFile.Open(ring.Path, FileRights.ReadWrite);
            var (own, peer) = Sides(ring);
            var header = _readOnly.Place(file, 0, SideBytes);
            var peerSide = _readOnly.Place(file, peer, SideBytes);
            var ownSide = _writable.Place(file, own, SideBytes);
            var data = DataWindow(ring).Place(file, RingLayout.DataOffset, ring.DataBytes);
            _placed.Add(new PlacedRing(ring with { File = FileIdentity.Of(file) }, header, ownSide, peerSide, data));
            Mapped++;
        }
    }

    private static (long Own, long Peer) Sides(GuestRing ring) => ring.Direction == PortDirection.Out
        ? (RingLayout.ProducerOffset, RingLayout.ConsumerOffset)
        : (RingLayout.ConsumerOffset, RingLayout.ProducerOffset);

    private Window DataWindow(GuestRing ring) => ring.WritesData ? _writable : _readOnly;

    public void Dispose()
    {
        _readOnly.Dispose();
        _writable.Dispose();
    }
}

/// <summary>A ring and the guest-physical addresses of its pieces.</summary>
internal sealed record PlacedRing(GuestRing Ring, ulong Header, ulong OwnSide, ulong PeerSide, ulong Data);
