// muk-kvm-check FOLDER DEEDS [HELLO]: runs the guests of tests/guests/kvm on this host's KVM, prints what it finds, and ends with
// "N passed, N failed".
// muk-kvm-check --note FILE: writes the manifest that those guests are linked with.
using System.Diagnostics;
using Muk.Abi;
using Muk.Kernel.Images;
using Muk.Kernel.Machines;
using Muk.Kernel.Machines.Kvm;
using Muk.Tests.Kernel.Kvm;

if (args.Length < 2)
{
    Console.Error.WriteLine("usage: muk-kvm-check FOLDER DEEDS [HELLO] | --note FILE");
    return 2;
}

if (args[0] == "--note")
{
    File.WriteAllBytes(args[1], ManifestCodec.WrapNote(ManifestCodec.Write(new Manifest { Name = "check", BuildHash = new byte[32],
        Ports = [] })));
    return 0;
}

Console.WriteLine(KvmProbe.Measure(args[0]));
using var machine = new KvmMachine(new KvmOptions(Path.Combine(args[0], "check.memory")));
var deeds = ImageReader.Read(args[1]);
int passed = 0, failed = 0;

GuestEnd Run(MukImage image, params string[] arguments)
{
    machine.Load(new GuestPlan(image, ["guest", .. arguments], [], 64 << 20, 8 << 20, [], new BootBlock { Magic = BootBlock.MagicValue,
        Abi = 1 }));
    return machine.Run(new TestCalls());
}

void Check(string what, Predicate<GuestEnd> holds)
{
    var end = Run(deeds, what.Split(' '));
    var good = holds(end);
    (passed, failed) = good ? (passed + 1, failed) : (passed, failed + 1);
    var text = end is GuestEnd.Crashed crash ? $"signal {crash.Signal}, vector {crash.Fault.Vector}: {crash.Reason}" : $"{end}";
    Console.WriteLine($"{(good ? "ok  " : "FAIL")} {what}: {text}");
}

Predicate<GuestEnd> Exits(int status) => end => end is GuestEnd.Exited exited && exited.Status == status;
Predicate<GuestEnd> Crashes(int signal, int vector) =>
    end => end is GuestEnd.Crashed crash && crash.Signal == signal && crash.Fault.Vector == vector;

foreach (var what in (string[])["write-text", "write-constant", "jump-data", "jump-stack", "write 65536", "write 131072", "read 0",
    "upper-half", "recurse"])
{
    Check(what, Crashes(11, 14));
}

foreach (var (what, vector, signal) in ((string, int, int)[])[
    ("divide", 0, 8), ("step", 1, 5), ("step-call", 1, 5), ("breakpoint", 3, 5), ("overflow", 4, 11),
    ("illegal", 6, 4), ("sp-at-fault", 6, 4),
    ("hlt", 13, 11), ("wrmsr", 13, 11), ("cr3", 13, 11), ("lidt", 13, 11), ("noncanonical-jump", 13, 11), ("stub-jump", 13, 11),
    ("in", 13, 11), ("out", 13, 11), ("out-as-trap", 13, 11)])
{
    Check(what, Crashes(signal, vector));
}

// An emulated processor does not check alignment.
Check("unaligned", end => Crashes(7, 17)(end) || Exits(99)(end));
Check("sp-at-call", Exits(0));
Check("calls 100", Exits(0));
Check("stale 200", Exits(0));
Check("large 20", Exits(0));
Check("hide", Exits(7));
Check("seek", Exits(0));
Check("touch 1073741824 1048576", Exits(0));
Check("touch 20971520 20971520", Exits(0));
Check("touch 1073741824 68157440", end => end is GuestEnd.Killed { Kind: KillReason.OutOfMemory });
Check("calls 1", Exits(0));
if (args.Length > 2)
{
    var hello = ImageReader.Read(args[2]);
    foreach (var round in (int[])[1, 2, 3])
    {
        var stamp = Stopwatch.GetTimestamp();
        var end = Run(hello);
        Console.WriteLine($"hello, round {round}: {end}, {Stopwatch.GetElapsedTime(stamp).TotalMicroseconds:f0} us, {machine.Counters}");
        Console.WriteLine("    " + string.Join(", ", machine.StartSteps.Select(step => $"{step.Name} {step.Nanoseconds}")));
        (passed, failed) = end is GuestEnd.Exited { Status: 1 } ? (passed + 1, failed) : (passed, failed + 1);
    }

    var warm = new List<double>();
    for (var i = 0; i < 200; i++)
    {
        Run(hello);
        var stamp = Stopwatch.GetTimestamp();
        machine.Load(new GuestPlan(hello, ["guest"], [], 64 << 20, 8 << 20, [], default));
        warm.Add(Stopwatch.GetElapsedTime(stamp).TotalMicroseconds);
    }

    warm.Sort();
    Console.WriteLine($"warm load, median of 200: {warm[100]:f1} us; steps of the last: " +
        string.Join(", ", machine.StartSteps.Select(step => $"{step.Name} {step.Nanoseconds}")));
}

Console.WriteLine($"{passed} passed, {failed} failed");
return failed == 0 ? 0 : 1;
