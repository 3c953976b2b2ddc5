using Muk.Channel.Interop;
using Muk.Kernel.Program.Interop;

namespace Muk.Kernel.Program;

/// <summary>The thread that ends the kernel: at once when its parent is gone, guest and all; cleanly on SIGTERM.</summary>
internal sealed class ParentWatch
{
    /// <summary>From SIGTERM: an orchestrator that reads no events shall not keep a kernel.</summary>
    private const int MillisecondsToEnd = 5000;

    private readonly int _parent;
    private readonly int _signals;
    private readonly int[] _cores;
    private readonly Action _terminate;

    /// <param name="parent">The orchestrator's process.</param>
    /// <param name="signals">Descriptor that becomes readable with SIGTERM.</param>
    /// <param name="cores">Where the thread runs.</param>
    /// <param name="terminate">Called once, on this thread, when SIGTERM comes.</param>
    /// <exception cref="HostException">There is no such process.</exception>
    public ParentWatch(int parent, int signals, int[] cores, Action terminate)
    {
        _parent = HostProcess.OpenProcess(parent);
        _signals = signals;
        _cores = cores;
        _terminate = terminate;
    }

    public void Start() => new Thread(Watch, maxStackSize: 256 * 1024) { IsBackground = true, Name = "parent watch" }.Start();

    private void Watch()
    {
        if (_cores.Length > 0)
        {
            Affinity.Set(_cores);
        }

        if (!HostProcess.WaitForFirst(_parent, _signals))
        {
            _terminate();
            _ = HostProcess.WaitFor(_parent, MillisecondsToEnd);
        }

        HostProcess.EndNow(0);
    }
}
