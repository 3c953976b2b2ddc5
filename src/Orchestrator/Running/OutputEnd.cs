using Microsoft.Win32.SafeHandles;
using Muk.Orchestrator.Running.Interop;

namespace Muk.Orchestrator.Running;

/// <summary>How writing to a pipeline's output ended.</summary>
internal enum OutputEndStatus
{
    Written = 0,
    Cancelled = 1,
    ReaderGone = 2,
}

/// <summary>A descriptor that takes a pipeline's output. Belongs to one thread.</summary>
/// <remarks>A write has to end when the run is given up, whoever reads. A file never waits for a reader, so it is given
/// everything at once. A pipe is opened once more without blocking and takes what fits. Anything else (a terminal, a socket,
/// a pipe that may not be opened) gets a page at a time, which does not block where poll says there is room (pipe(7)).</remarks>
internal sealed class OutputEnd : IDisposable
{
    private const int PageBytes = 4096;

    private readonly SafeFileHandle _handle;
    private readonly SafeFileHandle? _twin;
    private readonly SafeFileHandle _cancel;
    private readonly bool _waitsFirst;
    private readonly int _pieceBytes;

    /// <param name="handle">Not owned.</param>
    /// <param name="cancel">Readable once nothing more is to be written. Not owned.</param>
    public OutputEnd(SafeFileHandle handle, SafeFileHandle cancel)
    {
        _twin = Descriptors.NonBlocking(handle);
        (_handle, _cancel) = (_twin ?? handle, cancel);
        _waitsFirst = _twin is null && !Descriptors.HasPosition(handle);
        _pieceBytes = _waitsFirst ? PageBytes : int.MaxValue;
    }

    /// <summary>Writes all of it, or as much as there is time for.</summary>
    /// <param name="bytes">May be empty.</param>
    /// <param name="written">Of them; also where it ended early.</param>
    /// <exception cref="Channel.Interop.HostException">The descriptor cannot be written.</exception>
    public OutputEndStatus Write(ReadOnlySpan<byte> bytes, out int written)
    {
        written = 0;
        var waits = _waitsFirst;
        while (written < bytes.Length)
        {
            if (waits && Descriptors.WaitWritable(_handle, _cancel) == DescriptorWait.Cancelled)
            {
                return OutputEndStatus.Cancelled;
            }

            var piece = bytes[written..];
            var count = Descriptors.Write(_handle, piece[..Math.Min(piece.Length, _pieceBytes)]);
            if (count < 0)
            {
                return OutputEndStatus.ReaderGone;
            }

            written += count;
            waits = _waitsFirst || count < piece.Length; // A pipe that took less is full.
        }

        return OutputEndStatus.Written;
    }

    public void Dispose() => _twin?.Dispose();
}
