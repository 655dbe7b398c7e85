using VolMgr.Movers.Comparison;
using VolMgr.Movers.Moves;

namespace VolMgr.Cli.Comparing;

/// <summary>The bytes of each pass, one after the other, and those of the guest's writes to both sides.</summary>
internal static class PassesChart
{
    private const double Left = 150;
    private const double Row = 44;

    public static string Draw(IReadOnlyList<MoverRun> runs)
    {
        double scale = (SvgDrawing.Width - Left - 220) / Math.Max(runs.Max(run => run.Report.BytesMoved), 1);
        var drawing = new SvgDrawing(
            "passes", "Bytes that each mover moved, pass by pass", Describe(runs), 40 + (runs.Count * Row));
        drawing.Legend(
            16,
            ("run", "a pass while the guest runs"),
            ("stun", "the pass while it stands still"),
            ("both", "the guest's writes to both sides"));
        for (int index = 0; index < runs.Count; index++)
        {
            double top = 34 + (index * Row);
            double left = Left;
            MoveReport report = runs[index].Report;
            drawing.Words(Left - 8, top + 17, runs[index].Card.Name, "end");
            foreach (CopyPass pass in report.Passes)
            {
                drawing.Bar(
                    pass.IsStunned ? "stun" : "run", left, top, (pass.Bytes * scale) - 1, 24,
                    $"pass {pass.Number}: {CompareUnits.Bytes(pass.Bytes)}");
                left += pass.Bytes * scale;
            }

            if (report.BytesMirrored > 0)
            {
                drawing.Bar(
                    "both", left, top, report.BytesMirrored * scale, 24,
                    $"to both sides: {CompareUnits.Bytes(report.BytesMirrored)}");
                left += report.BytesMirrored * scale;
            }

            drawing.Words(
                left + 6, top + 17,
                $"{CompareUnits.Bytes(report.BytesMoved)}, "
                    + CompareUnits.Text($"{runs[index].MovedPerByte:F2} a byte of data"));
        }

        return drawing.Write();
    }

    private static string Describe(IEnumerable<MoverRun> runs) => string.Join(
        "; ", runs.Select(run => $"{run.Card.Name}: {CompareUnits.Bytes(run.Report.BytesMoved)} in "
            + $"{run.Report.Passes.Count} passes"));
}
