using Microsoft.Win32.SafeHandles;
using Muk.Channel.Interop;

namespace Muk.Kernel.Machines.Process;

/// <summary>The files of a guest's rings while they are handed over: each opened for reading only, and for writing.</summary>
internal sealed class RingFiles : IDisposable
{
    private readonly List<SharedMemoryFile> _files = [];

    public RingFiles(IReadOnlyList<GuestRing> rings)
    {
        try
        {
            foreach (var ring in rings)
            {
                _files.Add(SharedMemoryFile.Open(ring.Path, FileRights.Read));
                _files.Add(SharedMemoryFile.Open(ring.Path, FileRights.ReadWrite));
            }
        }
        catch (HostException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>In the order of <see cref="LaunchMaps.RingDescriptors"/>.</summary>
    public IEnumerable<SafeFileHandle> Handles => _files.Select(f => f.Handle);

    public void Dispose() => _files.ForEach(f => f.Dispose());
}
