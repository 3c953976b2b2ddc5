using System.Text;

namespace Muk.Kernel.Linux.Descriptors;

/// <summary>The calls beyond Linux's (<c>enum muk_call</c>): park, ring, log.</summary>
internal sealed class PortCalls(Session session, PortSink error)
{
    private const int LineBytesMax = 4096;

    private readonly byte[] _line = new byte[LineBytesMax];

    /// <summary>park(port, bell).</summary>
    public long Park(in SystemCall call)
    {
        if (session.Options.Ports.Find(call.A0) is not { } bell)
        {
            return -Errno.Invalid;
        }

        return bell.Rung((uint)call.A1) ? 0 : session.Wait.For(bell);
    }

    /// <summary>ring(port).</summary>
    public long Ring(in SystemCall call)
    {
        if (session.Options.Ports.Find(call.A0) is not { } bell)
        {
            return -Errno.Invalid;
        }

        bell.Door.WakePeer();
        return 0;
    }

    /// <summary>log(text, bytes): to the `err` port, or to the kernel's log where that is not linked.</summary>
    public long Log(in SystemCall call)
    {
        var line = _line.AsSpan(0, (int)Math.Min(call.A1, LineBytesMax));
        if (!session.Memory.TryRead(new(call.A0), line))
        {
            return -Errno.Fault;
        }

        if (session.Options.Ports.Error is null)
        {
            session.Options.Log.Line(Encoding.UTF8.GetString(line));
            return line.Length;
        }

        var written = error.WriteLine(session, line);
        return written < 0 ? written : line.Length;
    }
}
