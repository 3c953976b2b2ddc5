using System.Globalization;
using Muk.Channel.Interop;
using Muk.Channel.Rings;

namespace Muk.Orchestrator.Nodes;

/// <summary>A node's ring files. Those of a run that is over are made as new and kept for the next one, since a core kernel that has
/// a ring mapped, guest and all, need not map it again. Any thread.</summary>
/// <param name="folder">Where they lie.</param>
/// <param name="number">Gives a number never given before.</param>
public sealed class RingStore(string folder, Func<ulong> number)
{
    /// <summary>Most rings kept; what is more is deleted.</summary>
    public const int KeptMax = 32;

    /// <summary>A ring with more data is not kept: making it as new would take longer than making a new one.</summary>
    public const long KeptBytesMax = 256 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (ulong Number, RingOptions Options)> _taken = [];

    // By number, so that a pipeline that runs again gets the same rings at the same places.
    private readonly SortedDictionary<ulong, (string Path, RingOptions Options)> _kept = [];

    /// <summary>Rings made so far; the others had been used before.</summary>
    public int Made { get; private set; }

    /// <summary>Rings taken and not given back.</summary>
    public int Taken
    {
        get
        {
            lock (_lock)
            {
                return _taken.Count;
            }
        }
    }

    /// <summary>Rings that wait for the next run.</summary>
    public int Kept
    {
        get
        {
            lock (_lock)
            {
                return _kept.Count;
            }
        }
    }

    /// <summary>A ring without a message; its path.</summary>
    /// <exception cref="HostException">There is no memory for it.</exception>
    public string Take(RingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        lock (_lock)
        {
            foreach (var (kept, ring) in _kept)
            {
                if (ring.Options == options)
                {
                    _kept.Remove(kept);
                    _taken[ring.Path] = (kept, options);
                    return ring.Path;
                }
            }

            var made = number();
            var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"ring-{made}"));
            RingFile.Create(path, options);
            Made++;
            _taken[path] = (made, options);
            return path;
        }
    }

    /// <summary>Gives a ring back that nobody uses any more: neither a guest nor its kernel nor a thread of the orchestrator's.</summary>
    public void GiveBack(string path)
    {
        lock (_lock)
        {
            if (!_taken.Remove(path, out var ring))
            {
                return;
            }

            if (_kept.Count < KeptMax && ring.Options.CapacityBytes <= KeptBytesMax && TryRenew(path))
            {
                _kept.Add(ring.Number, (path, ring.Options));
            }
            else
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>Deletes a ring that somebody may still write to: a guest whose end nobody has seen.</summary>
    public void Discard(string path)
    {
        lock (_lock)
        {
            _taken.Remove(path);
            File.Delete(path);
        }
    }

    private static bool TryRenew(string path)
    {
        try
        {
            RingRenewal.Renew(path);
            return true;
        }
        catch (Exception problem) when (problem is HostException or RingFormatException or IOException)
        {
            return false; // Whoever takes the next ring is told what the host has against it.
        }
    }
}
