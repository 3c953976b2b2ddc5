using System.Diagnostics;
using System.Globalization;
using System.Text;
using Muk.Abi;
using Muk.Channel.Interop;
using Muk.Channel.Rings;
using Muk.Kernel.Control;
using HostProcess = System.Diagnostics.Process;

namespace Muk.Tests.Kernel.Program;

/// <summary>A core kernel as its orchestrator sees it: the built program, started in a node's folder of its own.</summary>
internal sealed class CoreProcess : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private readonly StringBuilder _errors = new();
    private ulong _runs;
    private int _rings;

    private CoreProcess(string folder, MachineKind machine, int parent)
    {
        Folder = folder;
        Machine = machine;
        Connection = KernelConnection.Create(folder, 0);
        Process = Start(
            "--node", folder, "--kernel", "0", "--core", "1", "--machine", Name(machine),
            "--parent", parent.ToString(CultureInfo.InvariantCulture), "--host-cores", "0");
        Process.ErrorDataReceived += (_, line) => _errors.AppendLine(line.Data);
        Process.BeginErrorReadLine();
    }

    public string Folder { get; }

    public MachineKind Machine { get; }

    public KernelConnection Connection { get; }

    public HostProcess Process { get; }

    public string Errors => _errors.ToString();

    /// <summary>The program under test: the JIT build, or what MUK_CORE names (the NativeAOT one).</summary>
    public static string BinaryPath => Environment.GetEnvironmentVariable("MUK_CORE")
        ?? Path.Combine(Guests.Root, "artifacts", "bin", "muk-core", "debug_linux-x64", "muk-core");

    public static CoreProcess Launch(MachineKind machine, int? parent = null)
    {
        Assert.SkipUnless(File.Exists(BinaryPath), "muk-core is not built: dotnet build src/Kernel/Program");
        SkipWithoutKvm(machine);
        var folder = Directory.CreateDirectory(TestFolders.SharedName()).FullName;
        var core = new CoreProcess(folder, machine, parent ?? Environment.ProcessId);
        var ready = core.Next();
        Assert.IsType<Event.Ready>(ready);
        return core;
    }

    public static void SkipWithoutKvm(MachineKind machine)
    {
        if (machine == MachineKind.Kvm && !File.Exists("/dev/kvm"))
        {
            Assert.DoesNotContain("kvm", Environment.GetEnvironmentVariable("MUK_REQUIRE") ?? "", StringComparison.Ordinal);
            Assert.Skip("there is no /dev/kvm");
        }
    }

    /// <summary>Runs the program with any command line.</summary>
    public static HostProcess Start(params string[] arguments) =>
        HostProcess.Start(
            new ProcessStartInfo(BinaryPath, arguments) { RedirectStandardError = true }) ?? throw new InvalidOperationException();

    /// <summary>The next event, or a failure with what the kernel said.</summary>
    public Event Next() => Connection.Receive(_patience, default)
        ?? throw new InvalidOperationException($"no event came; stderr: {Errors}");

    /// <summary>Makes a ring for a byte port.</summary>
    public string Ring(long capacity = 256 * 1024)
    {
        var path = Path.Combine(Folder, $"ring-{_rings++}");
        RingFile.Create(path, new RingOptions(
            RingKind.Records, 65536, CapacityBytes: capacity, Flags: RingFlags.ConsumerParks | RingFlags.ProducerParks));
        return path;
    }

    /// <summary>Runs an image from its first to its last byte.</summary>
    public GuestResult Run(
        string image, string input = "", string[]? arguments = null, FileGrant[]? files = null, uint timeout = 120_000, ulong memory = 0)
    {
        var start = new Request.Start(
            ++_runs,
            Path.GetFileNameWithoutExtension(image),
            image,
            arguments ?? [],
            [new("in", PortDirection.In, Ring()), new("out", PortDirection.Out, Ring()), new("err", PortDirection.Out, Ring())],
            memory,
            100,
            files ?? [],
            timeout);
        using var kick = new KickWord();
        using var into = RingProducer.Open(start.Ports[0].RingPath, RingWait.Park);
        using var output = RingConsumer.Open(start.Ports[1].RingPath, RingWait.Park, kick);
        using var error = RingConsumer.Open(start.Ports[2].RingPath, RingWait.Park, kick);
        var texts = new[] { output, error }.Select(ring =>
        {
            var text = new MemoryStream();
            var thread = new Thread(() =>
            {
                while (ring.Peek(out var record) == RingStatus.Ok)
                {
                    text.Write(record);
                    ring.Release();
                }
            });
            thread.Start();
            return (Text: text, Thread: thread);
        }).ToArray();
        try
        {
            var (end, log, steps) = Follow(start, into, input);
            if (end.Kind == EndKind.Refused)
            {
                kick.Kick(); // Nobody may have opened the rings to close them.
            }

            Array.ForEach(texts, t => t.Thread.Join());
            return new(end, Text(texts[0].Text), Text(texts[1].Text), log, steps);
        }
        finally
        {
            kick.Kick();
            Array.ForEach(texts, t => t.Thread.Join());
        }
    }

    private (Event.Ended End, List<string> Log, IReadOnlyList<StartStep> Steps) Follow(Request.Start start, RingProducer into, string input)
    {
        Assert.True(Connection.TrySend(start));
        foreach (var chunk in Encoding.UTF8.GetBytes(input).Chunk(60_000))
        {
            if (into.Claim(chunk.Length, out var room) != RingStatus.Ok)
            {
                break;
            }

            chunk.CopyTo(room);
            into.Commit(chunk.Length);
        }

        into.Close(RingState.Ended);
        var log = new List<string>();
        IReadOnlyList<StartStep> steps = [];
        while (true)
        {
            switch (Next())
            {
                case Event.Log line:
                    log.Add(line.Text);
                    break;
                case Event.Started started:
                    steps = started.Steps;
                    break;
                case Event.Ended ended:
                    return (ended, log, steps);
                default:
                    break;
            }
        }
    }

    public void Dispose()
    {
        Connection.TrySend(new Request.Shutdown());
        if (!Process.WaitForExit(5000))
        {
            Process.Kill();
        }

        Process.Dispose();
        Connection.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static string Text(MemoryStream bytes) => Encoding.UTF8.GetString(bytes.ToArray());

    private static string Name(MachineKind machine) => machine == MachineKind.Kvm ? "kvm" : "process";
}

/// <summary>What a run came to.</summary>
internal sealed record GuestResult(
    Event.Ended End, string Output, string Error, IReadOnlyList<string> Log, IReadOnlyList<StartStep> Steps);
