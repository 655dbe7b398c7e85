using VolMgr.Movers.Moves;

namespace VolMgr.Movers.Comparison;

/// <summary>Puts the same guest through each mover, in virtual time. Equal options, equal report.</summary>
public static class MoverComparison
{
    /// <summary>Runs all of it. Each move has a world of its own.</summary>
    /// <param name="options">The guest and the pace.</param>
    /// <param name="runAll">Runs all of these, in any order or beside one another; null: one after the other.</param>
    public static ComparisonReport Run(ComparisonOptions options, Action<IReadOnlyList<Action>>? runAll = null) =>
        Run(options, stepsOf: null, runAll ?? (each => each.ToList().ForEach(run => run())));

    /// <summary>As that; another one may take part in the moves of the first round at their steps.</summary>
    internal static ComparisonReport Run(
        ComparisonOptions options,
        Func<ComparedGuest, ComparedMover, MoveSteps>? stepsOf,
        Action<IReadOnlyList<Action>> runAll)
    {
        MoverKind[] kinds = [.. options.Movers.Distinct().Order()];
        var asked = new MoverRun[kinds.Length];
        var doubled = new MoverRun[kinds.Length];
        var search = new CrossoverSearch(options);
        Func<CurvePoint>[] points = kinds.Contains(MoverKind.Tracking) ? [.. search.Curve] : [];
        var curve = new CurvePoint[points.Length];
        Crossover? crossover = null;
        runAll(
        [
            .. points.Take(1).Select(_ => (Action)(() => crossover = search.Find())), // the longest first
            .. kinds.Select((kind, index) => (Action)(
                () => doubled[index] = MoverRunner.Run(options.Twice(), kind))),
            .. kinds.Select((kind, index) => (Action)(
                () => asked[index] = MoverRunner.Run(options, kind, stepsOf))),
            .. points.Select((point, index) => (Action)(() => curve[index] = point())),
        ]);
        return new ComparisonReport(options with { Movers = kinds }, asked)
        {
            Arithmetic =
            [
                .. asked.Zip(doubled).SelectMany(
                    pair => ComparisonArithmetic.Lines(options, pair.First, pair.Second)),
            ],
            Crossover = crossover is null ? null : crossover with { Curve = curve },
        };
    }
}
