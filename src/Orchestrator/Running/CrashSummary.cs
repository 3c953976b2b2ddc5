using System.Text;
using Muk.Kernel.Control;
using Muk.Orchestrator.Pipelines;

namespace Muk.Orchestrator.Running;

/// <summary>What is shown of a stage that crashed: reason, registers, and where it stood.</summary>
internal static class CrashSummary
{
    /// <returns>Several lines, the last without a newline; null for an end that is no crash.</returns>
    public static string? Of(PlannedStage stage, Event.Ended end)
    {
        if (end.Crash is not { } crash)
        {
            return null;
        }

        var r = crash.Registers;
        var text = new StringBuilder($"{stage.Label} crashed: {end.Reason}\n");
        text.Append($"  rip {r.Rip:x16}  rsp {r.Rsp:x16}  rbp {r.Rbp:x16}  rflags {r.Rflags:x}\n");
        text.Append($"  rax {r.Rax:x16}  rbx {r.Rbx:x16}  rcx {r.Rcx:x16}  rdx {r.Rdx:x16}\n");
        text.Append($"  rsi {r.Rsi:x16}  rdi {r.Rdi:x16}  r8  {r.R8:x16}  r9  {r.R9:x16}");
        for (var i = 0; i < crash.Frames.Count; i++)
        {
            text.Append($"\n  #{i} {(crash.Frames[i].InImage ? stage.Image + "+" : "")}0x{crash.Frames[i].Offset:x}");
        }

        return text.ToString();
    }
}
