using System.Diagnostics;
using System.Globalization;

namespace Muk.Tests.Fuzz;

/// <summary>Throws spoilt input at a reader for a while. A failure names the seed that repeats it: set MUK_SEED to it.</summary>
internal static class Fuzzer
{
    private static readonly TimeSpan _time = TimeSpan.FromSeconds(3);
    private static readonly int[] _telling = [0, 1, 7, 8, 0x7f, 0x80, 0xff];

    /// <summary>Reads spoilt copies of <paramref name="good"/>: each must be read or be refused by an exception of the kinds that
    /// <paramref name="refusal"/> tells.</summary>
    /// <returns>How many were read and how many refused: a fuzzer that only ever sees one of them tries nothing.</returns>
    public static (long Read, long Refused) Run(IReadOnlyList<byte[]> good, Action<byte[]> read, Func<Exception, bool> refusal)
    {
        var (readCount, refusedCount) = (0L, 0L);
        var fixedSeed = Environment.GetEnvironmentVariable("MUK_SEED");
        var seed = fixedSeed is null ? Random.Shared.Next() : int.Parse(fixedSeed, CultureInfo.InvariantCulture);
        var began = Stopwatch.GetTimestamp();
        do
        {
            var random = new Random(seed);
            var input = Spoilt(good, random);
            try
            {
                read(input);
                readCount++;
            }
            catch (Exception problem) when (refusal(problem))
            {
                refusedCount++;
            }
            catch (Exception problem)
            {
                Assert.Fail($"MUK_SEED={seed} repeats it: {problem.GetType().Name} over "
                    + $"{Convert.ToHexString(input.AsSpan()[..Math.Min(input.Length, 256)])}\n{problem}");
            }

            seed++;
        }
        while (fixedSeed is null && Stopwatch.GetElapsedTime(began) < _time);

        return (readCount, refusedCount);
    }

    private static byte[] Spoilt(IReadOnlyList<byte[]> good, Random random)
    {
        var bytes = good[random.Next(good.Count)].ToList();
        for (var changes = random.Next(0, 6); changes > 0; changes--)
        {
            var at = bytes.Count == 0 ? 0 : random.Next(bytes.Count);
            switch (random.Next(7))
            {
                case 0 when bytes.Count > 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when bytes.Count > 0:
                    bytes[at] = (byte)_telling[random.Next(_telling.Length)];
                    break;
                case 2 when bytes.Count > 0:
                    bytes.RemoveRange(at, random.Next(1, Math.Min(bytes.Count - at, 64) + 1));
                    break;
                case 3:
                    bytes.InsertRange(at, Bytes(random, random.Next(1, 16)));
                    break;
                case 4 when bytes.Count > 8:
                    var word = Bytes(random, 1 << random.Next(4));
                    for (var i = 0; i < word.Length && at + i < bytes.Count; i++)
                    {
                        bytes[at + i] = word[i];
                    }

                    break;
                case 5 when bytes.Count > 0:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 6:
                    var other = good[random.Next(good.Count)];
                    var from = random.Next(other.Length + 1);
                    bytes.InsertRange(at, other[from..Math.Min(other.Length, from + 64)]);
                    break;
            }
        }

        return [.. bytes];
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
