using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Muk.Channel.Interop;
using Muk.Kernel.Machines.Process.Interop;

namespace Muk.Kernel.Machines.Process;

/// <summary>One process: first a launcher that waits for a plan, then a guest. Used for one run.</summary>
/// <remarks>Owner: the machine's thread, but for <see cref="End"/>, which the warden's thread sets before it signals
/// <see cref="Ended"/>.</remarks>
internal sealed class LaunchedProcess : IDisposable
{
    private readonly SafeFileHandle _pidHandle;
    private readonly SafeFileHandle _socket;

    private LaunchedProcess(int pid, SafeFileHandle socket, int traceError)
    {
        Pid = pid;
        TraceError = traceError;
        _socket = socket;
        _pidHandle = GuestProcessCalls.OpenPid(pid);
        Ended = Descriptors.Event();
    }

    public int Pid { get; }

    /// <summary>Why it is not traced: an errno; 0 when it is.</summary>
    public int TraceError { get; }

    public bool IsTraced => TraceError == 0;

    /// <summary>The host's count of kills for want of memory, before this process began.</summary>
    public ulong OutOfMemoryKillsBefore { get; } = OutOfMemoryKills.Count();

    /// <summary>Readable once the process is over.</summary>
    public SafeFileHandle Ended { get; }

    /// <summary>How it ended, once <see cref="Ended"/> is readable.</summary>
    public ProcessEnd? End { get; set; }

    /// <summary>Where its system calls arrive, after <see cref="Prepare"/>.</summary>
    public SafeFileHandle? Listener { get; private set; }

    /// <summary>What the kernel granted it, after <see cref="Prepare"/>.</summary>
    public LaunchFacts Facts { get; private set; }

    /// <summary>Starts a launcher. The calling thread becomes its tracer, and its death the launcher's.</summary>
    /// <param name="tracing">Shall it be traced?</param>
    public static LaunchedProcess Spawn(string launcherPath, Tracing tracing)
    {
        var (ours, launchers) = PlanSocket.Pair();
        using (launchers)
        {
            var pid = Interop.Spawn.Launcher(launcherPath, launchers);
            var traceError = tracing == Tracing.Off ? LaunchErrors.NotWanted : Trace.TrySeize(pid);
            return new LaunchedProcess(pid, ours, traceError);
        }
    }

    /// <summary>Sends the plan and waits until the launcher has become the guest but for the jump.</summary>
    /// <exception cref="HostException">The host refused one of its steps.</exception>
    public void Prepare(ulong planBytes, ReadOnlySpan<SafeFileHandle> handles)
    {
        Span<byte> size = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(size, planBytes);
        Span<byte> reply = stackalloc byte[LaunchLayout.ReplyBytes];
        SafeFileHandle? listener = null;
        if (PlanSocket.TrySend(_socket, size, handles))
        {
            Span<PollEntry> entries =
            [
                new() { Descriptor = (int)_socket.DangerousGetHandle() },
                new() { Descriptor = (int)Ended.DangerousGetHandle() },
            ];
            do
            {
                Descriptors.Wait(entries, -1);
            }
            while (!entries[0].Ready && !entries[1].Ready);

            if (entries[0].Ready && PlanSocket.Receive(_socket, reply, out listener) == reply.Length)
            {
                Accept((LaunchStep)BinaryPrimitives.ReadUInt32LittleEndian(reply), reply, listener);
                return;
            }
        }

        listener?.Dispose();
        throw new HostException($"muk-launch (process {Pid})", LaunchErrors.Gone,
            "the launcher died before its guest started: was it killed, or built for another processor?");
    }

    /// <summary>Lets the guest's first instruction run.</summary>
    public void Go() => _ = PlanSocket.TrySend(_socket, [1], []);

    public void Kill() => GuestProcessCalls.SendKill(_pidHandle);

    public void Dispose()
    {
        Listener?.Dispose();
        _pidHandle.Dispose();
        _socket.Dispose();
        Ended.Dispose();
    }

    private void Accept(LaunchStep step, ReadOnlySpan<byte> reply, SafeFileHandle? listener)
    {
        var error = BinaryPrimitives.ReadInt32LittleEndian(reply[4..]);
        var item = BinaryPrimitives.ReadUInt32LittleEndian(reply[8..]);
        if (step != LaunchStep.Ready || listener is null)
        {
            listener?.Dispose();
            throw LaunchErrors.Refused(step, error, item);
        }

        Facts = (LaunchFacts)BinaryPrimitives.ReadUInt32LittleEndian(reply[12..]);
        Listener = listener;
    }
}
