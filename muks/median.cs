// median [width=5]: a running median over a signal, sample in, sample out: spikes go, edges stay.
using Muk;

var width = 5;
foreach (var argument in args)
{
    if (!argument.StartsWith("width=") || !int.TryParse(argument["width=".Length..], out width) || width is < 1 or > 1001)
    {
        Console.Error.WriteLine($"median: '{argument}' is not width=1 to width=1001");
        return 2;
    }
}

// The signal.
var samples = Port.In<Sample>("samples");

// The same samples, each the median of itself and those before it.
var smooth = Port.Out<Sample>("smooth");

var window = new double[width];
var sorted = new double[width];
var count = 0;
while (samples.Receive(out var sample))
{
    window[count++ % width] = sample.Value;
    var held = sorted.AsSpan(0, Math.Min(count, width));
    window.AsSpan(0, held.Length).CopyTo(held);
    held.Sort();
    if (!smooth.Send(sample with { Value = held[held.Length / 2] }))
    {
        return 0; // Nobody reads any more: as much as was wanted has been made.
    }
}

return samples.Status == Muk.Channel.Rings.RingStatus.Ended ? 0 : 1;

/// <summary>One sample of a signal: <c>struct sample</c> of signal.h.</summary>
internal record struct Sample
{
    /// <summary>Counted from 0.</summary>
    public ulong Index;

    public double Value;
}
