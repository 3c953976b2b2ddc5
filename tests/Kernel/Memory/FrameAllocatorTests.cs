using FsCheck;
using FsCheck.Fluent;
using Muk.Kernel.Memory;

namespace Muk.Tests.Kernel.Memory;

public sealed class FrameAllocatorTests
{
    private const int First = 100, Count = 64;

    [Fact]
    public void No_frame_is_ever_given_out_twice_and_all_come_back() =>
        Prop.ForAll<int[]>(choices =>
        {
            var allocator = new FrameAllocator(First, Count);
            var owned = new HashSet<long>();
            var runs = new List<(long Start, long Count)>();
            foreach (var choice in choices)
            {
                var value = Math.Abs((long)choice);
                if (value % 3 == 0 && runs.Count > 0)
                {
                    var index = (int)(value / 3 % runs.Count);
                    var run = runs[index];
                    runs.RemoveAt(index);
                    allocator.Free(run.Start, run.Count);
                    owned.ExceptWith(Range(run));
                }
                else
                {
                    var count = 1 + (value % 9);
                    var align = 1L << (int)(value % 4);
                    var start = allocator.Allocate(count, align);
                    if (start >= 0)
                    {
                        var range = Range((start, count)).ToList();
                        if (start % align != 0 || start < First || start + count > First + Count || range.Any(owned.Contains))
                        {
                            return false;
                        }

                        owned.UnionWith(range);
                        runs.Add((start, count));
                    }
                    else if (LongestFree(owned) >= count + align - 1)
                    {
                        return false;
                    }
                }

                if (allocator.Used != owned.Count || (owned.Count > 0 && allocator.HighWater <= owned.Max()))
                {
                    return false;
                }
            }

            runs.ForEach(run => allocator.Free(run.Start, run.Count));
            return allocator.Allocate(Count, 1) == First;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Giving_back_what_was_not_given_out_is_a_bug()
    {
        var allocator = new FrameAllocator(First, Count);
        Assert.Throws<InvalidOperationException>(() => allocator.Free(First, 1));
        Assert.Equal(First, allocator.Allocate(4, 1));
        Assert.Throws<InvalidOperationException>(() => allocator.Free(First, 5));
        Assert.Throws<InvalidOperationException>(() => allocator.Free(First - 1, 2));
    }

    [Fact]
    public void Trimming_takes_back_all_from_a_border_on()
    {
        var allocator = new FrameAllocator(First, Count);
        allocator.Allocate(10, 1);
        allocator.Allocate(20, 1);
        allocator.TrimTo(First + 10);
        Assert.Equal((10, First + 10), (allocator.Used, allocator.HighWater));
        Assert.Equal(First + 10, allocator.Allocate(Count - 10, 1));
    }

    private static IEnumerable<long> Range((long Start, long Count) run)
    {
        for (var i = 0L; i < run.Count; i++)
        {
            yield return run.Start + i;
        }
    }

    private static long LongestFree(HashSet<long> owned)
    {
        long longest = 0, length = 0;
        for (long frame = First; frame < First + Count; frame++)
        {
            length = owned.Contains(frame) ? 0 : length + 1;
            longest = Math.Max(longest, length);
        }

        return longest;
    }
}
