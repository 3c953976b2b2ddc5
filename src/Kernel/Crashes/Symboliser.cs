using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Muk.Kernel.Control;

namespace Muk.Kernel.Crashes;

/// <summary>Turns a crash's frames into functions and source lines with llvm-symbolizer. What it cannot turn it leaves as offsets;
/// a tool that is missing, fails or takes too long is no error. For the orchestrator; any thread.</summary>
/// <param name="tool">The program; null for the one that Debian's llvm-19 has.</param>
/// <param name="timeout">How long one backtrace may take; null for half a minute, which an emulated machine may need.</param>
/// <param name="sourceRoot">Paths under this folder are shown relative to it; null for whole paths.</param>
public sealed class Symboliser(string? tool = null, TimeSpan? timeout = null, string? sourceRoot = null)
{
    private const string DebianTool = "llvm-symbolizer-19";
    private const string DebugSuffix = ".debug";
    private const int InlinedMax = 256;
    private static readonly TimeSpan _timeoutDefault = TimeSpan.FromSeconds(30);

    /// <summary>The frames, innermost first; one frame may become several where calls were inlined.</summary>
    /// <param name="image">The image file; its symbols may lie beside it, with <c>.debug</c> after the name.</param>
    public IReadOnlyList<SourceFrame> Resolve(string image, IReadOnlyList<CrashFrame> frames)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(frames);
        var blocks = frames.Any(f => f.InImage) ? Ask(image, frames) : [];
        var resolved = new List<SourceFrame>();
        var block = 0;
        foreach (var frame in frames)
        {
            var found = frame.InImage && block < blocks.Count ? blocks[block++] : [];
            resolved.AddRange(found.Count > 0 ? found : [Offset(image, frame)]);
        }

        return resolved;
    }

    /// <summary>Reads the tool's answer: for each address pairs of a function's and a place's line, then an empty line. Pure.</summary>
    internal static List<List<SourceFrame>> Parse(string answer, string? sourceRoot)
    {
        const string unknown = "??";
        var blocks = new List<List<SourceFrame>>();
        var lines = answer.Split('\n');
        for (var i = 0; i + 1 < lines.Length; i++)
        {
            // Whatever is known of it, an address has at least one pair of lines.
            var block = new List<SourceFrame>();
            for (; i + 1 < lines.Length && lines[i].Length > 0; i += 2)
            {
                var function = lines[i].StartsWith(unknown, StringComparison.Ordinal) ? "" : lines[i];
                var place = lines[i + 1].StartsWith(unknown, StringComparison.Ordinal) ? "" : Shorten(lines[i + 1], sourceRoot);
                if (place.Length + function.Length > 0 && block.Count < InlinedMax)
                {
                    block.Add(new(function, place.Length > 0 ? place : "unknown source"));
                }
            }

            blocks.Add(block);
        }

        return blocks;
    }

    private List<List<SourceFrame>> Ask(string image, IReadOnlyList<CrashFrame> frames)
    {
        var symbols = File.Exists(image + DebugSuffix) ? image + DebugSuffix : image;
        var start = new ProcessStartInfo(tool ?? DebianTool)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.ArgumentList.Add("--obj=" + symbols);
        start.ArgumentList.Add("--output-style=LLVM");
        for (var i = 0; i < frames.Count; i++)
        {
            if (frames[i].InImage)
            {
                // A return address belongs to the line after the call, the byte before it to the call.
                var at = i == 0 || frames[i].Offset == 0 ? frames[i].Offset : frames[i].Offset - 1;
                start.ArgumentList.Add("0x" + at.ToString("x", CultureInfo.InvariantCulture));
            }
        }

        try
        {
            using var process = Process.Start(start);
            if (process is null)
            {
                return [];
            }

            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync();
            var answer = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(timeout ?? _timeoutDefault))
            {
                process.Kill();
                return [];
            }

            return Task.WaitAll([errors, answer], timeout ?? _timeoutDefault) ? Parse(answer.Result, sourceRoot) : [];
        }
        catch (Win32Exception)
        {
            return []; // The tool is not installed.
        }
    }

    private static string Shorten(string place, string? root)
    {
        const string nativeRoot = "/_/./"; // What NativeAOT's compiler makes of a path that is relative as the build rules give it.
        const string noColumn = ":0";
        place = place.EndsWith(noColumn, StringComparison.Ordinal) ? place[..^noColumn.Length] : place;
        return place.StartsWith(nativeRoot, StringComparison.Ordinal) ? place[nativeRoot.Length..]
            : root is not null && place.StartsWith(root.TrimEnd('/') + "/", StringComparison.Ordinal)
                ? place[(root.TrimEnd('/').Length + 1)..]
                : place;
    }

    private static SourceFrame Offset(string image, CrashFrame frame) => new("", frame.InImage
        ? string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(image)}+0x{frame.Offset:x}")
        : string.Create(CultureInfo.InvariantCulture, $"0x{frame.Offset:x}, outside of the image"));
}
