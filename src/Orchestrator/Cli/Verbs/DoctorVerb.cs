using Muk.Kernel.Cores;
using Muk.Kernel.Machines.Kvm;
using Muk.Orchestrator.Cli.Building;
using Muk.Orchestrator.Cli.Showing;
using Muk.Orchestrator.Doctor;

namespace Muk.Orchestrator.Cli.Verbs;

/// <summary><c>muk doctor [--json]</c>.</summary>
public sealed class DoctorVerb : IVerb
{
    private static readonly VerbOption Json = new("--json", null, "the same as JSON");

    public VerbSpec Spec { get; } = new(
        "doctor",
        "what this host grants: machines (measured), cores, isolation, and the commands that make it grant more",
        "",
        0,
        [Json],
        ["The exit status is 0 where MUKs can run, 1 where something they need is missing."],
        [("muk doctor", "before anything else on a new host"), ("muk doctor --json", "for a script")]);

    public Task<int> RunAsync(CommandLine line, Terminal terminal, CancellationToken cancellation)
    {
        var diagnosis = Diagnosis.Make(ImageFolders.Find().Root);
        if (line.Has(Json))
        {
            JsonOutput.Write(terminal.Out, diagnosis);
        }
        else
        {
            Write(terminal, diagnosis);
        }

        return Task.FromResult(diagnosis.CanRun ? ExitStatus.Ok : ExitStatus.Failed);
    }

    private static void Write(Terminal terminal, Diagnosis diagnosis)
    {
        var (output, style) = (terminal.Out, terminal.OutStyle);
        output.WriteLine(style.Strong("machines"));
        foreach (var text in Kvm(diagnosis, style))
        {
            output.WriteLine($"  {text}");
        }

        output.WriteLine();
        output.WriteLine(style.Strong("cores"));
        output.WriteLine($"  CPU {string.Join(", ", diagnosis.HostCpus)} stays with the host");
        output.WriteLine(diagnosis.FreeCores.Count == 0
            ? $"  {style.Bad("none")} is free for MUKs: give this host or container more than one core"
            : $"  CPU {string.Join(", ", diagnosis.FreeCores)} can be leased; a pipeline of more stages needs --share-cores");

        output.WriteLine();
        output.WriteLine(style.Strong("host"));
        var width = diagnosis.Facts.Max(fact => fact.Name.Length);
        foreach (var fact in diagnosis.Facts)
        {
            var word = fact.Verdict switch
            {
                HostVerdict.Good => style.Good("good   "),
                HostVerdict.Missing => style.Bad("missing"),
                _ => "noisy  ",
            };
            output.WriteLine($"  {word} {fact.Name.PadRight(width)}  {fact.Value}{(fact.Meaning.Length > 0 ? $": {fact.Meaning}" : "")}");
            if (fact.Command.Length > 0)
            {
                output.WriteLine($"          {new string(' ', width)}  {style.Quiet($"-> {fact.Command}")}");
            }
        }

        if (diagnosis.MissingPackages is { Count: > 0 } missing)
        {
            output.WriteLine();
            output.WriteLine(style.Strong("missing packages"));
            foreach (var package in missing)
            {
                output.WriteLine($"  {package.Name}: {package.Reason}");
            }

            var names = string.Join(' ', missing.Select(package => package.Name));
            output.WriteLine($"  -> sudo apt-get install --no-install-recommends {names}");
        }

        output.WriteLine();
        output.WriteLine(diagnosis.CanRun ? style.Good(diagnosis.Verdict) : style.Bad(diagnosis.Verdict));
    }

    private static IEnumerable<string> Kvm(Diagnosis diagnosis, TextStyle style)
    {
        var kvm = diagnosis.Kvm;
        if (kvm.Verdict == KvmVerdict.Unusable)
        {
            yield return $"kvm      {style.Bad("cannot be used")}: {kvm.Reason}";
        }
        else
        {
            var verdict = kvm.Verdict == KvmVerdict.Native ? style.Good("native speed") : style.Bad($"slow: {kvm.Reason}");
            yield return $"kvm      {verdict} ({diagnosis.KvmDevice})";
            yield return $"         loop {kvm.GuestCyclesPerLoop:0.00} cycles a turn in the guest, "
                + $"{kvm.HostCyclesPerLoop:0.00} on the host";
            yield return $"         exit and back {Units.Nanoseconds(kvm.ExitNanoseconds)}, a value there and back over shared memory "
                + $"{Units.Nanoseconds(kvm.SharedNanoseconds)}, a kick {Units.Nanoseconds(kvm.KickNanoseconds)}";
            yield return $"         a machine made in {Units.Nanoseconds(kvm.CreateNanoseconds)}, an image put into it again in "
                + $"{Units.Nanoseconds(kvm.LoadNanoseconds)}";
        }

        yield return "process  " + (diagnosis.Facts.Any(fact => fact.Name is "kernel" or "seccomp" && fact.Verdict == HostVerdict.Missing)
            ? style.Bad("cannot be used, see kernel and seccomp below")
            : style.Good("can be used"));
    }
}
