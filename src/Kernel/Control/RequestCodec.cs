using System.Diagnostics;
using Muk.Abi;

namespace Muk.Kernel.Control;

/// <summary>The requests' part of <see cref="ControlCodec"/>.</summary>
internal static class RequestCodec
{
    private const byte StartTag = 1;
    private const byte ShutdownTag = 2;

    public static void Write(Request request, ref ControlWriter writer)
    {
        switch (request)
        {
            case Request.Start start:
                writer.Byte(StartTag);
                WriteStart(start, ref writer);
                break;
            case Request.Shutdown:
                writer.Byte(ShutdownTag);
                break;
            default:
                throw new UnreachableException(request.GetType().Name);
        }
    }

    public static Request Read(ref ControlReader reader) => reader.Byte() switch
    {
        StartTag => ReadStart(ref reader),
        ShutdownTag => new Request.Shutdown(),
        var other => throw new ControlFormatException($"{other} is no kind of request"),
    };

    private static void WriteStart(Request.Start start, ref ControlWriter writer)
    {
        writer.U64(start.Run);
        writer.Text(start.Name);
        writer.Text(start.ImagePath);
        writer.Count(start.Arguments.Count, ControlLimits.ArgumentsMax, "arguments");
        foreach (var argument in start.Arguments)
        {
            writer.Text(argument);
        }

        writer.Count(start.Ports.Count, GuestLayout.PortsMax, "ports");
        foreach (var port in start.Ports)
        {
            writer.Text(port.Port);
            writer.U32((uint)port.Direction);
            writer.Text(port.RingPath);
        }

        writer.U64(start.MemoryBytes);
        writer.U32(start.SpinIterations);
        writer.Count(start.Files.Count, ControlLimits.FilesMax, "file grants");
        foreach (var file in start.Files)
        {
            writer.Text(file.Path);
            writer.Byte(file.Write ? (byte)1 : (byte)0);
        }

        writer.U32(start.TimeoutMilliseconds);
    }

    private static Request.Start ReadStart(ref ControlReader reader)
    {
        var run = reader.U64();
        if (run == 0)
        {
            throw new ControlFormatException("a run's number is 0");
        }

        var name = reader.Text();
        var image = reader.Text();
        var arguments = new string[reader.Count(ControlLimits.ArgumentsMax, 4, "arguments")];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = reader.Text();
        }

        var ports = new PortLink[reader.Count(GuestLayout.PortsMax, 12, "ports")];
        for (var i = 0; i < ports.Length; i++)
        {
            ports[i] = new(reader.Text(), (PortDirection)reader.Choice(1, 2, "direction"), reader.Text());
        }

        var memory = reader.U64();
        var spin = reader.U32();
        var files = new FileGrant[reader.Count(ControlLimits.FilesMax, 5, "file grants")];
        for (var i = 0; i < files.Length; i++)
        {
            files[i] = new(reader.Text(), reader.Flag());
        }

        return new(run, name, image, arguments, ports, memory, spin, files, reader.U32());
    }
}
