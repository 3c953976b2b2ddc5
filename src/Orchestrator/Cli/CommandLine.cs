using System.Globalization;
using Muk.Orchestrator.Pipelines;

namespace Muk.Orchestrator.Cli;

/// <summary>The arguments of one verb, parsed by its <see cref="VerbSpec"/>. Immutable.</summary>
public sealed class CommandLine
{
    private readonly IReadOnlyDictionary<string, string?> _options;

    private CommandLine(VerbSpec spec, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?> options)
    {
        Spec = spec;
        Arguments = arguments;
        _options = options;
    }

    /// <summary>The verb these belong to.</summary>
    public VerbSpec Spec { get; }

    /// <summary>The positional arguments in order.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>Parses what follows the verb: <c>--name value</c>, <c>--name=value</c>, and <c>--</c> before arguments that
    /// start with a dash.</summary>
    /// <exception cref="UserErrorException">An option nobody knows, a value that is missing or not wanted, too many arguments.</exception>
    public static CommandLine Parse(VerbSpec spec, IReadOnlyList<string> words)
    {
        List<string> arguments = [];
        Dictionary<string, string?> options = [];
        var onlyArguments = false;
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            if (onlyArguments || word.Length < 2 || word[0] != '-')
            {
                arguments.Add(word);
                continue;
            }

            if (word == "--")
            {
                onlyArguments = true;
                continue;
            }

            var (name, given) = Split(word);
            var option = spec.Options.FirstOrDefault(o => o.Name == name) ?? throw Unknown(spec, name);
            var value = given;
            if (option.Value is null && given is not null)
            {
                throw UserErrorException.Usage($"{name} takes no value: write just {name}");
            }

            if (option.Value is not null && given is null)
            {
                i++;
                value = i < words.Count
                    ? words[i]
                    : throw UserErrorException.Usage($"{name} needs {option.Value} after it; see muk help {spec.Name}");
            }

            if (!options.TryAdd(name, value))
            {
                throw UserErrorException.Usage($"{name} is there twice: give it once");
            }
        }

        if (arguments.Count > spec.ArgumentsMax)
        {
            var extra = arguments[spec.ArgumentsMax];
            throw UserErrorException.Usage(spec.Name == "run"
                ? $"'{extra}' is one argument too many: put the whole pipeline in quotes, such as muk run 'tokenize | count'"
                : $"'{extra}' is one argument too many for muk {spec.Name}; see muk help {spec.Name}");
        }

        return new(spec, arguments, options);
    }

    /// <summary>Whether the option is there.</summary>
    public bool Has(VerbOption option) => _options.ContainsKey(option.Name);

    /// <summary>The option's value, null where it is not there.</summary>
    public string? Value(VerbOption option) => _options.GetValueOrDefault(option.Name);

    /// <summary>The option's value as a time such as <c>500ms</c>, <c>30s</c> or <c>2m</c>; null where it is not there.</summary>
    public TimeSpan? Time(VerbOption option) => Value(option) is { } text ? ParseTime(option.Name, text) : null;

    /// <summary>Reads a time of at most 24 hours; <paramref name="name"/> is for the message.</summary>
    /// <exception cref="UserErrorException">It is none.</exception>
    public static TimeSpan ParseTime(string name, string text)
    {
        var (digits, unit) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (text[..^2], TimeSpan.FromMilliseconds(1)),
            _ when text.EndsWith('s') => (text[..^1], TimeSpan.FromSeconds(1)),
            _ when text.EndsWith('m') => (text[..^1], TimeSpan.FromMinutes(1)),
            _ => (text, TimeSpan.FromSeconds(1)),
        };
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            && count > 0 && count * unit.TotalHours <= 24
            ? unit * count
            : throw UserErrorException.Usage($"{name} {text} is no time: write 500ms, 30s or 2m");
    }

    private static (string Name, string? Value) Split(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (word, null) : (word[..equals], word[(equals + 1)..]);
    }

    private static UserErrorException Unknown(VerbSpec spec, string name)
    {
        var nearest = NearestNames.Of(name, spec.Options.Select(o => o.Name)) is [var first, ..] ? first : null;
        return UserErrorException.Usage(
            $"muk {spec.Name} has no option {name}" + (nearest is null ? $"; see muk help {spec.Name}" : $": did you mean {nearest}?"));
    }
}
