using System.Diagnostics;
using Muk.Abi;
using Muk.Channel.Interop;
using Muk.Kernel.Control;
using Muk.Kernel.Cores;
using Muk.Kernel.Interop.Kvm;
using Muk.Kernel.Linux;
using Muk.Kernel.Machines.Process.Interop;
using Muk.Kernel.Memory;

namespace Muk.Kernel.Machines.Process;

/// <summary>Runs an image as an ordinary Linux process on one core: same file, same addresses, filtered system calls.</summary>
/// <remarks>Each <see cref="Load"/> is a fresh process, made of a launcher that already stands ready. See README.md beside
/// this file. Owner: the core kernel's vCPU thread, but for <see cref="Kick"/>.</remarks>
public sealed class ProcessMachine : IMachine
{
    private readonly ProcessMachineOptions _options;
    private readonly Warden _warden;
    private readonly HostWaits _waits;
    private CallServer? _server;
    private ImageFile? _image;
    private LaunchedProcess? _process;
    private ProcessMemory? _memory;
    private readonly List<StartStep> _steps = [];
    private ulong _stackBytes;
    private ulong _bytes;
    private ulong _bytesPeak;

    public ProcessMachine(ProcessMachineOptions options)
    {
        _options = options;
        if (!File.Exists(options.LauncherPath))
        {
            throw new HostException($"open({options.LauncherPath})", 2, "muk-launch is built beside the core kernel: build again");
        }

        _warden = new Warden(options.LauncherPath, options.Tracing);
        _waits = new HostWaits(_warden.Bells);
        _warden.MakeReady();
    }

    public MachineKind Kind => MachineKind.Process;

    public IGuestMemory Memory => _memory ?? throw new InvalidOperationException("nothing is loaded");

    /// <inheritdoc/>
    public MachineCounters Counters
    {
        get
        {
            if (_process is { End: null } running)
            {
                Measure(running);
            }

            var (calls, kicks) = (_server?.Calls ?? 0, _server?.Kicks ?? 0);
            return new(calls, calls, 0, kicks, Volatile.Read(ref _bytes), Volatile.Read(ref _bytesPeak));
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<StartStep> StartSteps => _steps;

    /// <summary>What the kernel granted the loaded guest.</summary>
    public LaunchFacts Facts => _process?.Facts ?? LaunchFacts.None;

    /// <summary>Why the loaded guest is not traced: "" when it is.</summary>
    public string TracingFacts => _process is { TraceError: > 0 } p ? $"ptrace is refused (errno {p.TraceError})" : "";

    /// <summary>The loaded guest's process.</summary>
    public int Pid => _process?.Pid ?? 0;

    /// <inheritdoc/>
    /// <exception cref="HostException">The host refused a step.</exception>
    public void Load(GuestPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        _steps.Clear();
        var at = Stopwatch.GetTimestamp();
        Unload();
        Step("clear away the last guest", ref at);
        if (!ReferenceEquals(_image?.Image, plan.Image))
        {
            _image?.Dispose();
            _image = ImageFile.Create(plan.Image);
            Step("lay out the image", ref at);
        }

        var process = _warden.Take();
        _warden.Watch(process);
        _process = process;
        _memory = new ProcessMemory(process.Pid);
        (_server, _bytes, _bytesPeak) = (null, 0, 0);
        _stackBytes = plan.StackBytes;
        Join(process.Pid);
        Step("take a launcher", ref at);
        Span<byte> random = stackalloc byte[16];
        HostRandom.Fill(random);
        using var file = LaunchPlan.Write(plan, process.Pid, _options.Core, random, out var bytes);
        using var rings = new RingFiles(plan.Rings);
        Step("write the plan", ref at);
        process.Prepare(bytes, [file, _image.Handle, .. rings.Handles]);
        Step("launcher maps the guest", ref at);
        CallListener.TryWakeOnThisCpu(process.Listener!);
    }

    /// <inheritdoc/>
    public GuestEnd Run(ISystemCalls calls)
    {
        ArgumentNullException.ThrowIfNull(calls);
        var process = _process ?? throw new InvalidOperationException("nothing is loaded");
        process.Go();
        _server = new CallServer(process, calls, new ProcessGuest(process.Pid, _memory!), _waits);
        var end = _server.Serve() is { } asked ? Stop(process, asked) : Ended(process);
        _warden.MakeReady();
        return end;
    }

    public void Clear() => Unload();

    public void Kick() => _waits.Kick();

    public void Dispose()
    {
        Unload();
        _warden.Dispose();
        _image?.Dispose();
        _waits.Dispose();
    }

    private GuestEnd Ended(LaunchedProcess process)
    {
        Measure(process);
        _memory!.Thread = process.End!.Thread;
        return EndReport.Build(process, Memory, _stackBytes);
    }

    /// <summary>A core leased for good is closed to whoever is not in its group.</summary>
    private void Join(int pid)
    {
        if (CoreGroup.Join(new HostFiles(), _options.JoinFile, $"{pid}") is { Length: > 0 } refusal)
        {
            throw new HostException($"write({_options.JoinFile})", 1, $"the launcher is kept off the leased core: {refusal}");
        }
    }

    private void Step(string name, ref long since)
    {
        var now = Stopwatch.GetTimestamp();
        _steps.Add(new(name, (ulong)Stopwatch.GetElapsedTime(since, now).TotalNanoseconds));
        since = now;
    }

    /// <summary>Notes what memory it has, as long as it can be told: until it is over, and where it is traced, while it stands in its
    /// exit.</summary>
    private void Measure(LaunchedProcess process)
    {
        if (ProcessUsage.Of(process.Pid) is { } usage)
        {
            Volatile.Write(ref _bytes, usage.Bytes);
            Volatile.Write(ref _bytesPeak, usage.BytesPeak);
        }
    }

    private GuestEnd Stop(LaunchedProcess process, GuestEnd end)
    {
        Measure(process);
        process.Kill();
        AwaitEnd(process);
        return end;
    }

    private static void AwaitEnd(LaunchedProcess process)
    {
        Span<PollEntry> entries = [new() { Descriptor = (int)process.Ended.DangerousGetHandle() }];
        do
        {
            Descriptors.Wait(entries, -1);
        }
        while (!entries[0].Ready);
    }

    private void Unload()
    {
        if (_process is { } process)
        {
            process.Kill();
            AwaitEnd(process);
            _warden.Bury(process);
            _process = null;
            _memory = null;
        }
    }
}
