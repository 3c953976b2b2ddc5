// A heap of one gibibyte, filled, read and given back.
// memory: 3G
var blocks = Enumerable.Range(0, 1024).Select(_ => new byte[1 << 20]).ToArray();
foreach (var block in blocks)
{
    block.AsSpan().Fill(7);
}

Console.WriteLine($"{blocks.Sum(block => (long)block[^1])} {GC.GetTotalMemory(false) > 1 << 30}");
blocks = null;
GC.Collect();
Console.WriteLine(GC.GetTotalMemory(true) < 64 << 20);
