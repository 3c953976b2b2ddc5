// hello: says when it got to its first line, in nanoseconds of CLOCK_MONOTONIC.
using System.Diagnostics;

var reached = Stopwatch.GetTimestamp();
Console.WriteLine($"hello {reached}");
