using System.Text;
using Muk.Orchestrator.Running.Interop;

namespace Muk.Orchestrator.Cli;

/// <summary>Writes to a terminal for as long as it is there. What is said to one that has gone (its window closed, its connection
/// lost) is dropped: nobody is there to be told, and whoever says it has things to put away first. Any thread, where
/// <paramref name="inner"/> is for any.</summary>
/// <param name="inner">The process' own stream.</param>
/// <param name="descriptor">Of the terminal.</param>
internal sealed class TerminalWriter(TextWriter inner, int descriptor) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => WhileThere(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => WhileThere(() => inner.Write(buffer, index, count));

    public override void Write(string? value) => WhileThere(() => inner.Write(value));

    public override void WriteLine(string? value) => WhileThere(() => inner.WriteLine(value));

    public override void WriteLine() => WhileThere(inner.WriteLine);

    public override void Flush() => WhileThere(inner.Flush);

    private void WhileThere(Action write)
    {
        try
        {
            write();
        }
        catch (IOException) when (Descriptors.IsHungUp(descriptor))
        {
            // As said above.
        }
    }
}
