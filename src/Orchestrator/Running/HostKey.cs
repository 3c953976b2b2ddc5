using System.Reflection;

namespace Muk.Orchestrator.Running;

/// <summary>What a measurement of this host's machines depends on: when any of it changes, it is measured again.</summary>
public static class HostKey
{
    private const string KvmPath = "/dev/kvm";

    /// <summary>The key of what is measured on a device of KVM's.</summary>
    public static string Of(string device) => $"{Read()}; {device}";

    /// <summary>Kernel release, CPU model, this program's build, and which <c>/dev/kvm</c> there is and who may use it.</summary>
    public static string Read() => string.Join("; ",
        First("/proc/sys/kernel/osrelease", ""),
        First("/proc/cpuinfo", "model name"),
        $"muk {Assembly.GetExecutingAssembly().ManifestModule.ModuleVersionId}",
        Kvm(),
        $"uid {Environment.UserName}");

    private static string Kvm()
    {
        if (!File.Exists(KvmPath))
        {
            return "no /dev/kvm";
        }

        var file = new FileInfo(KvmPath);
        return $"/dev/kvm {file.UnixFileMode} {file.CreationTimeUtc.Ticks} {file.LastWriteTimeUtc.Ticks}";
    }

    // The first line that begins so.
    private static string First(string path, string start) => File.Exists(path)
        ? File.ReadLines(path).FirstOrDefault(l => l.StartsWith(start, StringComparison.Ordinal))?.Trim() ?? "?"
        : "?";
}
