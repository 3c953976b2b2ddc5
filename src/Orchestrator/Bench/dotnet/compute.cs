// compute [KERNEL]: programs of the well-known benchmarks game, three times each. What each took goes to the port and to standard
// output, so that one file is measured as a MUK and as a program of Linux.
using System.Diagnostics;
using Muk;

const int Rounds = 3;
string[] names = ["mandelbrot", "n-body", "spectral-norm", "fannkuch", "binary-trees"];

// What each kernel took.
var results = Port.Out<Computed>("results");

for (var kernel = 0; kernel < names.Length; kernel++)
{
    for (var round = 0; round < Rounds && (args.Length == 0 || args[0] == names[kernel]); round++)
    {
        var collected = GC.CollectionCount(0);
        var start = Stopwatch.GetTimestamp();
        var sum = kernel switch
        {
            0 => Mandelbrot.Run(600),
            1 => Bodies.Run(400_000),
            2 => SpectralNorm.Run(800),
            3 => Fannkuch.Run(9),
            _ => Tree.Run(14),
        };
        var done = new Computed((ulong)kernel, Stopwatch.GetTimestamp() - start, sum, GC.CollectionCount(0) - collected);
        results.Send(in done);
        Console.WriteLine($"{done.Kernel} {done.Nanoseconds} {done.Sum} {done.Collections}");
    }
}

internal record struct Computed(ulong Kernel, long Nanoseconds, ulong Sum, long Collections);

internal static class Mandelbrot
{
    private const int IterationsMax = 50;

    public static ulong Run(int size)
    {
        ulong inside = 0;
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                inside += Escapes((2.0 * x / size) - 1.5, (2.0 * y / size) - 1.0) ? 0ul : (ulong)(x ^ y) + 1;
            }
        }

        return inside;
    }

    private static bool Escapes(double re, double im)
    {
        double x = 0, y = 0;
        for (var i = 0; i < IterationsMax; i++)
        {
            var (xx, yy) = (x * x, y * y);
            if (xx + yy > 4)
            {
                return true;
            }

            (x, y) = (xx - yy + re, (2 * x * y) + im);
        }

        return false;
    }
}

internal sealed class Body(double x, double y, double z, double vx, double vy, double vz, double mass)
{
    public double X = x, Y = y, Z = z, Vx = vx, Vy = vy, Vz = vz;
    public readonly double Mass = mass;
}

internal static class Bodies
{
    private const double Step = 0.01;

    // A sun and four planets on nearly round orbits, in units in which the sun's pull is 39.478 (4 pi squared).
    public static ulong Run(int steps)
    {
        const double Sun = 39.478417604357434;
        Body[] bodies =
        [
            new(0, 0, 0, 0, 0, 0, Sun),
            new(5.2, 0, 0.1, 0, 2.75, 0.01, Sun / 1047), new(0, 9.5, -0.3, -2.03, 0, 0.02, Sun / 3500),
            new(-19.2, 0, 0.2, 0, -1.43, 0.005, Sun / 22900), new(0, -30.1, 0.5, 1.14, 0, 0.01, Sun / 19400),
        ];
        for (var step = 0; step < steps; step++)
        {
            Advance(bodies);
        }

        double sum = 0;
        foreach (var body in bodies)
        {
            sum += body.X + body.Y + body.Z;
        }

        return BitConverter.DoubleToUInt64Bits(sum);
    }

    private static void Advance(Body[] bodies)
    {
        for (var i = 0; i < bodies.Length; i++)
        {
            var a = bodies[i];
            for (var j = i + 1; j < bodies.Length; j++)
            {
                var b = bodies[j];
                var (dx, dy, dz) = (a.X - b.X, a.Y - b.Y, a.Z - b.Z);
                var square = (dx * dx) + (dy * dy) + (dz * dz);
                var pull = Step / (square * Math.Sqrt(square));
                a.Vx -= dx * b.Mass * pull;
                a.Vy -= dy * b.Mass * pull;
                a.Vz -= dz * b.Mass * pull;
                b.Vx += dx * a.Mass * pull;
                b.Vy += dy * a.Mass * pull;
                b.Vz += dz * a.Mass * pull;
            }
        }

        foreach (var body in bodies)
        {
            body.X += Step * body.Vx;
            body.Y += Step * body.Vy;
            body.Z += Step * body.Vz;
        }
    }
}

internal static class SpectralNorm
{
    private const int Iterations = 10;

    public static ulong Run(int size)
    {
        var (u, v, between) = (new double[size], new double[size], new double[size]);
        Array.Fill(u, 1);
        for (var i = 0; i < Iterations; i++)
        {
            Multiply(u, between, transposed: false);
            Multiply(between, v, transposed: true);
            Multiply(v, between, transposed: false);
            Multiply(between, u, transposed: true);
        }

        double uv = 0, vv = 0;
        for (var i = 0; i < size; i++)
        {
            uv += u[i] * v[i];
            vv += v[i] * v[i];
        }

        return BitConverter.DoubleToUInt64Bits(Math.Sqrt(uv / vv));
    }

    private static void Multiply(double[] from, double[] to, bool transposed)
    {
        for (var i = 0; i < to.Length; i++)
        {
            double sum = 0;
            for (var j = 0; j < from.Length; j++)
            {
                sum += from[j] / (transposed ? Under(j, i) : Under(i, j));
            }

            to[i] = sum;
        }
    }

    private static double Under(int i, int j) => ((i + j) * (i + j + 1) / 2) + i + 1;
}

internal static class Fannkuch
{
    /// <summary>Over all permutations of <paramref name="size"/> things: most flips of the front until the first is first, and a
    /// sum with alternating signs.</summary>
    public static ulong Run(int size)
    {
        Span<int> permutation = stackalloc int[size], flipped = stackalloc int[size], turns = stackalloc int[size];
        var (most, checksum, number, left) = (0, 0, 0, size);
        for (var i = 0; i < size; i++)
        {
            permutation[i] = i;
        }

        while (true)
        {
            for (; left > 1; left--)
            {
                turns[left - 1] = left;
            }

            permutation.CopyTo(flipped);
            var flips = Flips(flipped);
            most = Math.Max(most, flips);
            checksum += (number++ & 1) == 0 ? flips : -flips;
            for (; ; left++)
            {
                if (left == size)
                {
                    return ((ulong)(uint)checksum << 32) | (uint)most;
                }

                var first = permutation[0];
                permutation[1..(left + 1)].CopyTo(permutation);
                permutation[left] = first;
                if (--turns[left] > 0)
                {
                    break;
                }
            }
        }
    }

    private static int Flips(Span<int> things)
    {
        var flips = 0;
        for (var first = things[0]; first != 0; first = things[0])
        {
            things[..(first + 1)].Reverse();
            flips++;
        }

        return flips;
    }
}

internal sealed class Tree(Tree? left, Tree? right)
{
    private const int DepthMin = 4;

    public static ulong Run(int depth)
    {
        var kept = Grow(depth);
        ulong sum = 0;
        for (var each = DepthMin; each <= depth; each += 2)
        {
            for (var i = 1 << (depth - each + DepthMin); i > 0; i--)
            {
                sum += Grow(each).Count();
            }
        }

        return sum + kept.Count();
    }

    private static Tree Grow(int depth) => depth == 0 ? new(null, null) : new(Grow(depth - 1), Grow(depth - 1));

    private ulong Count() => left is null || right is null ? 1 : 1 + left.Count() + right.Count();
}
