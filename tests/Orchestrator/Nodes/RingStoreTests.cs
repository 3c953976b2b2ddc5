using Muk.Abi;
using Muk.Channel.Rings;
using Muk.Orchestrator.Nodes;

namespace Muk.Tests.Orchestrator.Nodes;

public sealed class RingStoreTests : IDisposable
{
    private static readonly RingOptions _small = new(RingKind.Slots, 8);
    private static readonly RingOptions _records = new(RingKind.Records, 4096);

    private readonly string _folder = Directory.CreateTempSubdirectory("muk-rings-").FullName;
    private readonly RingStore _store;
    private ulong _number;

    public RingStoreTests() => _store = new RingStore(_folder, () => ++_number);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_run_that_comes_again_gets_the_same_rings_at_the_same_places()
    {
        string[] first = [_store.Take(_small), _store.Take(_records), _store.Take(_small)];
        Array.ForEach(first, _store.GiveBack);
        string[] second = [_store.Take(_small), _store.Take(_records), _store.Take(_small)];
        Assert.Equal(first, second);
        Assert.Equal(3, _store.Made);
    }

    [Fact]
    public void A_ring_that_is_in_use_or_of_another_kind_is_nobody_elses()
    {
        var used = _store.Take(_small);
        var kept = _store.Take(_small);
        _store.GiveBack(kept);
        Assert.NotEqual(kept, _store.Take(_small with { TypeHash = 1 }));
        Assert.NotEqual(used, _store.Take(_small));
        Assert.NotEqual(used, _store.Take(_small));
    }

    [Fact]
    public void What_was_in_a_ring_is_not_in_it_any_more()
    {
        var path = _store.Take(_small);
        using (var producer = RingProducer.Open(path, RingWait.Spin))
        {
            Assert.True(producer.TrySend(7L));
        }

        _store.GiveBack(path);
        using var consumer = RingConsumer.Open(_store.Take(_small), RingWait.Spin);
        Assert.False(consumer.TryPeek(out _));
        Assert.Equal(RingStatus.Empty, consumer.Status);
    }

    [Fact]
    public void A_discarded_ring_a_large_one_and_one_too_many_are_deleted()
    {
        _store.Discard(_store.Take(_small));
        _store.GiveBack(_store.Take(_small with { CapacityBytes = RingStore.KeptBytesMax + 1 }));
        Assert.Empty(Directory.GetFiles(_folder));
        var rings = Enumerable.Range(0, RingStore.KeptMax + 3).Select(_ => _store.Take(_small)).ToArray();
        Array.ForEach(rings, _store.GiveBack);
        Assert.Equal(RingStore.KeptMax, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void A_ring_given_back_twice_or_made_elsewhere_is_not_kept()
    {
        var path = _store.Take(_small);
        _store.GiveBack(path);
        _store.GiveBack(path);
        _store.GiveBack(Path.Combine(_folder, "ring-77"));
        Assert.Equal(path, _store.Take(_small));
        Assert.NotEqual(path, _store.Take(_small));
    }
}
