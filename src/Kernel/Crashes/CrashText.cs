using System.Globalization;
using System.Text;
using Muk.Kernel.Control;
using Muk.Kernel.Linux.Signals;
using Muk.Kernel.Machines;

namespace Muk.Kernel.Crashes;

/// <summary>A crash as people read it: why, where, and the registers. Pure.</summary>
public static class CrashText
{
    /// <summary>
    /// <code>
    /// fir: SIGSEGV: write to 0x10: nothing is mapped there
    ///   at muks/fir.c:12:5 in step
    ///   at muks/fir.c:30:9 in main
    ///   rax 0000000000000000  rbx …
    /// </code>
    /// </summary>
    /// <param name="name">The stage's name.</param>
    /// <param name="reason">From <see cref="Event.Ended"/>.</param>
    /// <param name="facts">From <see cref="Event.Ended"/>.</param>
    /// <param name="frames">From <see cref="Symboliser.Resolve"/>.</param>
    /// <returns>Lines, each ended by a newline.</returns>
    public static string Of(string name, string reason, CrashFacts facts, IReadOnlyList<SourceFrame> frames)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(frames);
        var text = new StringBuilder();
        text.Append(name).Append(": ").Append(Signal.Name(facts.Signal)).Append(": ").Append(reason).Append('\n');
        for (var i = 0; i < frames.Count;)
        {
            var frame = frames[i];
            var next = i + 1;
            while (next < frames.Count && frames[next] == frame)
            {
                next++;
            }

            text.Append("  at ").Append(frame.Place);
            text.Append(frame.Function.Length > 0 ? " in " : "").Append(frame.Function);
            if (next - i > 1)
            {
                text.Append(CultureInfo.InvariantCulture, $", {next - i} times"); // A recursion.
            }

            text.Append('\n');
            i = next;
        }

        Registers(text, facts.Registers);
        return text.ToString();
    }

    private static void Registers(StringBuilder text, in GuestRegisters r)
    {
        ReadOnlySpan<(string Name, ulong Value)> all =
        [
            ("rax", r.Rax), ("rbx", r.Rbx), ("rcx", r.Rcx), ("rdx", r.Rdx), ("rsi", r.Rsi), ("rdi", r.Rdi),
            ("rsp", r.Rsp), ("rbp", r.Rbp), ("r8", r.R8), ("r9", r.R9), ("r10", r.R10), ("r11", r.R11),
            ("r12", r.R12), ("r13", r.R13), ("r14", r.R14), ("r15", r.R15), ("rip", r.Rip), ("rflags", r.Rflags),
        ];
        const int perLine = 3;
        for (var i = 0; i < all.Length; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {all[i].Name,-6} {all[i].Value:x16}");
            if (i % perLine == perLine - 1)
            {
                text.Append('\n');
            }
        }
    }
}
