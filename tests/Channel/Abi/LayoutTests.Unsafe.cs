using System.Globalization;
using Muk.Abi;

namespace Muk.Tests.Channel.Abi;

/// <summary>muk_abi.h and its C# twins agree, as a C compiler sees the one and the runtime the other.</summary>
public sealed unsafe class LayoutTests
{
    // SAFETY: addresses of fields of locals are only subtracted from one another.
    private static List<(string C, long Value)> Offsets()
    {
        var all = new List<(string, long)>();
        RingHeader header = default;
        var headerAt = (byte*)&header;
        void Header(string name, void* field) => all.Add(($"offsetof(struct muk_ring_header, {name})", (byte*)field - headerAt));
        Header("magic", &header.Magic);
        Header("abi", &header.Abi);
        Header("kind", &header.Kind);
        Header("data_bytes", &header.DataBytes);
        Header("slot_count", &header.SlotCount);
        Header("slot_bytes", &header.SlotBytes);
        Header("payload_bytes", &header.PayloadBytes);
        Header("payload_offset", &header.PayloadOffset);
        Header("flags", &header.Flags);
        Header("type_hash", &header.TypeHash);
        RingSide side = default;
        var sideAt = (byte*)&side;
        void Side(string name, void* field) => all.Add(($"offsetof(struct muk_ring_side, {name})", (byte*)field - sideAt));
        Side("position", &side.Position);
        Side("messages", &side.Messages);
        Side("bytes", &side.Bytes);
        Side("idle_cycles", &side.IdleCycles);
        Side("waits", &side.Waits);
        Side("parks", &side.Parks);
        Side("state", &side.State);
        Side("parked", &side.Parked);
        Side("bell", &side.Bell);
        BootPort port = default;
        var portAt = (byte*)&port;
        void Port(string name, void* field) => all.Add(($"offsetof(struct muk_boot_port, {name})", (byte*)field - portAt));
        Port("name", &port.Name);
        Port("direction", &port.Direction);
        Port("linked", &port.Linked);
        Port("ring_address", &port.RingAddress);
        BootBlock boot = default;
        var bootAt = (byte*)&boot;
        void Boot(string name, void* field) => all.Add(($"offsetof(struct muk_boot, {name})", (byte*)field - bootAt));
        Boot("magic", &boot.Magic);
        Boot("abi", &boot.Abi);
        Boot("machine", &boot.Machine);
        Boot("core", &boot.Core);
        Boot("port_count", &boot.PortCount);
        Boot("spin_iterations", &boot.SpinIterations);
        Boot("stdio_port[0]", &boot.StdinPort);
        Boot("stdio_port[1]", &boot.StdoutPort);
        Boot("stdio_port[2]", &boot.StderrPort);
        Boot("tsc_base", &boot.TscBase);
        Boot("ns_base", &boot.NsBase);
        Boot("tsc_mult", &boot.TscMult);
        Boot("tsc_shift", &boot.TscShift);
        Boot("tsc_hz", &boot.TscHz);
        Boot("realtime_offset_ns", &boot.RealtimeOffsetNs);
        Boot("ports", &boot.Ports);
        ControlPage control = default;
        var controlAt = (byte*)&control;
        void Control(string name, void* field) => all.Add(($"offsetof(struct muk_control, {name})", (byte*)field - controlAt));
        Control("magic", &control.Magic);
        Control("abi", &control.Abi);
        Control("kernel_pid", &control.KernelPid);
        Control("kill_word", &control.KillWord);
        Control("kill_reason", &control.KillReason);
        Control("kill_run", &control.KillRun);
        Control("asked_ns", &control.AskedNs);
        Control("run", &control.Run);
        Control("exits", &control.Exits);
        Control("system_calls", &control.SystemCalls);
        Control("faults", &control.Faults);
        Control("interrupts", &control.Interrupts);
        Control("parks", &control.Parks);
        Control("memory_bytes", &control.MemoryBytes);
        Control("started_ns", &control.StartedNs);
        Control("ended_ns", &control.EndedNs);
        return all;
    }

