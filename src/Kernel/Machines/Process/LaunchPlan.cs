using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Muk.Abi;
using Muk.Kernel.Machines.Process.Interop;
using Muk.Kernel.Machines.Process.Seccomp;

namespace Muk.Kernel.Machines.Process;

/// <summary>Writes the plan that a launcher carries out. Twin of <c>launcher/muk-launch.h</c>.</summary>
internal static class LaunchPlan
{
    private const uint LimitData = 2;
    private const uint LimitStack = 3;
    private const uint LimitCore = 4;
    private const uint LimitFiles = 7;

    // The guest itself can open nothing. Not smaller, since Linux holds a sender's limit against every descriptor that all
    // of its user's processes have on the way, and several launchers send theirs at the same time (ETOOMANYREFS, unix(7)).
    private const ulong FilesMax = 4096;
    private const uint LimitFileSize = 1;
    private const uint LimitLocked = 8;

    /// <summary>The plan in a file of its own.</summary>
    /// <param name="pid">The launcher's, which the filter compares with.</param>
    /// <param name="core">The CPU to run on.</param>
    /// <param name="bytes">Size of the plan.</param>
    public static SafeFileHandle Write(GuestPlan plan, int pid, int core, ReadOnlySpan<byte> random, out ulong bytes)
    {
        var stack = InitialStack.Build(plan.Image, plan.Arguments, plan.Environment, random, Processor());
        var filter = GuestFilter.Build(pid);
        LaunchLimit[] limits =
        [
            new() { Resource = LimitData, Value = Pages.Up(plan.MemoryBytes) + Pages.Up(plan.StackBytes) },
            new() { Resource = LimitStack, Value = Pages.Up(plan.StackBytes) },
            new() { Resource = LimitCore },
            new() { Resource = LimitFileSize },
            new() { Resource = LimitLocked },
            new() { Resource = LimitFiles, Value = FilesMax },
        ];

        var mapCount = LaunchMaps.Build(plan, 0).Count;
        var header = default(LaunchHeader);
        header.MapOffset = (uint)Marshal.SizeOf<LaunchHeader>();
        header.MapCount = (uint)mapCount;
        header.FilterOffset = header.MapOffset + (uint)(mapCount * Marshal.SizeOf<LaunchMap>());
        header.FilterCount = (uint)filter.Length;
        header.LimitOffset = header.FilterOffset + (uint)(filter.Length * Marshal.SizeOf<BpfInstruction>());
        header.LimitCount = (uint)limits.Length;
        header.StackOffset = header.LimitOffset + (uint)(limits.Length * Marshal.SizeOf<LaunchLimit>());
        header.StackBytes = (uint)stack.Bytes.Length;
        var bootOffset = Pages.Up(header.StackOffset + header.StackBytes);
        header.Bytes = bootOffset + GuestLayout.BootBytes;
        var maps = LaunchMaps.Build(plan, bootOffset);

        header.Magic = LaunchLayout.Magic;
        header.Entry = GuestLayout.ImageAddress + plan.Image.Entry;
        header.Stack = stack.Pointer;
        header.VdsoSlot = stack.VdsoSlot;
        header.Core = (uint)core;
        Describe(ref header, plan, stack);

        var content = new byte[bootOffset + (ulong)Marshal.SizeOf<BootBlock>()];
        MemoryMarshal.Write(content, in header);
        MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(maps)).CopyTo(content.AsSpan((int)header.MapOffset));
        MemoryMarshal.AsBytes(filter.AsSpan()).CopyTo(content.AsSpan((int)header.FilterOffset));
        MemoryMarshal.AsBytes(limits.AsSpan()).CopyTo(content.AsSpan((int)header.LimitOffset));
        stack.Bytes.CopyTo(content, header.StackOffset);
        var boot = Boot(plan);
        MemoryMarshal.Write(content.AsSpan((int)bootOffset), in boot);

        var file = Descriptors.MemoryFile("plan");
        RandomAccess.SetLength(file, (long)header.Bytes);
        RandomAccess.Write(file, content, 0);
        bytes = header.Bytes;
        return file;
    }

    private static BootBlock Boot(GuestPlan plan)
    {
        var boot = plan.Boot;
        boot.Machine = MachineKind.Process;
        foreach (var ring in plan.Rings)
        {
            boot.Ports[ring.Port].RingAddress = GuestLayout.RingsAddress + ((ulong)ring.Port * GuestLayout.RingStride);
            boot.Ports[ring.Port].Linked = 1;
        }

        return boot;
    }

    /// <summary>What /proc says of the process, and where its break starts.</summary>
    private static void Describe(ref LaunchHeader header, GuestPlan plan, InitialStack stack)
    {
        var text = plan.Image.Segments.FirstOrDefault(s => s.Rights.HasFlag(Memory.PageRights.Execute)) ?? plan.Image.Segments[0];
        header.StartCode = GuestLayout.ImageAddress + text.Start;
        header.EndCode = header.StartCode + text.MemoryBytes;
        header.StartData = header.EndData = LaunchMaps.ImageEnd(plan.Image);
        header.StartBreak = header.Break = LaunchMaps.ImageEnd(plan.Image);
        header.StartStack = stack.Pointer;
        (header.ArgumentsStart, header.ArgumentsEnd) = stack.Arguments;
        (header.EnvironmentStart, header.EnvironmentEnd) = stack.Environment;
        (header.Auxiliary, header.AuxiliaryBytes) = stack.Auxiliary;
        header.ExecutableDescriptor = uint.MaxValue;
    }

    private static (ulong Hwcap, ulong Hwcap2, ulong MinimalSignalStack) Processor() =>
        (GuestProcessCalls.AuxiliaryValue(16), GuestProcessCalls.AuxiliaryValue(26), GuestProcessCalls.AuxiliaryValue(51));
}
