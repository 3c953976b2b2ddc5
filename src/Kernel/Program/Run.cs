using Muk.Abi;
using Muk.Channel.Interop;
using Muk.Channel.Rings;
using Muk.Kernel.Control;
using Muk.Kernel.Images;
using Muk.Kernel.Linux;
using Muk.Kernel.Linux.Time;
using Muk.Kernel.Machines;

namespace Muk.Kernel.Program;

/// <summary>One run in the making: its request and image turned into what the machine and the personality need.
/// Owner: the vCPU thread.</summary>
internal sealed class Run : IDisposable
{
    private const ulong MemoryBytesDefault = 1ul << 30;
    private const ulong StackBytesDefault = 8ul << 20;

    private Run(Request.Start start, GuestPlan plan, GuestPorts ports, Personality personality)
    {
        Number = start.Run;
        Plan = plan;
        Ports = ports;
        Personality = personality;
    }

    public ulong Number { get; }

    public GuestPlan Plan { get; }

    public GuestPorts Ports { get; }

    public Personality Personality { get; }

    /// <summary>Opens the run's rings and plans its guest.</summary>
    /// <exception cref="ImageException">The request does not fit the image.</exception>
    /// <exception cref="RingFormatException">A ring is none.</exception>
    /// <exception cref="HostException">A ring cannot be opened.</exception>
    public static Run Prepare(
        Request.Start start, MukImage image, RingFacts facts, int core, GuestClock clock, TimePage? time, KickWord kick, IAlarm alarm,
        IKernelLog log)
    {
        var manifest = image.Manifest;
        var ports = manifest.Ports;
        var stdio = new StandardPorts(ports);
        var boot = new BootBlock
        {
            Magic = BootBlock.MagicValue,
            Abi = GuestLayout.AbiVersion,
            Core = (uint)core,
            PortCount = (uint)ports.Count,
            SpinIterations = start.SpinIterations,
            StdinPort = stdio.Input,
            StdoutPort = stdio.Output,
            StderrPort = stdio.Error,
        };
        clock.Fill(ref boot);

        var links = new PortLink?[ports.Count];
        var doors = new GuestPorts.Door?[ports.Count];
        var rings = new List<GuestRing>();
        for (var i = 0; i < ports.Count; i++)
        {
            boot.Ports[i].Direction = ports[i].Direction;
            System.Text.Encoding.UTF8.GetBytes(ports[i].Name, boot.Ports[i].Name);
            links[i] = Find(start.Ports, ports[i]);
            if (links[i] is not { } link)
            {
                continue;
            }

            boot.Ports[i].Linked = 1;
            if (!stdio.Has(i))
            {
                // Standard streams are served by the kernel alone; only declared ports are mapped into the guest.
                var (file, header) = facts.Of(link.RingPath);
                rings.Add(new(i, link.Direction, link.RingPath, header.DataBytes, file, header.Flags));
                doors[i] = new(link.RingPath, link.Direction);
            }
        }

        facts.Trim();
        var wait = new RingWait(start.SpinIterations);
        var input = Link(links, stdio.Input) is { } inLink ? RingConsumer.Open(inLink.RingPath, wait, kick) : null;
        var error = Link(links, stdio.Error) is { } errorLink ? RingProducer.Open(errorLink.RingPath, wait, kick) : null;
        var output = stdio.Output == stdio.Error ? error
            : Link(links, stdio.Output) is { } outLink ? RingProducer.Open(outLink.RingPath, wait, kick) : null;
        var memory = start.MemoryBytes != 0 ? start.MemoryBytes
            : manifest.MemoryBytes != 0 ? manifest.MemoryBytes : MemoryBytesDefault;
        var guestPorts = new GuestPorts(input, output, error, doors);
        var plan = new GuestPlan(
            image,
            [start.Name, .. start.Arguments],
            ["MUK_NAME=" + start.Name],
            memory,
            manifest.StackBytes != 0 ? manifest.StackBytes : StackBytesDefault,
            rings,
            boot);
        var options = new PersonalityOptions(start.Name, guestPorts, start.Files, kick, alarm, log, memory, core)
        {
            Arguments = plan.Arguments,
            Environment = plan.Environment,
            Time = time is null ? new HostTime() : new PageTime(time),
        };
        return new(start, plan, guestPorts, new(options));
    }

    public void Dispose()
    {
        Personality.Dispose();
        Ports.Dispose();
    }

    private static PortLink? Link(PortLink?[] links, uint port) => port < (uint)links.Length ? links[port] : null;

    private static PortLink? Find(IReadOnlyList<PortLink> links, Manifest.Port port)
    {
        for (var i = 0; i < links.Count; i++)
        {
            if (links[i].Port == port.Name)
            {
                return links[i].Direction == port.Direction
                    ? links[i]
                    : throw new ImageException($"port '{port.Name}' is linked the wrong way round");
            }
        }

        return null;
    }
}
