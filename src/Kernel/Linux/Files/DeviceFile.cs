using Muk.Kernel.Linux.Descriptors;
using Muk.Kernel.Linux.Interop;

namespace Muk.Kernel.Linux.Files;

/// <summary>The devices that filters take for granted: /dev/null, zero, full, random and urandom. They are served without a
/// grant, because they reach nothing of the host's.</summary>
internal sealed class DeviceFile : OpenFile
{
    private const int StepBytes = 256;

    /// <summary>Most bytes of one read; whoever wants more reads again.</summary>
    private const ulong ReadBytesMax = 1 << 20;

    private readonly uint _minor;

    private DeviceFile(uint minor) => _minor = minor;

    private enum Minor : uint
    {
        Null = 3,
        Zero = 5,
        Full = 7,
        Random = 8,
        URandom = 9,
    }

    /// <summary>The device of that path, or null.</summary>
    public static DeviceFile? Find(string path) => path switch
    {
        "/dev/null" => new((uint)Minor.Null),
        "/dev/zero" => new((uint)Minor.Zero),
        "/dev/full" => new((uint)Minor.Full),
        "/dev/random" => new((uint)Minor.Random),
        "/dev/urandom" => new((uint)Minor.URandom),
        _ => null,
    };

    public override long Read(Session session, ulong at, ulong bytes)
    {
        if ((Minor)_minor == Minor.Null)
        {
            return 0;
        }

        Span<byte> step = stackalloc byte[StepBytes];
        step.Clear();
        var wanted = Math.Min(bytes, ReadBytesMax);
        for (var done = 0ul; done < wanted;)
        {
            var part = step[..(int)Math.Min((ulong)step.Length, wanted - done)];
            var error = (Minor)_minor is Minor.Random or Minor.URandom ? HostRandom.Fill(part) : 0;
            if (error == 0 && !session.Memory.TryWrite(new(at + done), part))
            {
                error = -Errno.Fault;
            }

            if (error < 0)
            {
                return done > 0 ? (long)done : error;
            }

            done += (ulong)part.Length;
        }

        return (long)wanted;
    }

    public override long Write(Session session, ulong at, ulong bytes) => (Minor)_minor == Minor.Full ? -Errno.NoSpace : (long)bytes;

    public override long ReadAt(Session session, ulong at, ulong bytes, long offset) => Read(session, at, bytes);

    public override long WriteAt(Session session, ulong at, ulong bytes, long offset) => Write(session, at, bytes);

    public override long Seek(long offset, int whence) => 0;

    public override PollEvents Poll(PollEvents wanted) => wanted & (PollEvents.In | PollEvents.Out);

    public override long Stat(out HostStat stat)
    {
        stat = HostStat.Memory(_minor);
        return 0;
    }
}
