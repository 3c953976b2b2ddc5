using Muk.Kernel.Images;
using Muk.Kernel.Linux.Descriptors;
using Muk.Kernel.Linux.Interop;
using Muk.Kernel.Machines;

namespace Muk.Tests.Kernel.Kvm;

public sealed class MemoryTests : IDisposable
{
    private readonly TestMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void A_mapping_far_beyond_the_limit_works_as_long_as_little_of_it_is_touched()
    {
        Assert.Equal(new GuestEnd.Exited(0), _machine.Do("touch", $"{1L << 30}", $"{1L << 20}"));
        Assert.InRange(_machine.Machine.Counters.MemoryBytesPeak, 1UL << 20, TestMachine.Limit);
    }

    [Fact]
    public void Touching_more_than_the_limit_is_out_of_memory()
    {
        var end = Assert.IsType<GuestEnd.Killed>(_machine.Do("touch", $"{1L << 30}", $"{65L << 20}"));
        Assert.Equal(KillReason.OutOfMemory, end.Kind);
        Assert.Contains("limit of 65536 KiB", end.Reason, StringComparison.Ordinal);
        Assert.Equal(new GuestEnd.Exited(0), _machine.Do("touch", $"{1L << 30}", $"{60L << 20}"));
    }

    [Fact]
    public void A_scattered_program_has_as_many_page_tables_as_its_limit_allows_and_leaves_none()
    {
        var other = TestGuests.Bare("deeds", "-DOTHER");
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(new GuestEnd.Exited(0), _machine.Do("sparse", "2500"));
            Assert.InRange(_machine.Machine.Counters.MemoryBytesPeak, (2500UL + 1400) * 4096, TestMachine.Limit);
            Assert.Equal(new GuestEnd.Exited(0), _machine.Run(TestMachine.Plan(other, "sparse", "1500")));
            Assert.Equal(new GuestEnd.Exited(0), _machine.Do("touch", $"{1L << 30}", $"{60L << 20}"));
        }

        Assert.Equal(new GuestEnd.Exited(3), _machine.Do("sparse", "30000")); // mprotect said ENOMEM.
        Assert.Equal(new GuestEnd.Exited(0), _machine.Do("touch", $"{1L << 30}", $"{60L << 20}"));
    }

    [Fact]
    public void What_is_given_back_the_host_has()
    {
        var blocks = new List<long>();
        var file = (int)HostFileCalls.Open(_machine.MemoryPath, OpenFlags.ReadOnly);
        var calls = new TestCalls
        {
            OnCall = (call, _) =>
            {
                if (call.Number == 500)
                {
                    Assert.Equal(0, HostFileCalls.Stat(file, out var stat));
                    blocks.Add(stat.Blocks * 512);
                }
            },
        };
        Assert.Equal(new GuestEnd.Exited(0), _machine.Run(TestMachine.Plan(TestGuests.Bare("deeds"), "give back"), calls));
        HostFileCalls.Close(file);
        Assert.InRange(blocks[0] - blocks[1], 31L << 20, 33L << 20);
    }

    [Fact]
    public void A_mapping_that_fits_well_is_there_without_a_fault()
    {
        Assert.Equal(new GuestEnd.Exited(0), _machine.Do("touch", $"{20L << 20}", $"{20L << 20}"));
        Assert.Equal(0UL, _machine.Machine.Counters.Faults);
    }

    [Fact]
    public void Pages_that_were_unmapped_moved_or_discarded_are_never_seen_again()
    {
        Assert.Equal(new GuestEnd.Exited(0), _machine.Do("stale", "200"));
    }

    [Fact]
    public void Parts_of_large_pages_change_as_small_ones_do()
    {
        Assert.Equal(new GuestEnd.Exited(0), _machine.Do("large", "20"));
        Assert.Equal(new GuestEnd.Exited(0), _machine.Do("large", "2"));
    }

    [Fact]
    public void Nothing_of_a_guest_is_left_for_the_same_image_started_again()
    {
        Assert.Equal(new GuestEnd.Exited(7), _machine.Do("hide"));
        Assert.Equal(new GuestEnd.Exited(0), _machine.Do("seek"));
        Assert.Contains(_machine.Machine.StartSteps, step => step.Name == "unmap");
    }

    [Fact]
    public void Nothing_of_a_guest_is_left_for_another_image()
    {
        var other = TestGuests.Bare("deeds", "-DOTHER");
        Assert.Equal(new GuestEnd.Exited(7), _machine.Do("hide"));
        Assert.Equal(new GuestEnd.Exited(0), _machine.Run(TestMachine.Plan(other, "seek")));
        Assert.Contains(_machine.Machine.StartSteps, step => step.Name == "copy image");
    }

    [Fact]
    public void Guests_of_either_kind_follow_each_other_a_hundred_times()
    {
        for (var i = 0; i < 100; i++)
        {
            var calls = new TestCalls();
            Assert.Equal(new GuestEnd.Exited(1), _machine.Run(TestMachine.Plan(TestGuests.Musl("hello")), calls));
            Assert.Equal("hello, world\n", calls.Output.ToString());
            Assert.Equal(new GuestEnd.Exited(0), i % 3 == 0 ? _machine.Do("touch", $"{20L << 20}", $"{1L << 20}") : _machine.Do("calls",
                "2"));
        }
    }

    [Fact]
    public void An_image_that_does_not_fit_its_limit_is_refused()
    {
        var plan = TestMachine.Plan(TestGuests.Musl("hello")) with { MemoryBytes = 64 << 10 };
        var problem = Assert.Throws<ImageException>(() => _machine.Machine.Load(plan));
        Assert.Contains("memory limit of 64 KiB", problem.Message, StringComparison.Ordinal);
        Assert.Equal(new GuestEnd.Exited(1), _machine.Run(TestMachine.Plan(TestGuests.Musl("hello"))));
    }
}
