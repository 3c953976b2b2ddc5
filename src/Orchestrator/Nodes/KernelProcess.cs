using System.Diagnostics;
using System.Globalization;
using Muk.Abi;
using Muk.Channel.Interop;
using Muk.Orchestrator.Nodes.Interop;

namespace Muk.Orchestrator.Nodes;

/// <summary>The process of a core kernel: started, watched, ended. Any thread.</summary>
public sealed class KernelProcess : IDisposable
{
    private const int TailLinesMax = 20;

    private readonly Process _process;
    private readonly Queue<string> _tail = new();
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ProcessEnd? _end;

    private KernelProcess(Process process)
    {
        _process = process;
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => _exited.TrySetResult();
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.OutputDataReceived += (_, line) => Keep(line.Data);
    }

    public int Pid { get; private set; }

    /// <summary>Completes a while after the process is gone.</summary>
    public Task Exited => _exited.Task;

    /// <summary>What it printed last; a kernel prints only when it cannot report otherwise.</summary>
    public string Tail
    {
        get
        {
            lock (_tail)
            {
                return string.Join('\n', _tail);
            }
        }
    }

    /// <summary>How it ended, in words: "status 3", "signal 9".</summary>
    public string HowItEnded => !_process.HasExited ? "gone" : _process.ExitCode > 128
        ? string.Create(CultureInfo.InvariantCulture, $"signal {_process.ExitCode - 128}")
        : string.Create(CultureInfo.InvariantCulture, $"status {_process.ExitCode}");

    /// <summary>Starts <c>muk-core</c> with the arguments that ARCHITECTURE.md names.</summary>
    /// <exception cref="KernelException">The program cannot be started.</exception>
    public static KernelProcess Start(
        string program, string folder, int kernel, int core, MachineKind machine, IReadOnlyList<int> hostCpus,
        string? joinFile = null)
    {
        string[] arguments =
        [
            "--node", folder,
            "--kernel", Text(kernel),
            "--core", Text(core),
            "--machine", machine == MachineKind.Kvm ? "kvm" : "process",
            "--parent", Text(Environment.ProcessId),
            .. hostCpus.Count == 0 ? [] : new[] { "--host-cores", string.Join(',', hostCpus.Select(Text)) },
            .. joinFile is null ? [] : new[] { "--join", joinFile },
        ];
        var started = new KernelProcess(new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        });
        try
        {
            started._process.Start();
        }
        catch (System.ComponentModel.Win32Exception problem)
        {
            throw new KernelException($"{program} cannot be started: {problem.Message}");
        }

        started.Pid = started._process.Id;
        try
        {
            started._end = new ProcessEnd(started.Pid);
        }
        catch (HostException)
        {
            // It has ended already, or Linux is old: its end is then learnt of as that of any process.
        }

        started._process.StandardInput.Close();
        started._process.BeginOutputReadLine();
        started._process.BeginErrorReadLine();
        return started;
    }

    /// <summary>SIGKILL; nothing when it is gone already.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    /// <summary>Sleeps until the process is gone; says whether it is.</summary>
    public bool WaitForEnd(TimeSpan limit)
    {
        var milliseconds = limit == Timeout.InfiniteTimeSpan ? -1 : (int)limit.TotalMilliseconds;
        return _end?.Wait(milliseconds) ?? _exited.Task.Wait(milliseconds);
    }

    public void Dispose()
    {
        _end?.Dispose();
        _process.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_tail)
        {
            _tail.Enqueue(line);
            while (_tail.Count > TailLinesMax)
            {
                _tail.Dequeue();
            }
        }
    }
}
