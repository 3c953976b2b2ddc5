using Muk.Orchestrator.Bench;
using Muk.Orchestrator.Cli;
using Muk.Orchestrator.Cli.Verbs;

List<IVerb> verbs =
[
    new BuildVerb(), new LsVerb(), new InspectVerb(), new RunVerb(), new ReplVerb(),
    new DoctorVerb(), new BenchVerb(), new DemoVerb(), new TestVerb(),
];
verbs.Add(new HelpVerb([.. verbs.Select(verb => verb.Spec), HelpVerb.Description]));
return await new FrontDoor(verbs, Terminal.OfProcess()).RunAsync(args);
