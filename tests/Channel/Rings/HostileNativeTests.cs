using System.Globalization;
using Muk.Abi;
using Muk.Channel.Rings;

namespace Muk.Tests.Channel.Rings;

/// <summary>The rings in C under AddressSanitizer and UBSan while somebody writes anything into everything shared: see
/// hostile.c.</summary>
public sealed class HostileNativeTests : IDisposable
{
    private const int Rounds = 300;

    private static readonly Lazy<string> _program = new(() => Native.Compile("clang-19",
        "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all",
        Path.Combine(Native.Root, "tests/Channel/native/hostile.c"),
        Path.Combine(Native.C, "host/host.c"), Path.Combine(Native.C, "runtime/ring.c")));

    private readonly RingFolder _rings = new();

    public void Dispose() => _rings.Dispose();

    [Theory]
    [InlineData(8, RingFlags.None)]
    [InlineData(40, RingFlags.None)]
    [InlineData(1000, RingFlags.None)]
    [InlineData(0, RingFlags.None)]
    [InlineData(8, RingFlags.ConsumerTouches)]
    [InlineData(40, RingFlags.ConsumerTouches)]
    [InlineData(1000, RingFlags.ConsumerTouches)]
    [InlineData(0, RingFlags.ConsumerTouches)]
    public void Whatever_is_written_costs_the_link_at_worst(int size, RingFlags flags)
    {
        Assert.SkipUnless(HasSanitizers(), "the sanitizers' libraries are missing: apt-get install libclang-rt-19-dev");
        var seed = Environment.TickCount;
        var kind = size == 0 ? RingKind.Records : RingKind.Slots;
        var path = _rings.Create(new RingOptions(kind, size == 0 ? 300u : (uint)size, 8, 4096, flags));
        string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
        var (status, output) = Native.Run(_program.Value, path, Text(size), Text(Rounds), Text(seed));
        Assert.True(status == 0, $"seed {seed}: {status}: {output}");
        var corrupt = int.Parse(output, CultureInfo.InvariantCulture);

        // Where every lie lands in a header word, nearly every one has to be seen; in large messages most land in payload.
        var least = size is 8 or 40 ? Rounds * 3 / 4 : Rounds / 4;
        Assert.True(corrupt > least, $"seed {seed}: {corrupt} of {Rounds} links were found corrupt");
    }

    private static bool HasSanitizers()
    {
        var (status, output) = Native.Run("clang-19", "-print-file-name=libclang_rt.asan-x86_64.a");
        var (other, elsewhere) = Native.Run("clang-19", "--target=x86_64-linux-gnu", "-print-file-name=libclang_rt.asan.a");
        return (status == 0 && File.Exists(output.Trim())) || (other == 0 && File.Exists(elsewhere.Trim()));
    }
}
