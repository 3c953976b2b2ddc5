using Muk.Orchestrator.Cli;
using Muk.Orchestrator.Cli.Showing;
using Muk.Orchestrator.Cli.Verbs;
using Muk.Orchestrator.Images;
using Muk.Orchestrator.Pipelines;
using Muk.Orchestrator.Running;

namespace Muk.Orchestrator.Repl;

/// <summary>Brings images up to date and gives them.</summary>
/// <exception cref="UserErrorException">No image can be trusted.</exception>
public delegate Task<IImageSource> ImagesUpToDate(CancellationToken cancellation);

/// <summary>One session: takes a line, does it, shows what came of it. One thread; core kernels stay up between lines.</summary>
public sealed class Session(IPipelineRunner runner, ImagesUpToDate images, Terminal terminal)
{
    private ReplSettings _settings = new();
    private RunResult? _last;

    /// <summary>Status of the last line, as a shell keeps it.</summary>
    public int Status { get; private set; }

    /// <summary>Does lines until there are no more, or one says so.</summary>
    /// <returns>The status of the last one.</returns>
    /// <exception cref="OperationCanceledException">The session was ended between two lines.</exception>
    public async Task<int> RunAsync(ILineSource lines, CancellationToken cancellation)
    {
        var goesOn = true;
        while (goesOn && await lines.NextAsync(cancellation) is { } line)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(line.Interruption, cancellation);
            goesOn = await DoAsync(line.Text, either.Token);
        }

        return Status;
    }

    /// <summary>Does one line. A mistake is shown and the session goes on.</summary>
    /// <returns>Whether the session goes on.</returns>
    public async Task<bool> DoAsync(string line, CancellationToken cancellation)
    {
        try
        {
            switch (ReplLine.Parse(line))
            {
                case ReplLine.Command { Name: "quit" or "exit" or "q" }:
                    return false;
                case ReplLine.Command command:
                    Status = await CommandAsync(command, cancellation);
                    break;
                case ReplLine.Pipeline pipeline:
                    Status = await RunAsync(pipeline, cancellation);
                    break;
            }
        }
        catch (Exception error) when (Explained.TryStatus(error) is { } status)
        {
            terminal.Say(error.Message);
            Status = status;
        }
        catch (OperationCanceledException)
        {
            terminal.Say(RunVerdict.InterruptReason);
            Status = ExitStatus.Interrupted;
        }

        return true;
    }

    private async Task<int> CommandAsync(ReplLine.Command command, CancellationToken cancellation)
    {
        switch (command)
        {
            case { Name: "help" }:
                ReplHelp.Write(terminal);
                return ExitStatus.Ok;
            case { Name: "ls" }:
                return await new LsVerb().RunAsync(CommandLine.Parse(new LsVerb().Spec, command.Arguments), terminal, cancellation);
            case { Name: "inspect" }:
                return await new InspectVerb().RunAsync(CommandLine.Parse(new InspectVerb().Spec, command.Arguments), terminal,
                    cancellation);
            case { Name: "build" }:
                return await new BuildVerb().RunAsync(CommandLine.Parse(new BuildVerb().Spec, command.Arguments), terminal, cancellation);
            case { Name: "stats" }:
                RunStatistics.Write(terminal.Out, _last ?? throw UserErrorException.Usage("nothing has run yet"));
                return ExitStatus.Ok;
            case { Name: "set", Arguments: [] }:
                foreach (var setting in _settings.Lines())
                {
                    terminal.Out.WriteLine(setting);
                }

                return ExitStatus.Ok;
            case { Name: "set", Arguments: [var name, var value] }:
                _settings = _settings.With(name, value);
                return ExitStatus.Ok;
            case { Name: "set" }:
                throw UserErrorException.Usage("write :set name value, or just :set to see all");
            default:
                var near = NearestNames.Of(command.Name, ReplHelp.Commands.Select(known => known.Name));
                throw UserErrorException.Usage($"there is no :{command.Name}" + (near is [var first, ..] ? $": did you mean :{first}?"
                    : "; :help lists what there is"));
        }
    }

    private async Task<int> RunAsync(ReplLine.Pipeline pipeline, CancellationToken cancellation)
    {
        var text = PipelineText.Parse(pipeline.Text);
        var plan = Plans.Link(text, await images(cancellation));
        using var input = pipeline.Input is { } from ? UserFiles.OpenToRead(from) : null;
        using var output = pipeline.Output is { } to ? UserFiles.OpenToWrite(to) : null;
        var options = new RunOptions
        {
            Machine = _settings.Machine,
            Sharing = _settings.Sharing,
            Timeout = _settings.Timeout,
            Input = input is null ? PipelineInput.Empty : new PipelineInput.Descriptor(input),
            Output = output is null ? PipelineOutput.Standard() : new PipelineOutput.Descriptor(output),
        };
        _last = await runner.RunAsync(plan, options, new RunPrinter(terminal), cancellation);
        RunPrinter.Conclude(terminal, _last);
        if (_settings.Statistics == StatisticsShown.AfterEveryRun)
        {
            RunStatistics.Write(terminal.Error, _last);
        }

        return _last.Status;
    }
}
