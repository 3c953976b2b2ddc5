using Muk.Abi;
using Muk.Orchestrator.Running;

namespace Muk.Orchestrator.Cli.Showing;

/// <summary>What a run cost, as a table for people or as JSON for programs.</summary>
public static class RunStatistics
{
    public static void Write(TextWriter output, RunResult result)
    {
        var table = new TextTable(
            "stage", ">core", ">status", ">messages in", ">bytes in", ">messages out", ">bytes out", ">useful", ">idle", ">waits", ">parks",
            ">exits", ">calls", ">time");
        foreach (var stage in result.Stages)
        {
            table.Add(
                stage.Label,
                $"{stage.Core}",
                $"{stage.Status}",
                Units.Count(stage.Input.Messages),
                Units.Bytes(stage.Input.Bytes),
                Units.Count(stage.Output.Messages),
                Units.Bytes(stage.Output.Bytes),
                Units.Share(stage.UsefulCycles, stage.Counts.Cycles),
                Units.Share(stage.IdleCycles, stage.Counts.Cycles),
                Units.Count(stage.Input.Waits + stage.Output.Waits),
                Units.Count(stage.Counts.Parks),
                Units.Count(stage.Counts.Exits),
                Units.Count(stage.Counts.SystemCalls),
                Units.Nanoseconds(stage.Counts.Nanoseconds));
        }

        table.Write(output, TextStyle.Plain);
        var machine = result.Machine == MachineKind.Kvm ? "kvm" : "process";
        output.WriteLine(
            $"machine {machine}, {Units.Bytes(result.InputBytes)} in, {Units.Bytes(result.OutputBytes)} out, "
            + $"{Units.Nanoseconds(result.Nanoseconds)} altogether");
        foreach (var line in LeaseText.Lines(result.Leases))
        {
            output.WriteLine(line);
        }
    }

    /// <summary>JSON, for programs.</summary>
    public static void WriteJson(TextWriter output, RunResult result) => output.WriteLine(RunResultJson.Of(result));
}