    private static (string C, long Value)[] Numbers() =>
    [
        ("sizeof(struct muk_ring_header)", sizeof(RingHeader)), ("sizeof(struct muk_ring_side)", sizeof(RingSide)),
        ("sizeof(struct muk_boot_port)", sizeof(BootPort)), ("sizeof(struct muk_boot)", sizeof(BootBlock)),
        ("sizeof(struct muk_control)", sizeof(ControlPage)), ("MUK_ABI_VERSION", GuestLayout.AbiVersion),
        ("MUK_STUB_ADDRESS", (long)GuestLayout.StubAddress), ("MUK_BOOT_ADDRESS", (long)GuestLayout.BootAddress),
        ("MUK_BOOT_BYTES", GuestLayout.BootBytes), ("MUK_RINGS_ADDRESS", (long)GuestLayout.RingsAddress),
        ("MUK_RING_STRIDE", (long)GuestLayout.RingStride), ("MUK_IMAGE_ADDRESS", (long)GuestLayout.ImageAddress),
        ("MUK_MMAP_TOP", (long)GuestLayout.MmapTop), ("MUK_STACK_TOP", (long)GuestLayout.StackTop),
        ("MUK_PORTS_MAX", GuestLayout.PortsMax), ("MUK_NAME_BYTES", GuestLayout.NameBytes),
        ("MUK_RING_MAGIC", (long)RingLayout.Magic), ("MUK_RING_PRODUCER_OFFSET", RingLayout.ProducerOffset),
        ("MUK_RING_CONSUMER_OFFSET", RingLayout.ConsumerOffset), ("MUK_RING_DATA_OFFSET", RingLayout.DataOffset),
        ("MUK_RING_DATA_BYTES_MIN", RingLayout.DataBytesMin), ("MUK_RING_DATA_BYTES_MAX", RingLayout.DataBytesMax),
        ("MUK_RING_SLOTS", (long)RingKind.Slots), ("MUK_RING_RECORDS", (long)RingKind.Records),
        ("MUK_RING_CONSUMER_PARKS", (long)RingFlags.ConsumerParks), ("MUK_RING_PRODUCER_PARKS", (long)RingFlags.ProducerParks),
        ("MUK_RING_CONSUMER_TOUCHES", (long)RingFlags.ConsumerTouches),
        ("MUK_RING_OPEN", (long)RingState.Open), ("MUK_RING_ENDED", (long)RingState.Ended), ("MUK_RING_FAILED", (long)RingState.Failed),
        ("MUK_BOOT_MAGIC", (long)BootBlock.MagicValue), ("MUK_CONTROL_MAGIC", (long)ControlPage.MagicValue),
        ("MUK_MACHINE_KVM", (long)MachineKind.Kvm), ("MUK_MACHINE_PROCESS", (long)MachineKind.Process),
        ("MUK_DIRECTION_IN", (long)PortDirection.In), ("MUK_DIRECTION_OUT", (long)PortDirection.Out),
        ("MUK_CALL_PARK", (long)MukCall.Park), ("MUK_CALL_RING", (long)MukCall.Ring), ("MUK_CALL_LOG", (long)MukCall.Log),
        ("MUK_LANGUAGE_C", (long)SourceLanguage.C), ("MUK_LANGUAGE_CSHARP", (long)SourceLanguage.CSharp),
        ("MUK_MANIFEST_LEVEL", ManifestCodec.LevelMask),
        ("MUK_PORT_COPIES", ManifestCodec.PortCopies),
        ("MUK_TYPE_STRUCT", (long)MessageTypeKind.Struct), ("MUK_TYPE_SIGNED", (long)MessageTypeKind.Signed),
        ("MUK_TYPE_UNSIGNED", (long)MessageTypeKind.Unsigned), ("MUK_TYPE_FLOAT", (long)MessageTypeKind.Float),
        ("MUK_TYPE_BOOL", (long)MessageTypeKind.Bool), ("MUK_TYPE_CHAR", (long)MessageTypeKind.Char),
        ("MUK_TYPE_ENUM", (long)MessageTypeKind.Enum), ("MUK_TYPE_ARRAY", (long)MessageTypeKind.Array),
        ("MUK_PORT_BYTES", (long)PortKind.Bytes), ("MUK_PORT_FIXED", (long)PortKind.Fixed), ("MUK_PORT_RECORDS", (long)PortKind.Records),
    ];

    [Theory]
    [InlineData("clang-19")]
    [InlineData("gcc")]
    public void Every_size_offset_and_constant_is_the_same_in_C(string compiler)
    {
        var pairs = Offsets().Concat(Numbers()).ToArray();
        var lines = pairs.Select(p => $"printf(\"%lld\\n\", (long long)({p.C}));");
        var source = Path.Combine(TestFolders.New(), "probe.c");
        File.WriteAllText(source,
            "#include <muk_abi.h>\n#include <stddef.h>\n#include <stdio.h>\n" +
            $"int main(void) {{\n{string.Join('\n', lines)}\nreturn 0;\n}}\n");
        var (status, output) = Native.Run(Native.Compile(compiler, source));
        Assert.Equal(0, status);
        var values = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(v => long.Parse(v, CultureInfo.InvariantCulture));
        Assert.Equal(pairs.Select(p => $"{p.C} = {p.Value}"), pairs.Zip(values, (p, v) => $"{p.C} = {v}"));
    }

    [Theory]
    [InlineData("muk_abi.h")]
    [InlineData("muk_ring.h")]
    [InlineData("muk.h")]
    [InlineData("muk_host.h")]
    public void A_header_compiles_alone(string header)
    {
        foreach (var compiler in (string[])["clang-19", "gcc"])
        {
            var source = Path.Combine(TestFolders.New(), "alone.c");
            File.WriteAllText(source, $"#include <{header}>\nint main(void) {{ return 0; }}\n");
            Native.Compile(compiler, source, Path.Combine(Native.C, "host/host.c"), Path.Combine(Native.C, "runtime/ring.c"));
        }
    }
}
