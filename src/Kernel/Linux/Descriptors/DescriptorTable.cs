namespace Muk.Kernel.Linux.Descriptors;

/// <summary>The guest's descriptor table. Owner: the vCPU thread.</summary>
internal sealed class DescriptorTable
{
    /// <summary>Most descriptors, as RLIMIT_NOFILE says.</summary>
    public const int CountMax = 1024;

    private readonly OpenFile?[] _files = new OpenFile?[CountMax];
    private readonly bool[] _closeOnExec = new bool[CountMax];

    public OpenFile? Find(ulong descriptor) => (uint)descriptor < CountMax ? _files[(uint)descriptor] : null;

    /// <summary>The lowest free descriptor, or -EMFILE.</summary>
    public long Add(OpenFile file) => Add(file, lowest: 0);

    /// <summary>The lowest free descriptor from <paramref name="lowest"/> on, or -EMFILE.</summary>
    public long Add(OpenFile file, int lowest)
    {
        for (var i = lowest; i < CountMax; i++)
        {
            if (_files[i] is null)
            {
                file.Retain();
                _files[i] = file;
                _closeOnExec[i] = false;
                return i;
            }
        }

        return -Errno.TooManyFiles;
    }

    /// <summary>As <see cref="Add(OpenFile, int)"/>, with the close-on-exec flag that O_CLOEXEC among <paramref name="flags"/> asks
    /// for.</summary>
    public long Add(OpenFile file, ulong flags)
    {
        var added = Add(file);
        if (added >= 0)
        {
            _closeOnExec[added] = (flags & OpenFlags.CloseOnExec) != 0;
        }

        return added;
    }

    /// <summary>Puts a file at a descriptor, closing what was there.</summary>
    public void Replace(int descriptor, OpenFile file)
    {
        file.Retain();
        _files[descriptor]?.Release();
        _files[descriptor] = file;
        _closeOnExec[descriptor] = false;
    }

    public long Close(ulong descriptor)
    {
        if (Find(descriptor) is not { } file)
        {
            return -Errno.BadDescriptor;
        }

        _files[(uint)descriptor] = null;
        file.Release();
        return 0;
    }

    public bool CloseOnExec(ulong descriptor) => _closeOnExec[(uint)descriptor];

    public void SetCloseOnExec(ulong descriptor, uint flags) => _closeOnExec[(uint)descriptor] = (flags & 1) != 0;

    /// <summary>Closes the host's side of everything; the run is over. Ports are left to whoever closes them with
    /// the run's state.</summary>
    public void CloseFiles()
    {
        for (var i = 0; i < CountMax; i++)
        {
            if (_files[i] is not null and not PortSource and not PortSink)
            {
                Close((ulong)i);
            }
        }
    }
}
