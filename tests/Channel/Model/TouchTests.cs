namespace Muk.Tests.Channel.Model;

/// <summary>Touching, as rings.md has it and ring.c does it, explored exhaustively: a slot that holds message 1 is read, touched and
/// released, and the producer puts message 2 into it. A message that is undone is a reader that sleeps for ever.</summary>
public sealed class TouchTests
{
    // The slot, header word and payload in one, and the consumer's position.
    private const Word Slot = Word.Message;
    private const Word Position = Word.Ended;

    /// <summary>When the consumer stores back what it has read.</summary>
    public enum Touch
    {
        BeforeItPublishes,
        AfterItHasPublished,
    }

    [Fact]
    public void A_touch_never_undoes_the_message_that_follows() => Assert.Null(Explorer(Touch.BeforeItPublishes).FindStuck());

    [Fact]
    public void After_the_publication_it_would() => Assert.NotNull(Explorer(Touch.AfterItHasPublished).FindStuck());

    private static TsoExplorer Explorer(Touch touch) => new(Producer(), Consumer(touch));

    private static List<Step> Producer() =>
    [
        new Step.Set(Register.Scratch, 1),
        new Step.Store(Slot, Register.Scratch),
        new Step.Label("full"),
        new Step.Load(Register.Sequence, Position),
        new Step.When(r => r[(int)Register.Sequence] == 0, "full"),
        new Step.Set(Register.Scratch, 2),
        new Step.Store(Slot, Register.Scratch),
        new Step.Wake(),
    ];

    private static List<Step> Consumer(Touch touch)
    {
        Step[] store = [new Step.Store(Slot, Register.Sequence)];
        Step[] publish = [new Step.Set(Register.Scratch, 1), new Step.Store(Position, Register.Scratch)];
        return
        [
            new Step.Label("first"),
            new Step.Load(Register.Sequence, Slot),
            new Step.When(r => r[(int)Register.Sequence] == 0, "first"),
            .. touch == Touch.BeforeItPublishes ? store.Concat(publish) : publish.Concat(store),
            new Step.Fence(),
            new Step.Set(Register.Scratch, 1),
            new Step.Label("second"),
            new Step.Load(Register.Sequence, Slot),
            new Step.When(r => r[(int)Register.Sequence] == 2, "done"),
            new Step.Sleep(Slot, Register.Scratch),
            new Step.When(_ => true, "second"),
            new Step.Label("done"),
        ];
    }
}
