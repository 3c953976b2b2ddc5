using System.Diagnostics;
using Muk.Channel.Interop;
using Muk.Kernel.Control;
using Muk.Kernel.Cores;
using Muk.Kernel.Program;
using Muk.Kernel.Program.Interop;

// The core kernel: one process for one core. What a user can do something about is one line on stderr and a status.
const int usageStatus = 2;
const int hostStatus = 3;

if (CoreOptions.Parse(args, out var problem) is not { } options)
{
    Complain(problem);
    return usageStatus;
}

try
{
    return Serve(options);
}
catch (Exception refused) when (refused is HostException or ControlFormatException)
{
    Complain(refused.Message);
    return hostStatus;
}

static int Serve(CoreOptions options)
{
    var ending = 0;
    var signals = HostSignals.Take();
    using var kick = new KickWord();
    using var server = ControlServer.Open(options.Folder, options.Kernel, kick);
    using var rings = new RingFacts();
    var clock = new GuestClock();
    using var machine = MachineFactory.Create(options);
    var watcher = new Watcher(server, machine, kick, options.HostCores);
    var parent = new ParentWatch(options.Parent, signals, options.HostCores, () =>
    {
        Volatile.Write(ref ending, 1);
        watcher.EndAll();
    });
    watcher.Start();
    parent.Start();

    // Last of all: threads inherit both, and every other one belongs on the host's cores.
    if (CoreGroup.Join(new HostFiles(), options.JoinFile) is { Length: > 0 } refusal)
    {
        Complain(refusal);
        return hostStatus;
    }

    Affinity.Set(options.Core);
    server.Control.Page.KernelPid = (uint)Environment.ProcessId;
    server.Report(new Event.Ready(Environment.ProcessId, options.Machine, options.Core, ""));
    new CoreKernel(options, server, machine, watcher, kick, clock, rings).Serve(() => Volatile.Read(ref ending) != 0);
    server.Close();
    machine.Abandon();

    // Linux clears away a process quicker than it does itself, and nobody waits for what the runtime does at its end.
    server.Control.Page.EndedNs = (ulong)Stopwatch.GetTimestamp();
    HostProcess.EndNow(0);
    return 0;
}

static void Complain(string message) => Console.Error.WriteLine($"muk-core: {message}");
