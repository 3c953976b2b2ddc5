using FsCheck;
using FsCheck.Fluent;
using Muk.Kernel.Linux;

namespace Muk.Tests.Kernel.Linux;

/// <summary>Threads that wait on futexes, wake, requeue, yield and are preempted at random, against lists: no wake is lost or made up,
/// whoever waited first is woken first, and a time that is over ends the wait.</summary>
public sealed class FutexModelTests
{
    private const int ThreadCount = 5;
    private const int Words = 3;
    private const long Millisecond = 1_000_000;
    private const long Forever = long.MaxValue;

    private enum Kind
    {
        Wait,
        WaitForTime,
        WaitOnOtherValue,
        Wake,
        WakeBits,
        Requeue,
        Yield,
        Interrupt,
    }

    [Fact]
    public void Threads_do_what_a_list_of_waiters_and_a_line_of_threads_would()
    {
        var step = from kind in Gen.Elements(Enum.GetValues<Kind>())
                   from first in Gen.Choose(0, Words - 1)
                   from second in Gen.Choose(0, Words - 1)
                   from count in Gen.Choose(0, 3)
                   select (kind, first, second, count);
        Prop.ForAll(Gen.ListOf(step).ToArbitrary(), Agree).QuickCheckThrowOnFailure();
    }

    private static void Agree(List<(Kind Kind, int First, int Second, int Count)> steps)
    {
        using var threads = new ThreadBench();
        var model = new Model(threads);
        for (var i = 1; i < ThreadCount; i++)
        {
            model.Line.Add(threads.Start());
        }

        foreach (var (kind, first, second, count) in steps)
        {
            model.Step(kind, At(first), At(second), count);
        }
    }

    private static ulong At(int word) => ThreadBench.At + 256 + ((ulong)word * 64);

    /// <summary>What ought to happen. Whoever wakes goes on; who is woken stands at the end of the line.</summary>
    private sealed class Model(ThreadBench threads)
    {
        private readonly List<Waiter> _queue = []; // As the futexes' waiters came.
        private readonly List<Waiter> _parked = []; // As the calls began to wait.
        private readonly List<Waiter> _returning = []; // Those in line whose calls are to be made again.
        private readonly Dictionary<int, long> _results = [];
        private int _current = 1;
        private long _asleepUntil;

        public List<int> Line { get; } = [];

        public void Step(Kind kind, ulong first, ulong second, int count)
        {
            if (kind == Kind.Wait && Line.Count == 0 && _parked.All(waiter => waiter.Due == Forever))
            {
                kind = Kind.WaitForTime; // The last one that runs may not wait for ever.
            }

            switch (kind)
            {
                case Kind.Wait:
                    Wait(first, Forever);
                    Check(threads.Futex(first, ThreadBench.Wait, 0));
                    break;
                case Kind.WaitForTime:
                    threads.Bench.Words(ThreadBench.At, 0, (ulong)((count + 1) * Millisecond));
                    Wait(first, threads.Bench.Time.Monotonic + ((count + 1) * Millisecond));
                    Check(threads.Futex(first, ThreadBench.Wait, 0, ThreadBench.At));
                    break;
                case Kind.WaitOnOtherValue:
                    Result(_current, -Errno.Again);
                    Check(threads.Futex(first, ThreadBench.Wait, 1));
                    break;
                case Kind.Wake:
                    Result(_current, Wake(first, Math.Max(1, count)));
                    Check(threads.Futex(first, ThreadBench.Wake, (ulong)count));
                    break;
                case Kind.WakeBits:
                    Result(_current, Wake(first, Math.Max(1, count)));
                    Check(threads.Futex(first, ThreadBench.WakeBits, (ulong)count, 0, 0, 4));
                    break;
                case Kind.Requeue:
                    Result(_current, Wake(first, 1) + Move(first, second, count));
                    Check(threads.Futex(first, ThreadBench.CompareRequeue, 1, (ulong)count, second, 0));
                    break;
                case Kind.Yield:
                    Result(_current, 0);
                    Rotate();
                    Check(threads.Yield());
                    break;
                default:
                    threads.Bench.Time.Monotonic += Millisecond;
                    Ready();
                    if (Line.Count > 0)
                    {
                        Rotate();
                    }

                    Check(threads.Interrupt());
                    break;
            }
        }

        private void Result(int thread, long value) => _results[thread] = value;

        private void Wait(ulong word, long due)
        {
            var waiter = new Waiter(_current, word, due);
            _queue.Add(waiter);
            _parked.Add(waiter);
            Ready();
            if (Line.Count == 0)
            {
                _asleepUntil = _parked.Min(one => one.Due);
                Ready();
            }

            Next();
        }

        private int Wake(ulong word, int count)
        {
            var woken = _queue.Where(waiter => waiter.Word == word).Take(count).ToList();
            foreach (var waiter in woken)
            {
                _queue.Remove(waiter);
                waiter.Woken = true;
            }

            Ready();
            return woken.Count;
        }

        private int Move(ulong word, ulong to, int count)
        {
            var moved = _queue.Where(waiter => waiter.Word == word).Take(count).ToList();
            foreach (var waiter in moved)
            {
                _queue.Remove(waiter);
                waiter.Word = to;
                _queue.Add(waiter);
            }

            return moved.Count;
        }

        private void Rotate()
        {
            Ready();
            Line.Add(_current);
            Next();
        }

        private void Next()
        {
            _current = Line[0];
            Line.RemoveAt(0);
            if (_returning.Find(waiter => waiter.Thread == _current) is { } back)
            {
                _returning.Remove(back);
                _queue.Remove(back); // Until then a wake still finds it, and it counts as woken: as on Linux.
                Result(_current, back.Woken ? 0 : -Errno.TimedOut);
            }
        }

        /// <summary>Those woken, or whose time is over, stand in line.</summary>
        private void Ready()
        {
            var now = Math.Max(threads.Bench.Time.Monotonic, _asleepUntil);
            foreach (var waiter in _parked.Where(one => one.Woken || now >= one.Due).ToList())
            {
                _parked.Remove(waiter);
                _returning.Add(waiter);
                Line.Add(waiter.Thread);
            }
        }

        private void Check(int running)
        {
            Assert.Equal(_current, running);
            if (_results.TryGetValue(running, out var result))
            {
                Assert.Equal(result, threads.Result);
            }

            Assert.True(threads.Bench.Time.Monotonic >= _asleepUntil);
        }
    }

    private sealed class Waiter(int thread, ulong word, long due)
    {
        public int Thread => thread;

        public ulong Word { get; set; } = word;

        public long Due => due;

        public bool Woken { get; set; }
    }
}
