using VolMgr.Movers.Comparison;

namespace VolMgr.Cli.Comparing;

/// <summary>The time of a copy over the rate of writes: tracking climbs and ends at the crossover, the mirror stays.
/// </summary>
internal static class CurveChart
{
    private const double Left = 80;
    private const double Top = 30;
    private const double Bottom = 330;

    public static string Draw(Crossover crossover)
    {
        double mostRate = crossover.Curve.Max(point => point.WriteRate);
        double mostSeconds = crossover.Curve.Max(
            point => Math.Max(point.Tracking?.TotalSeconds ?? 0, point.Mirror.TotalSeconds)) * 1.05;
        double X(double rate) => Left + (rate / mostRate * (SvgDrawing.Width - Left - 40));
        double Y(double seconds) => Bottom - (seconds / mostSeconds * (Bottom - Top));

        var drawing = new SvgDrawing(
            "curve", "Time of the copy over the rate of writes", Describe(crossover), Bottom + 50);
        drawing.Legend(14, ("run", "passes of tracking"), ("both", "mirror plex"), ("stun", "crossover"));
        drawing.Line("axis", Left, Bottom, SvgDrawing.Width, Bottom);
        drawing.Line("axis", Left, Top, Left, Bottom);
        for (int part = 0; part <= 4; part++)
        {
            drawing.Words(
                Left - 8, Y(mostSeconds * part / 4) + 4, CompareUnits.Text($"{mostSeconds * part / 4:F1} s"), "end",
                "soft");
            drawing.Words(
                X(mostRate * part / 4), Bottom + 18, CompareUnits.Rate(mostRate * part / 4), "middle", "soft");
        }

        drawing.Words(SvgDrawing.Width / 2, Bottom + 40, "written by the guest", "middle", "soft");
        drawing.Curve("run", [.. crossover.Curve.Where(point => point.Tracking is not null)
            .Select(point => (X(point.WriteRate), Y(point.Tracking!.Value.TotalSeconds)))]); // chosen above
        drawing.Curve("both", [.. crossover.Curve.Select(
            point => (X(point.WriteRate), Y(point.Mirror.TotalSeconds)))]);
        drawing.Line("limit", X(crossover.Found), Top, X(crossover.Found), Bottom);
        drawing.Words(X(crossover.Found) + 6, Top + 14, CompareUnits.Rate(crossover.Found));
        return drawing.Write();
    }

    private static string Describe(Crossover crossover) =>
        $"Tracking does not converge from {CompareUnits.Rate(crossover.Found)} on. " + string.Join(
            "; ", crossover.Curve.Select(
                point => $"{CompareUnits.Rate(point.WriteRate)}: {CompareCrossover.Words(point)}"));
}
