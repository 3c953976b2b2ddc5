using Muk.Abi;
using Muk.Channel.Rings;
using Muk.Kernel.Control;
using Muk.Kernel.Images;
using Muk.Tests.Kernel.Images;

namespace Muk.Tests.Fuzz;

/// <summary>What comes from outside as bytes: images, manifests, control messages, rings' headers.</summary>
public sealed class Readers
{
    [Fact]
    public void An_image_is_read_or_refused_and_nothing_else()
    {
        var small = new ElfDraft().Build();
        Both(Fuzzer.Run([small], bytes => ImageReader.Parse("fuzz", bytes), problem => problem is ImageException));
    }

    [Fact]
    public void A_manifest_is_read_or_refused_and_nothing_else()
    {
        var typed = new Manifest
        {
            Name = "typed",
            BuildHash = new byte[32],
            Ports =
            [
                new("in", PortDirection.In, PortKind.Fixed, 0, 24),
                new("out", PortDirection.Out, PortKind.Records, -1, 4096, Doc: "what came of it"),
            ],
            Types =
            [
                new("struct sample", MessageTypeKind.Struct, 24, 8, Fields: [new("time", 1, 0, "ns"), new("values", 2, 8)]),
                new("uint64_t", MessageTypeKind.Unsigned, 8, 8),
                new("double[2]", MessageTypeKind.Array, 16, 8, 3, 2),
                new("double", MessageTypeKind.Float, 8, 8),
                new("enum side", MessageTypeKind.Enum, 4, 4, 1, Enumerators: [new("LEFT", 0), new("RIGHT", -1)]),
            ],
        };
        Both(Fuzzer.Run(
            [ManifestCodec.Write(new Manifest { Name = "plain", BuildHash = new byte[32], Ports = [] }), ManifestCodec.Write(typed)],
            bytes => ManifestCodec.Read(bytes),
            problem => problem is ManifestFormatException));
    }

    [Fact]
    public void A_control_message_is_read_or_refused_and_nothing_else()
    {
        var start = new Request.Start(
            1, "fir", "/images/fir.muk", ["n=10", "x"], [new("in", PortDirection.In, "/node/ring-0")], 1 << 20, 100,
            [new("/data", Write: true)], 500);
        Both(Fuzzer.Run(
            [Encoded(new Request.Shutdown()), Encoded(start)],
            bytes => ControlCodec.ReadRequest(bytes),
            problem => problem is ControlFormatException));
    }

    [Fact]
    public void A_control_event_is_read_or_refused_and_nothing_else()
    {
        var crash = new CrashFacts(11, 14, 0x10, default, [new(InImage: true, 0x1234), new(InImage: false, 0x7fff)]);
        Both(Fuzzer.Run(
            [
                Encoded(new Event.Ready(7, MachineKind.Kvm, 1, "facts")),
                Encoded(new Event.Started(1, [new("load", 5)])),
                Encoded(new Event.Log(1, "it called something that is not there")),
                Encoded(new Event.Ended(1, EndKind.Crashed, 139, "crashed", crash, new(1, 2, 3, 4, 5, 6, 7, 8))),
            ],
            bytes => ControlCodec.ReadEvent(bytes),
            problem => problem is ControlFormatException));
    }

    [Fact]
    public void A_rings_header_is_read_or_refused_and_nothing_else()
    {
        var path = Path.Combine(TestFolders.New(), "ring");
        RingFile.Create(path, new RingOptions(RingKind.Slots, 24));
        var header = File.ReadAllBytes(path)[..4096];
        var size = new FileInfo(path).Length;
        Both(Fuzzer.Run(
            [header],
            bytes =>
            {
                using (var file = new FileStream(path, FileMode.Open))
                {
                    file.Write(bytes);
                    file.SetLength(Math.Max(size, bytes.Length));
                }

                RingFile.ReadHeader(path);
            },
            problem => problem is RingFormatException));
    }

    private static byte[] Encoded(Request request)
    {
        var bytes = new byte[64 * 1024];
        return bytes[..ControlCodec.Write(request, bytes)];
    }

    private static byte[] Encoded(Event message)
    {
        var bytes = new byte[64 * 1024];
        return bytes[..ControlCodec.Write(message, bytes)];
    }

    private static void Both((long Read, long Refused) outcome)
    {
        Assert.NotEqual(0, outcome.Read);
        Assert.NotEqual(0, outcome.Refused);
    }
}
