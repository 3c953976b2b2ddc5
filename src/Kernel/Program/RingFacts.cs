using Muk.Abi;
using Muk.Channel.Interop;
using Muk.Channel.Rings;

namespace Muk.Kernel.Program;

/// <summary>What is known of the rings of the last run: a ring's header never changes, so the next run need not read that of the same
/// file again. Owner: the vCPU thread.</summary>
/// <remarks>The files stay open, since a file's identity is its own only as long as it is there.</remarks>
internal sealed class RingFacts : IDisposable
{
    private readonly List<Known> _known = [];

    /// <summary>Headers read so far.</summary>
    public int Read { get; private set; }

    /// <summary>The file of a ring, and its header.</summary>
    /// <exception cref="RingFormatException">It is no ring.</exception>
    /// <exception cref="HostException">It cannot be opened.</exception>
    public (FileIdentity File, RingHeader Header) Of(string path)
    {
        var file = FileIdentity.Of(path);
        foreach (var known in _known)
        {
            if (known.File == file)
            {
                known.IsUsed = true;
                return (known.File, known.Header);
            }
        }

        var open = SharedMemoryFile.Open(path, FileRights.Read);
        try
        {
            var read = new Known(open, FileIdentity.Of(open), RingFile.ReadHeader(path)) { IsUsed = true };
            _known.Add(read);
            Read++;
            return (read.File, read.Header);
        }
        catch (Exception)
        {
            open.Dispose();
            throw;
        }
    }

    /// <summary>Forgets what has not been asked for since it was called last.</summary>
    public void Trim()
    {
        for (var i = _known.Count - 1; i >= 0; i--)
        {
            if (!_known[i].IsUsed)
            {
                _known[i].Open.Dispose();
                _known.RemoveAt(i);
            }
            else
            {
                _known[i].IsUsed = false;
            }
        }
    }

    public void Dispose()
    {
        foreach (var known in _known)
        {
            known.Open.Dispose();
        }
    }

    private sealed class Known(SharedMemoryFile open, FileIdentity file, RingHeader header)
    {
        public SharedMemoryFile Open => open;

        public FileIdentity File => file;

        public RingHeader Header => header;

        public bool IsUsed { get; set; }
    }
}
