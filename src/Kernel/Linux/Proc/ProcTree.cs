using System.Globalization;
using System.Text;
using Muk.Kernel.Linux.Descriptors;
using Muk.Kernel.Linux.Files;
using Muk.Kernel.Linux.Threads;

namespace Muk.Kernel.Linux.Proc;

/// <summary>/proc and /sys as a machine of one core and the MUK's memory shows them: what C libraries and runtimes look up.
/// Nothing of it comes from the host; what is not here is not there. Owner: the vCPU thread.</summary>
internal sealed class ProcTree(Session session, DescriptorTable descriptors)
{
    private const byte TypeFolder = 4;
    private const byte TypeRegular = 8;
    private const byte TypeLink = 10;
    private const string Self = "/proc/self";
    private const string Tasks = Self + "/task";
    private const string Descriptors = Self + "/fd";

    /// <summary>Made when it is first asked for: few programs do.</summary>
    private Dictionary<string, Func<string>>? _texts;

    private Dictionary<string, Func<string>> Texts => _texts ??= MakeTexts();

    /// <summary>The entry that a path names, or null. Links at the path's end are not followed.</summary>
    public ProcEntry? Find(string path)
    {
        if (!path.StartsWith("/proc", StringComparison.Ordinal) && !path.StartsWith("/sys", StringComparison.Ordinal))
        {
            return null;
        }

        path = Canonical(path);
        if (OfThread(ref path) is { } thread && path == Self + "/comm" && thread.Name[0] != 0)
        {
            return new ProcEntry.Text(() => [.. thread.Name.AsSpan(0, thread.Name.AsSpan().IndexOf((byte)0)), (byte)'\n']);
        }

        if (path == Self + "/exe")
        {
            return new ProcEntry.Link("/" + session.Options.Name);
        }

        if (path is Self + "/cwd" or Self + "/root")
        {
            return new ProcEntry.Link("/");
        }

        if (Texts.TryGetValue(path, out var make))
        {
            return new ProcEntry.Text(() => Encoding.UTF8.GetBytes(make()));
        }

        if (path.StartsWith(Descriptors + "/", StringComparison.Ordinal))
        {
            return Descriptor(path) is { } number ? new ProcEntry.Link(NameOf(number, descriptors.Find(number)!)) : null;
        }

        return Folder(path);
    }

    /// <summary>The descriptor that a link of /proc/self/fd stands for.</summary>
    public ulong? Descriptor(string path)
    {
        path = Canonical(path);
        _ = OfThread(ref path);
        return path.StartsWith(Descriptors + "/", StringComparison.Ordinal)
            && ulong.TryParse(path.AsSpan(Descriptors.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && descriptors.Find(number) is not null ? number : null;
    }

    /// <summary>statfs's type of what is there (linux/magic.h).</summary>
    public static ulong FileSystem(string path)
    {
        path = Canonical(path);
        return path.StartsWith("/proc", StringComparison.Ordinal) ? 0x9fa0ul
            : path.StartsWith("/sys/fs/cgroup", StringComparison.Ordinal) ? 0x6367_7270ul
            : 0x6265_6572ul;
    }

    /// <summary>Opens an entry; null for a link, which leads elsewhere.</summary>
    public static OpenFile? Open(string path, ProcEntry entry) => entry switch
    {
        ProcEntry.Text text => new TextFile(Inode(path), text.Make()),
        ProcEntry.Folder folder => new FolderFile(Canonical(path), Inode(path), folder.Names),
        _ => null,
    };

    /// <summary>Facts of an entry itself.</summary>
    public static HostStat Stat(string path, ProcEntry entry) => entry switch
    {
        ProcEntry.Text => HostStat.Text(Inode(path)),
        ProcEntry.Folder => HostStat.Folder(Inode(path)),
        _ => HostStat.Link(Inode(path)),
    };

    /// <summary>A path without empty parts and "."; every way to say "this process" becomes /proc/self.</summary>
    private static string Canonical(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("." or ".."))
            {
                parts.Add(part);
            }
        }

        if (parts.Count > 1 && parts[0] == "proc" && (parts[1] is "1" or "thread-self"))
        {
            parts[1] = "self";
        }

        return "/" + string.Join('/', parts);
    }

    /// <summary>A number that stays the same for a path.</summary>
    private static ulong Inode(string path)
    {
        var hash = 14695981039346656037ul; // FNV-1a.
        foreach (var letter in path)
        {
            hash = (hash ^ letter) * 1099511628211ul;
        }

        return hash >> 16;
    }

    private static string NameOf(ulong number, OpenFile file) => file is HostFile host ? host.Path
        : FormattableString.Invariant($"{file.Kind}:[{1000 + number}]");

    /// <summary>The thread whose folder a path leads into; all there but its name is the program's, so the path becomes the
    /// program's.</summary>
    private GuestThread? OfThread(ref string path)
    {
        if (!path.StartsWith(Tasks + "/", StringComparison.Ordinal))
        {
            return null;
        }

        var rest = path.AsSpan(Tasks.Length + 1);
        var slash = rest.IndexOf('/');
        var name = slash < 0 ? rest : rest[..slash];
        if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || session.Threads.Find(id) is not { } thread)
        {
            return null;
        }

        path = string.Concat(Self, slash < 0 ? default : rest[slash..]);
        return thread;
    }

    private ProcEntry.Folder? Folder(string path)
    {
        var names = new SortedDictionary<string, byte>(StringComparer.Ordinal);
        var prefix = path == "/" ? path : path + "/";
        foreach (var text in Texts.Keys)
        {
            if (text.StartsWith(prefix, StringComparison.Ordinal))
            {
                var slash = text.IndexOf('/', prefix.Length);
                names.TryAdd(slash < 0 ? text[prefix.Length..] : text[prefix.Length..slash], slash < 0 ? TypeRegular : TypeFolder);
            }
        }

        switch (path)
        {
            case "/proc":
                names["1"] = TypeFolder;
                break;
            case Self:
                names["exe"] = names["cwd"] = names["root"] = TypeLink;
                names["fd"] = names["task"] = TypeFolder;
                break;
            case Tasks:
                foreach (var thread in session.Threads.All)
                {
                    names[thread.Id.ToString(CultureInfo.InvariantCulture)] = TypeFolder;
                }

                break;
            case Descriptors:
                for (var i = 0ul; i < DescriptorTable.CountMax; i++)
                {
                    if (descriptors.Find(i) is not null)
                    {
                        names[i.ToString(CultureInfo.InvariantCulture)] = TypeLink;
                    }
                }

                break;
            default:
                break;
        }

        return names.Count == 0 ? null
            : new([(".", TypeFolder), ("..", TypeFolder), .. names.Select(pair => (pair.Key, pair.Value))]);
    }

    private Dictionary<string, Func<string>> MakeTexts()
    {
        var texts = new Dictionary<string, Func<string>>(StringComparer.Ordinal);
        new ProcSelf(session).AddTo(texts);
        new ProcMachine(session).AddTo(texts);
        new SysTexts(session).AddTo(texts);
        return texts;
    }
}
