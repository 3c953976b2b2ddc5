using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Muk.Orchestrator.Cli;

namespace Muk.Orchestrator.Bench.Peers;

/// <summary>The running C and C++ half: one line asked, one line answered. Owner: the harness' thread.</summary>
public sealed class PeerProgram : ICellRunner, IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly Process _process;
    private readonly HashSet<(string, CellKind, int)> _single = [];
    private readonly HashSet<(string, CellKind, int)> _bursts = [];

    public PeerProgram(string path, CorePair cores)
    {
        _process = Process.Start(new ProcessStartInfo(path, [Text(cores.Near), Text(cores.Far)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        }) ?? throw new UserErrorException($"{path} did not start", ExitStatus.Failed);
        using var list = Ask("list");
        HugeBytes = list.RootElement.GetProperty("hugeBytes").GetInt64();
        foreach (var cell in list.RootElement.GetProperty("cells").EnumerateArray())
        {
            var kind = Enum.Parse<CellKind>(cell.GetProperty("kind").GetString() ?? "", ignoreCase: true);
            var key = (cell.GetProperty("subject").GetString() ?? "", kind, cell.GetProperty("payload").GetInt32());
            _single.Add(key);
            if (cell.GetProperty("bursts").GetBoolean())
            {
                _bursts.Add(key);
            }
        }
    }

    /// <summary>How much of the subjects' memory the kernel really gave as huge pages, in bytes.</summary>
    public long HugeBytes { get; }

    public bool Has(Cell cell) => (cell.Burst > 1 ? _bursts : _single).Contains((cell.Subject, cell.Kind, cell.PayloadBytes));

    public CellResult Measure(Cell cell, Effort effort)
    {
        var line = string.Create(CultureInfo.InvariantCulture,
            $"cell subject={cell.Subject.Replace(' ', '~')} kind={cell.Kind.ToString().ToLowerInvariant()} "
            + $"payload={cell.PayloadBytes} burst={cell.Burst} ms={effort.CellMilliseconds} floor_ms={effort.FloorMilliseconds} "
            + $"capacity={cell.CapacityBytes} memory={(cell.Memory == CellMemory.Huge ? "huge" : "default")}");
        using var answer = Ask(line);
        return answer.Deserialize<CellResult>(Json) ?? throw Silent(line);
    }

    /// <summary>Quantiles of F now, as in <see cref="CellResult.FloorBefore"/>.</summary>
    public IReadOnlyList<double> Floor(double milliseconds)
    {
        using var answer = Ask(string.Create(CultureInfo.InvariantCulture, $"floor ms={milliseconds}"));
        return [.. answer.RootElement.GetProperty("floor").EnumerateArray().Select(e => e.GetDouble())];
    }

    /// <summary>Asks one line.</summary>
    /// <exception cref="UserErrorException">The program ended, or says that it cannot.</exception>
    public JsonDocument Ask(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
        var answer = JsonDocument.Parse(_process.StandardOutput.ReadLine() ?? throw Silent(line));
        return answer.RootElement.TryGetProperty("error", out var error)
            ? throw new UserErrorException($"the benchmarks' peers say '{error.GetString()}' to '{line}'", ExitStatus.Failed)
            : answer;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(2)))
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static string Text(int core) => core.ToString(CultureInfo.InvariantCulture);

    private static UserErrorException Silent(string line) =>
        new($"the benchmarks' peers ended instead of answering '{line}': a subject lost a message or was killed", ExitStatus.Failed);
}
