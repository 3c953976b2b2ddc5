// Tasks, the thread pool, timers, locks, exceptions across threads, null references, finalizers, every generation, a large heap.
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

var squares = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(async () =>
{
    await Task.Yield();
    return i * i;
})));
Console.WriteLine(squares.Sum());

var seen = new ConcurrentDictionary<int, int>();
Parallel.For(0, 1000, i => seen.AddOrUpdate(i % 10, 1, (_, n) => n + 1));
Console.WriteLine(string.Join(' ', seen.OrderBy(p => p.Key).Select(p => p.Value)));

var ticks = 0;
using (var enough = new ManualResetEventSlim())
using (new Timer(_ => { if (Interlocked.Increment(ref ticks) == 5) { enough.Set(); } }, null, 5, 5))
{
    Console.WriteLine($"ticked: {enough.Wait(TimeSpan.FromSeconds(30))}");
}

var gate = new object();
var turns = 0;
var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
{
    for (var i = 0; i < 1000; i++)
    {
        lock (gate)
        {
            turns++;
        }
    }
})).ToList();
threads.ForEach(t => t.Start());
threads.ForEach(t => t.Join());
Console.WriteLine(turns);

try
{
    await Task.Run(() => Null()!.Length);
}
catch (NullReferenceException)
{
    Console.WriteLine("a null reference came over");
}

try
{
    await Task.WhenAll(Task.Run(() => Divide(0)), Task.Delay(1));
}
catch (DivideByZeroException)
{
    Console.WriteLine("so did a division");
}

using var cancel = new CancellationTokenSource(20);
try
{
    await Task.Delay(Timeout.Infinite, cancel.Token);
}
catch (OperationCanceledException)
{
    Console.WriteLine("cancelled");
}

Leave(1000);
for (var i = 0; i < 10 && Finalized.Count < 1000; i++)
{
    GC.Collect();
    GC.WaitForPendingFinalizers();
}

Console.WriteLine($"finalized {Finalized.Count}");
var kept = new object();
var generations = new List<int> { GC.GetGeneration(kept) };
for (var i = 0; i < 2; i++)
{
    GC.Collect(i);
    generations.Add(GC.GetGeneration(kept));
}

Console.WriteLine(string.Join(' ', generations));
GC.KeepAlive(kept);
for (var round = 0; round < 3; round++)
{
    var blocks = Enumerable.Range(0, 256).Select(i => new byte[1 << 20]).ToArray();
    Parallel.ForEach(blocks, b => b.AsSpan().Fill(7));
    Console.WriteLine($"{blocks.Sum(b => (long)b[^1])} {GC.GetTotalMemory(false) > 256 << 20}");
}

[MethodImpl(MethodImplOptions.NoInlining)]
static string? Null() => Environment.GetEnvironmentVariable("NOT_THERE");

[MethodImpl(MethodImplOptions.NoInlining)]
static int Divide(int by) => 7 / by;

[MethodImpl(MethodImplOptions.NoInlining)]
static void Leave(int count)
{
    for (var i = 0; i < count; i++)
    {
        _ = new Finalized();
    }
}

internal sealed class Finalized
{
    public static int Count;

    ~Finalized() => Interlocked.Increment(ref Count);
}
