using System.Xml.Linq;

namespace Muk.Orchestrator.Cli.Testing;

/// <summary>What one test program found.</summary>
/// <param name="Passed">Tests that held.</param>
/// <param name="Skipped">Tests whose needs this host does not meet, each with its reason.</param>
/// <param name="Failures">Tests that did not hold.</param>
public sealed record TestResults(int Passed, IReadOnlyList<SkippedTest> Skipped, IReadOnlyList<FailedTest> Failures)
{
    /// <summary>Reads the results file of an xunit.v3 program (xunit's "v2 XML format": assemblies/assembly/collection/test).</summary>
    /// <remarks>An error outside of any test, such as a fixture's that could not be put away, counts as a failure.</remarks>
    /// <exception cref="System.Xml.XmlException">It is not whole.</exception>
    public static TestResults Read(Stream file)
    {
        var document = XDocument.Load(file);
        var tests = document.Descendants("test").ToLookup(test => (string?)test.Attribute("result"));
        return new(
            tests["Pass"].Count(),
            [.. tests["Skip"].Select(test => new SkippedTest(Name(test), test.Element("reason")?.Value ?? "no reason given"))],
            [.. tests["Fail"].Concat(document.Descendants("error")).Select(Failure)]);
    }

    /// <summary>The one failure of a program that ended before its results were whole.</summary>
    public static TestResults OfBroken(string program, string reason) => new(0, [], [new(program, reason, "")]);

    private static FailedTest Failure(XElement test) =>
        new(
            Name(test),
            test.Element("failure")?.Element("message")?.Value ?? "no message",
            test.Element("failure")?.Element("stack-trace")?.Value ?? "");

    // xunit escapes the quotes of arguments once more than XML does.
    private static string Name(XElement test) =>
        ((string?)test.Attribute("name"))?.Replace("\\\"", "\"", StringComparison.Ordinal) ?? "outside of any test";
}

/// <summary>A test that did not hold.</summary>
public sealed record FailedTest(string Name, string Message, string Trace);

/// <summary>A test that was not run.</summary>
public sealed record SkippedTest(string Name, string Reason);
