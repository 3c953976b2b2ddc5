using Muk.Abi;
using Muk.Channel.Rings;

namespace Muk;

/// <summary>The ports of a MUK. The build reads each call, so that links are checked before anything runs: names and sizes have to be
/// constants, and a message is a struct without references.</summary>
/// <example><code>
/// var samples = Port.In&lt;Sample&gt;("samples");
/// var peaks = Port.Out&lt;Peak&gt;("peaks");
/// while (samples.Receive(out var sample))
/// {
///     peaks.Send(new Peak(sample.Index, sample.Value));
/// }
/// </code></example>
/// <remarks>A port belongs to one thread and is made once. A port that nothing is linked to is an input that has ended, or an output whose
/// messages go nowhere. Making one allocates; what is done with it after that does not.</remarks>
public static class Port
{
    /// <summary>An input of messages of one type.</summary>
    /// <param name="name">As pipelines call it; at most 31 bytes.</param>
    /// <param name="capacityBytes">Wished size of the ring; 0 for the default. The larger wish of the two linked ports counts.</param>
    public static InPort<T> In<T>(string name, long capacityBytes = 0)
        where T : unmanaged => new(Guest.Find(name, PortDirection.In) is { } port
            ? RingConsumer.At<T>(port.Ring, port.Wait, port.Parking)
            : RingConsumer.Nothing<T>());

    /// <summary>An output of messages of one type.</summary>
    /// <param name="name">As pipelines call it; at most 31 bytes.</param>
    /// <param name="capacityBytes">Wished size of the ring; 0 for the default.</param>
    public static OutPort<T> Out<T>(string name, long capacityBytes = 0)
        where T : unmanaged => new(Guest.Find(name, PortDirection.Out) is { } port
            ? RingProducer.At<T>(port.Ring, port.Wait, port.Parking)
            : RingProducer.Discard<T>());

    /// <summary>An input of records: bytes, each record with a length of its own.</summary>
    /// <param name="name">As pipelines call it.</param>
    /// <param name="recordBytesMax">Largest record; 0 for 65536.</param>
    public static RecordInPort InRecords(string name, int recordBytesMax = 0) => new(Input(name));

    /// <summary>An output of records.</summary>
    /// <param name="name">As pipelines call it.</param>
    /// <param name="recordBytesMax">Largest record; 0 for 65536.</param>
    public static RecordOutPort OutRecords(string name, int recordBytesMax = 0) => new(Output(name));

    /// <summary>An input of a stream of bytes as a pipe carries it: where one piece ends and the next begins means nothing.</summary>
    /// <param name="name">As pipelines call it.</param>
    /// <param name="pieceBytesMax">Largest piece; 0 for 65536.</param>
    public static RecordInPort InStream(string name, int pieceBytesMax = 0) => new(Input(name));

    /// <summary>An output of a stream of bytes.</summary>
    /// <param name="name">As pipelines call it.</param>
    /// <param name="pieceBytesMax">Largest piece; 0 for 65536.</param>
    public static RecordOutPort OutStream(string name, int pieceBytesMax = 0) => new(Output(name));

    private static RingConsumer? Input(string name) =>
        Guest.Find(name, PortDirection.In) is { } port ? RingConsumer.At(port.Ring, port.Wait, port.Parking) : null;

    private static RingProducer? Output(string name) =>
        Guest.Find(name, PortDirection.Out) is { } port ? RingProducer.At(port.Ring, port.Wait, port.Parking) : null;
}
