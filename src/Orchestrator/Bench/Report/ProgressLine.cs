namespace Muk.Orchestrator.Bench.Report;

/// <summary>One line on a terminal that says what is being done; silent elsewhere.</summary>
public sealed class ProgressLine(TextWriter error, bool isTerminal)
{
    private const string EraseLine = "\r\u001b[K";

    public void Show(string text)
    {
        if (isTerminal)
        {
            error.Write($"{EraseLine}{text}");
            error.Flush();
        }
    }

    /// <summary>Takes the line away, before anything else is written.</summary>
    public void Clear()
    {
        if (isTerminal)
        {
            error.Write(EraseLine);
        }
    }
}
