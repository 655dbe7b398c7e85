using VolMgr.Movers.Comparison;

namespace VolMgr.Cli.Comparing;

/// <summary>p99, longest gap and stun of each mover as bars, on a scale on which each step is ten times the one
/// before.</summary>
internal static class FeltChart
{
    private const double Left = 150;
    private const double Row = 76;
    private const double LeastMs = 0.1;

    public static string Draw(IReadOnlyList<MoverRun> runs)
    {
        var drawing = new SvgDrawing(
            "felt", "What the application felt during each move", Describe(runs), 60 + (runs.Count * Row));
        drawing.Legend(16, ("run", "p99 of reads and writes"), ("both", "longest gap"), ("stun", "stun"));
        double most = Math.Max(1, runs.Max(run => Math.Max(
            run.Report.Stun.TotalMilliseconds, run.During.LongestGap.TotalMilliseconds)));
        double decades = Math.Ceiling(Math.Log10(most / LeastMs));
        double scale = (SvgDrawing.Width - Left - 90) / decades;
        for (int index = 0; index < runs.Count; index++)
        {
            double top = 34 + (index * Row);
            drawing.Words(Left - 8, top + 36, runs[index].Card.Name, "end");
            (string Kind, TimeSpan Time)[] bars =
            [
                ("run", runs[index].During.P99),
                ("both", runs[index].During.LongestGap),
                ("stun", runs[index].Report.Stun),
            ];
            for (int bar = 0; bar < bars.Length; bar++)
            {
                double length = Math.Max(0, Math.Log10(
                    Math.Max(bars[bar].Time.TotalMilliseconds, LeastMs) / LeastMs)) * scale;
                if (bars[bar].Time > TimeSpan.Zero)
                {
                    drawing.Bar(
                        bars[bar].Kind, Left, top + (bar * 21), length, 17, CompareUnits.Milliseconds(bars[bar].Time));
                }

                drawing.Words(Left + length + 6, top + 14 + (bar * 21), CompareUnits.Milliseconds(bars[bar].Time));
            }
        }

        double axis = 34 + (runs.Count * Row);
        drawing.Line("axis", Left, axis, SvgDrawing.Width, axis);
        for (int decade = 0; decade <= decades; decade++)
        {
            drawing.Words(
                Left + (decade * scale), axis + 18, CompareUnits.Text($"{LeastMs * Math.Pow(10, decade):0.###} ms"),
                "middle", "soft");
        }

        return drawing.Write();
    }

    private static string Describe(IEnumerable<MoverRun> runs) => string.Join(
        "; ", runs.Select(run => $"{run.Card.Name}: p99 {CompareUnits.Milliseconds(run.During.P99)}, longest gap "
            + $"{CompareUnits.Milliseconds(run.During.LongestGap)}, "
            + $"stun {CompareUnits.Milliseconds(run.Report.Stun)}"));
}
