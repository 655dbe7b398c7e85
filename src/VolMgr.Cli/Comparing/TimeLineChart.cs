using VolMgr.Movers.Comparison;
using VolMgr.Movers.Moves;

namespace VolMgr.Cli.Comparing;

/// <summary>The phases of each mover as bars over time.</summary>
internal static class TimeLineChart
{
    private const double Left = 150;
    private const double Row = 44;

    public static string Draw(IReadOnlyList<MoverRun> runs)
    {
        double seconds = Math.Max(runs.Max(run => run.Time.TotalSeconds), 0.001);
        double scale = (SvgDrawing.Width - Left - 80) / seconds;
        var drawing = new SvgDrawing(
            "phases", "Phases of each mover over time", Describe(runs), 66 + (runs.Count * Row));
        drawing.Legend(
            16,
            ("prepare", "prepares, checks, cleans up"),
            ("run", "copies while the guest runs"),
            ("both", "both sides complete"),
            ("stun", "the guest stands still"));
        for (int index = 0; index < runs.Count; index++)
        {
            double top = 34 + (index * Row);
            drawing.Words(Left - 8, top + 17, runs[index].Card.Name, "end");
            foreach (MovePhase phase in runs[index].Report.Phases)
            {
                drawing.Bar(
                    KindOf(phase.Name), Left + (phase.Begin.TotalSeconds * scale), top,
                    phase.Took.TotalSeconds * scale, 24,
                    $"{phase.Name}: {CompareUnits.Seconds(phase.Begin)} to "
                        + $"{CompareUnits.Seconds(phase.Begin + phase.Took)}");
            }

            drawing.Words(
                Left + (runs[index].Time.TotalSeconds * scale) + 6, top + 17, CompareUnits.Seconds(runs[index].Time));
        }

        double axis = 34 + (runs.Count * Row);
        drawing.Line("axis", Left, axis, SvgDrawing.Width, axis);
        for (int part = 0; part <= 4; part++)
        {
            drawing.Words(
                Left + (seconds * scale * part / 4), axis + 18, CompareUnits.Text($"{seconds * part / 4:F1} s"),
                "middle", "soft");
        }

        return drawing.Write();
    }

    private static string Describe(IEnumerable<MoverRun> runs) => string.Join(
        "; ", runs.Select(run => $"{run.Card.Name}: " + string.Join(
            ", ", run.Report.Phases.Select(
                phase => $"{phase.Name} from {CompareUnits.Seconds(phase.Begin)} for "
                    + CompareUnits.Seconds(phase.Took)))));

    private static string KindOf(string phase) => phase switch
    {
        "plex attached and copied" or "disks copied" or "P3 rounds of memory" => "run",
        "plex made ACTIVE" or "plexes compared" => "both",
        "suspend and resume" or "P3 suspended, state installed; P4 handoff" => "stun",
        _ => "prepare",
    };
}
