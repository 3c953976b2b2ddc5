using Muk.Orchestrator.Bench;
using Muk.Orchestrator.Bench.Report;

namespace Muk.Tests.Orchestrator.Bench;

public sealed class RingRowsTests
{
    [Fact]
    public void A_ratio_is_taken_round_by_round_over_the_floor_of_its_own_cell()
    {
        // The second round ran under a floor twice as long; over the floor nothing changed.
        var rows = Rows(
        [
            .. Both(round: 0, oursNs: 120, peerNs: 240, floor: 100),
            .. Both(round: 1, oursNs: 240, peerNs: 480, floor: 200),
        ]);
        var ours = rows.Single(r => r.Id == "R1" && r.Subject == RingPlan.RingC && r.Value is not null);
        Assert.Equal((1.2, 1.2), (Math.Round(ours.Value!.Lower, 9), Math.Round(ours.Value.Upper, 9)));
        Assert.Equal(Verdict.Aim, ours.Verdict);
        var over = rows.Single(r => r.Id == "R1" && r.Subject == "over ck_ring" && r.Value is not null && r.Id == "R1");
        Assert.Equal(0.5, over.Value!.Median, 9);
    }

    [Fact]
    public void Lost_messages_stand_in_the_subjects_row()
    {
        var lost = Both(0, 100, 100, 100).Select(m => m with { Result = m.Result with { Errors = 3 } });
        Assert.Contains(Rows([.. lost]), r => r.Id.Length == 0 && r.Note.Contains("6 MESSAGES", StringComparison.Ordinal)
            | r.Note.Contains("3 MESSAGES", StringComparison.Ordinal));
    }

    [Fact]
    public void A_peer_that_is_not_installed_has_a_row_with_what_to_do()
    {
        var rows = new RingRows([]).All([("ck_ring", "not installed: apt-get install libck-dev")]);
        Assert.Contains(rows, r => r.Subject == "ck_ring" && r.Verdict == Verdict.NotMeasured
            && r.Note.EndsWith("libck-dev", StringComparison.Ordinal));
    }

    private static IReadOnlyList<BenchRow> Rows(IReadOnlyList<Measurement> measurements) => new RingRows(measurements).All([]);

    private static IEnumerable<Measurement> Both(int round, double oursNs, double peerNs, double floor)
    {
        var group = RingPlan.Name(CellKind.Round, 8, 1);
        double[] floors = [floor, floor, floor, floor, floor, floor];
        yield return new(group, round, Cell(RingPlan.RingC), new(oursNs, oursNs, oursNs, 9, 0, 0, floors, floors), null);
        yield return new(group, round, Cell("ck_ring"), new(peerNs, peerNs, peerNs, 9, 0, 0, floors, floors), null);

        static Cell Cell(string subject) => new(subject, subject, CellKind.Round, 8, 1, 4096);
    }
}
