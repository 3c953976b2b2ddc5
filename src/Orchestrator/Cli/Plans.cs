using Muk.Orchestrator.Images;
using Muk.Orchestrator.Pipelines;

namespace Muk.Orchestrator.Cli;

/// <summary>Makes plans for verbs.</summary>
public static class Plans
{
    /// <summary>Checks a pipeline against the images there are.</summary>
    /// <exception cref="UserErrorException">A name that is not there (127), or ports that do not fit (126).</exception>
    public static Plan Link(PipelineText text, IImageSource images)
    {
        try
        {
            return Linker.Link(text, images);
        }
        catch (LinkException problem)
        {
            var missing = text.Stages.Any(stage => images.Find(stage.Name) is null);
            throw new UserErrorException(problem.Message, missing ? ExitStatus.NotFound : ExitStatus.CannotRun);
        }
    }
}
