using VolMgr.Movers.Domains;
using VolMgr.Movers.Moves;
using VolMgr.Movers.Projection;

namespace VolMgr.Movers.Comparison;

/// <summary>Holds runs against what the arithmetic says of the same guest.</summary>
internal static class ComparisonArithmetic
{
    /// <summary>The numbers of one mover; both runs are of the same.</summary>
    public static IEnumerable<ArithmeticLine> Lines(ComparisonOptions options, MoverRun asked, MoverRun doubled)
    {
        IEnumerable<Quantity> quantities = asked.Card.Kind switch
        {
            MoverKind.PlexMirror => [CopyTime, Mirrored],
            MoverKind.Tracking or MoverKind.LiveDomain => [Passes, PassBytes, PassTime],
            MoverKind.MirrorDriver => [CopyTime],
            MoverKind.WarmDomain => [WarmStun],
        };
        return quantities.Select(each => new ArithmeticLine(
            asked.Card, each.Name, each.Unit, each.Formula, each.Pair(options, asked),
            each.Pair(options.Twice(), doubled)));
    }

    private static Quantity CopyTime => new(
        "time of the copy", ArithmeticUnit.Seconds, "bytes / copy rate, whatever the guest writes",
        (options, _) => MirrorProjection.Of(options.Size, 1, new CopyRates
        {
            Source = ComparisonOptions.ArrayRate,
            Target = ComparisonOptions.ArrayRate,
            Written = options.WriteRate,
            Cap = options.CopyRate,
        }).Time?.TotalSeconds,
        run => run.Report.Passes.Sum(pass => pass.Took.TotalSeconds));

    private static Quantity Mirrored => new(
        "bytes written to both sides", ArithmeticUnit.Bytes, "write rate x time until the plexes are compared",
        (options, run) => options.WriteRate * Until(run, "plexes compared"),
        run => run.Report.BytesMirrored);

    private static Quantity Passes => new(
        "passes while the guest runs", ArithmeticUnit.Count,
        "log(threshold / bytes) / log(written / copied), rounded up",
        (options, run) => Iterative(options, run)?.Passes,
        run => run.Report.LivePasses);

    private static Quantity PassBytes => new(
        "bytes of all passes", ArithmeticUnit.Bytes,
        "bytes x (1 + q + q^2 + ...), q = written / copied, a term for each pass and one for the rest",
        (options, run) => Iterative(options, run)?.Bytes,
        run => run.Report.Passes.Sum(pass => pass.Bytes));

    private static Quantity PassTime => new(
        "time of all passes", ArithmeticUnit.Seconds, "bytes of all passes / copy rate",
        (options, run) => Iterative(options, run)?.Time.TotalSeconds,
        run => run.Report.Passes.Sum(pass => pass.Took.TotalSeconds));

    private static Quantity WarmStun => new(
        "stun", ArithmeticUnit.Seconds, "memory / copy rate, and what installing the state takes",
        (options, _) => ((double)options.Memory / options.CopyRate)
            + new DomainMigrationOptions().Install.TotalSeconds,
        run => run.Report.Stun.TotalSeconds);

    private static IterativeProjection? Iterative(ComparisonOptions options, MoverRun run) => run.Card.MovesDisk
        ? IterativeProjection.Of(options.Size, options.CopyRate, options.WriteRate, options.DiskThreshold)
        : IterativeProjection.Of(options.Memory, options.CopyRate, options.DirtyRate, options.MemoryThreshold);

    private static double? Until(MoverRun run, string phase)
    {
        MovePhase? found = run.Report.Phases.FirstOrDefault(each => each.Name == phase);
        return found is null ? null : (found.Begin + found.Took).TotalSeconds;
    }

    private sealed record Quantity(
        string Name,
        ArithmeticUnit Unit,
        string Formula,
        Func<ComparisonOptions, MoverRun, double?> Predict,
        Func<MoverRun, double> Measure)
    {
        public ArithmeticPair Pair(ComparisonOptions options, MoverRun run) => new(
            Predict(options, run), run.Report.Result == MoveResult.Moved ? Measure(run) : null);
    }
}
