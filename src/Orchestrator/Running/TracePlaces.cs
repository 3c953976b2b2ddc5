using Muk.Kernel.Control;
using Muk.Kernel.Crashes;
using Muk.Orchestrator.Images;

namespace Muk.Orchestrator.Running;

/// <summary>Puts file and line into the stack traces that a C# program prints: an image has the names of its methods and not its
/// sources, which are in the file beside it. Owner: the thread that pumps the stage's standard error.</summary>
/// <remarks>Only lines of exactly that shape, about methods of the program itself, and only where one place fits: of overloads that leave a
/// choice the line stays as it is.</remarks>
internal sealed class TracePlaces(string image, string? sourceRoot)
{
    private const int PlacesMax = 256;
    private const int CallBytesMin = 2;
    private const int CallBytesMax = 7;

    private readonly Dictionary<(string, ulong), string?> _known = [];
    private ILookup<string, ElfSymbol>? _methods;
    private byte[] _file = [];
    private IReadOnlyList<ElfSection> _sections = [];

    /// <summary>The line, with its place where it has one.</summary>
    public string Spell(string line) => TraceLine.Read(line) is { } trace && Place(trace) is { } place ? trace.At(place) : line;

    private string? Place(TraceLine trace)
    {
        var key = (trace.Method, trace.Offset);
        // A program may print as many traces as it likes; each new one costs a run of the symboliser.
        if (!_known.TryGetValue(key, out var place) && _known.Count < PlacesMax)
        {
            place = Find(trace);
            _known[key] = place;
        }

        return place;
    }

    private string? Find(TraceLine trace)
    {
        _methods ??= Load();
        var fitting = _methods[trace.Method].Where(m => trace.Offset <= m.Bytes).ToArray();
        var afterCall = fitting.Where(m => IsAfterCall(m.Address + trace.Offset)).ToArray();
        // Where a call ends at the offset, it is a return address, which belongs to the line of the call.
        var at = afterCall.Length > 0 ? afterCall.Select(m => m.Address + trace.Offset - 1) : fitting.Select(m => m.Address + trace.Offset);
        var places = at.Select(address => new Symboliser(sourceRoot: sourceRoot).Resolve(image, [new CrashFrame(true, address)])[^1].Place)
            .Distinct().ToArray();
        return places.Length == 1 && IsOfTheUser(places[0]) ? places[0] : null;
    }

    // Code that the compiler has made has no line, and is given one of the framework's.
    private static bool IsOfTheUser(string place) =>
        !place.StartsWith("/_", StringComparison.Ordinal) && place.Contains(':', StringComparison.Ordinal);

    private ILookup<string, ElfSymbol> Load()
    {
        var symbols = image + ".debug";
        try
        {
            _file = File.ReadAllBytes(File.Exists(symbols) ? symbols : image);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            _file = []; // A trace without lines, then.
        }

        _sections = ElfSections.Read(_file);
        var program = TraceLine.Key(Path.GetFileNameWithoutExtension(image)) + "_";
        return ElfSymbols.Read(_file)
            .Select(symbol => (Key: MethodOf(symbol.Name), Symbol: symbol))
            .Where(found => found.Key.StartsWith(program, StringComparison.Ordinal))
            .SelectMany(found => Names(found.Key[program.Length..]).Select(name => (name, found.Symbol)))
            .ToLookup(found => found.name, found => found.Symbol);
    }

    private static string MethodOf(string symbol) => TraceLine.Key(symbol.Replace('<', '[').Replace('>', ']'));

    /// <summary>The second overload of a method, and each further one, has a number behind its name.</summary>
    private static IEnumerable<string> Names(string method)
    {
        yield return method;
        var end = method.LastIndexOf('_');
        if (end > 0 && end + 1 < method.Length && method.AsSpan(end + 1).IndexOfAnyExceptInRange('0', '9') < 0)
        {
            yield return method[..end];
        }
    }

    /// <summary>Does a call end at this address: <c>call rel32</c>, or one through a register or memory?</summary>
    private bool IsAfterCall(ulong address)
    {
        var section = _sections.FirstOrDefault(s => s.MemoryBytes > 0 && s.FileBytes > 0 && address - s.Address - 1 < s.FileBytes);
        if (section is null || address - section.Address < CallBytesMax)
        {
            return false;
        }

        var end = (int)(section.FileOffset + (address - section.Address));
        var before = _file.AsSpan(end - CallBytesMax, CallBytesMax);
        var found = before[CallBytesMax - 5] == 0xe8;
        for (var bytes = CallBytesMin; bytes <= CallBytesMax; bytes++)
        {
            found |= before[^bytes] == 0xff && (before[^(bytes - 1)] >> 3 & 7) == 2 && Length(before[^(bytes - 1)]) == bytes;
        }

        return found;
    }

    /// <summary>Bytes of <c>call</c> through what a ModRM byte says, a SIB byte left aside where there may be one.</summary>
    private static int Length(byte modes)
    {
        var (mode, register) = (modes >> 6, modes & 7);
        var sib = mode != 3 && register == 4 ? 1 : 0;
        return 2 + sib + mode switch
        {
            0 => register == 5 ? 4 : 0,
            1 => 1,
            2 => 4,
            _ => 0,
        };
    }
}
