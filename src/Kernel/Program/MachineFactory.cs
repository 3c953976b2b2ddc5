using Muk.Abi;
using Muk.Kernel.Control;
using Muk.Kernel.Machines;
using Muk.Kernel.Machines.Kvm;
using Muk.Kernel.Machines.Process;

namespace Muk.Kernel.Program;

/// <summary>Makes the machine that the command line names.</summary>
internal static class MachineFactory
{
    /// <exception cref="Channel.Interop.HostException">The host has no such machine.</exception>
    public static IMachine Create(CoreOptions options) => options.Machine switch
    {
        MachineKind.Process => new ProcessMachine(ProcessMachineOptions.ForCore(options.Core, options.JoinFile)),
        _ => new KvmMachine(new KvmOptions(
            NodeFiles.Memory(options.Folder, options.Kernel), CpuidCachePath: NodeFiles.CpuidCache(options.Folder))),
    };
}
