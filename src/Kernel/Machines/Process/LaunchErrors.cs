using Muk.Channel.Interop;

namespace Muk.Kernel.Machines.Process;

/// <summary>What to say when the host refuses a launcher one of its steps. Pure.</summary>
internal static class LaunchErrors
{
    /// <summary>Not an errno: nobody asked for tracing.</summary>
    public const int NotWanted = -1;

    /// <summary>ECHILD.</summary>
    public const int Gone = 10;

    private const int Ebusy = 16;

    public static HostException Refused(LaunchStep step, int error, uint item) => step switch
    {
        LaunchStep.Receive => new("muk-launch: recvmsg", error, "the plan's message is not whole; this is a bug of Muk"),
        LaunchStep.Plan => new("muk-launch: mmap(plan)", error, "the launcher is not of this build: build again"),
        LaunchStep.Pin => new($"muk-launch: sched_setaffinity(CPU {item})", error, "the core must be online and in this cpuset"),
        LaunchStep.Map => new($"muk-launch: mmap(part {item} of the guest)", error,
            "vm.mmap_min_addr must be at most 65536 (sysctl vm.mmap_min_addr), and there must be memory and address space enough"),
        LaunchStep.Limit => new($"muk-launch: setrlimit({item})", error, "this process's own hard limits must not be lower"),
        LaunchStep.Privileges => new("muk-launch: giving up privileges", error, ""),
        LaunchStep.Seccomp when error == Ebusy => new("muk-launch: seccomp(NEW_LISTENER)", error,
            "another supervisor already listens to this process's system calls (a container's seccomp agent); start Muk outside of it"),
        LaunchStep.Seccomp => new("muk-launch: seccomp(NEW_LISTENER)", error,
            "Linux 5.0 or later with CONFIG_SECCOMP_FILTER and the user_notif action is needed "
            + "(cat /proc/sys/kernel/seccomp/actions_avail); a container must not forbid seccomp(2)"),
        _ => new($"muk-launch: step {step}", error, ""),
    };
}
