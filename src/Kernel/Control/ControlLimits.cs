namespace Muk.Kernel.Control;

/// <summary>Limits of control messages; both sides hold to them and refuse what exceeds them.</summary>
public static class ControlLimits
{
    /// <summary>Largest message in bytes.</summary>
    public const int MessageBytesMax = 96 * 1024;

    /// <summary>Bytes of each of the two control rings.</summary>
    public const int RingBytes = 256 * 1024;

    /// <summary>Most arguments of a run.</summary>
    public const int ArgumentsMax = 4096;

    /// <summary>Most file grants of a run.</summary>
    public const int FilesMax = 64;

    /// <summary>Most steps that a start reports.</summary>
    public const int StepsMax = 32;

    /// <summary>Most frames of a crash.</summary>
    public const int FramesMax = 64;

    /// <summary>Most bytes of one text (a path, an argument, a reason).</summary>
    public const int TextBytesMax = 64 * 1024;
}
