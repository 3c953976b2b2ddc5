namespace Muk.Kernel.Cores;

/// <summary>What a fact about the host means for a MUK that wants a core undisturbed.</summary>
public enum HostVerdict
{
    Good,

    /// <summary>It works, with noise that the command would take away.</summary>
    Noisy,

    /// <summary>Something of Muk does not work here.</summary>
    Missing,
}

/// <summary>One thing that is known about the host.</summary>
/// <param name="Name">Short, such as "cgroups".</param>
/// <param name="Value">As found.</param>
/// <param name="Verdict">What that means.</param>
/// <param name="Meaning">Why it matters, in a few words; "" where all is good.</param>
/// <param name="Command">What improves it; "" for nothing.</param>
public sealed record HostFact(string Name, string Value, HostVerdict Verdict, string Meaning = "", string Command = "");
