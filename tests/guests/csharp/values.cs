// LINQ, regular expressions, JSON, BigInteger, spans and vectors, text and numbers.
#:property AllowUnsafeBlocks=false
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

var words = Console.In.ReadToEnd().Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
foreach (var group in words.GroupBy(w => w.Length).OrderBy(g => g.Key))
{
    Console.WriteLine($"{group.Key}: {string.Join(' ', group.Order(StringComparer.Ordinal))}");
}

var numbers = Enumerable.Range(1, 100_000).Select(i => (long)i * 7919 % 100_003).ToArray();
Console.WriteLine($"{numbers.Where(n => n % 3 == 0).Sum()} {numbers.OrderDescending().Skip(10).First()} {numbers.Chunk(1000).Count()}");

Console.WriteLine(Regex.Replace("2024-02-29 and 1999-12-31", @"(?<y>\d{4})-(?<m>\d\d)-(?<d>\d\d)", "${d}.${m}.${y}"));
var mirrored = new Regex(@"\b(\w)\w*\1\b", RegexOptions.IgnoreCase).Matches("Anna saw a noon kayak");
Console.WriteLine(string.Join('|', mirrored.Select(m => m.Value)));

var json = JsonSerializer.Serialize(new Point("a\"ü", [1, 2.5, -3e-7], null), Shapes.Default.Point);
Console.WriteLine(json);
Console.WriteLine(JsonSerializer.Deserialize(json, Shapes.Default.Point)!.Values.Sum());
using var document = JsonDocument.Parse("""{"list": [1, {"deep": [true, null, "x"]}]}""");
Console.WriteLine(document.RootElement.GetProperty("list")[1].GetProperty("deep")[2]);

var factorial = Enumerable.Range(1, 200).Aggregate(BigInteger.One, (product, i) => product * i);
Console.WriteLine($"{factorial} {BigInteger.ModPow(3, factorial, 1_000_000_007)}");
Console.WriteLine(BigInteger.Parse("-123456789012345678901234567890") / 987654321);

Span<int> span = stackalloc int[64];
for (var i = 0; i < span.Length; i++)
{
    span[i] = i * i;
}

span[10..20].Reverse();
Console.WriteLine($"{Vector512.Sum(Vector512.Create<int>(span[..16]) * 3)} {span.IndexOf(225)}");
Console.WriteLine(Vector256.Dot(Vector256.Create(1.5f), Vector256.Create(2f)));
Console.WriteLine($"{BitOperations.PopCount(0xF0F0UL)} {Math.BigMul(ulong.MaxValue, 3, out var low)} {low}");
Console.WriteLine($"{decimal.MaxValue / 7m} {1.0 / 3:R} {float.Epsilon}");
Console.WriteLine($"{Encoding.UTF8.GetByteCount("grüße €")} {Convert.ToBase64String(Encoding.UTF8.GetBytes("grüße"))}");
Console.WriteLine($"{"ß".ToUpperInvariant()} {new DateTime(2024, 2, 29).AddYears(1):O}");
return 3;

internal sealed record Point(string Name, double[] Values, int? Missing);

[JsonSerializable(typeof(Point))]
internal sealed partial class Shapes : JsonSerializerContext;
