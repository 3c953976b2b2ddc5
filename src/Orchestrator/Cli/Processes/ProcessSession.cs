using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Muk.Orchestrator.Cli.Processes;

/// <summary>The processes of a session (setsid(2)): a program, and what it has started that has not left for a session of its
/// own.</summary>
/// <param name="id">The session's id, which is its leader's process id.</param>
public sealed class ProcessSession(int id)
{
    private const int RoundsMax = 10;

    /// <summary>The commands of those that run, each with its process id.</summary>
    public IReadOnlyList<string> Members() => [.. Ids().Select(process => $"{Name(process)} ({process})")];

    /// <summary>Ends all of them, and those that were started meanwhile.</summary>
    public void Kill()
    {
        for (var round = 0; round < RoundsMax && Ids() is { Count: > 0 } members; round++)
        {
            foreach (var member in members)
            {
                Kill(member);
            }

            Thread.Sleep(1 << round); // A process is gone only after it has put its memory away.
        }
    }

    private static void Kill(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            found.Kill();
        }
        catch (Exception problem) when (problem is ArgumentException or InvalidOperationException or Win32Exception)
        {
            Debug.WriteLine($"{process} ended by itself: {problem.Message}");
        }
    }

    private List<int> Ids() =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var process) ? process : 0)
            .Where(process => process != 0 && IsMember(process)),
    ];

    private bool IsMember(int process)
    {
        // proc(5), stat: pid (comm) state ppid pgrp session …; comm may hold blanks and parentheses.
        var stat = Read($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 3 && fields[0] is not ("Z" or "X")
            && int.Parse(fields[3], CultureInfo.InvariantCulture) == id;
    }

    private static string Name(int process) => Read($"/proc/{process}/comm").Trim();

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return ""; // It ended while we looked.
        }
    }
}
