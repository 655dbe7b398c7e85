using System.Text.Json;
using System.Text.Json.Serialization;
using VolMgr.Movers.Comparison;

namespace VolMgr.Cli.Comparing;

/// <summary>A comparison for a program. Sizes in bytes, rates in bytes a second.</summary>
internal sealed record CompareReply(
    string Result,
    int Seed,
    CompareGuestReply Guest,
    IReadOnlyList<CompareMoverReply> Movers,
    IReadOnlyList<CompareArithmeticReply> Arithmetic,
    CompareCrossoverReply? Crossover,
    IReadOnlyList<string> Lessons)
{
    public static CompareReply Of(ComparisonReport report) => new(
        report.IsIntact ? "pass" : "fail",
        report.Options.Seed,
        new CompareGuestReply(
            report.Options.Size,
            report.Options.WriteRate,
            report.Options.CopyRate,
            report.Options.Memory,
            report.Options.DirtyRate),
        [.. report.Runs.Select(CompareMoverReply.Of)],
        [.. report.Arithmetic.Select(CompareArithmeticReply.Of)],
        report.Crossover is { } crossover ? CompareCrossoverReply.Of(crossover) : null,
        CompareLessons.Of(report));

    public string ToJson() => JsonSerializer.Serialize(this, CompareJson.Default.CompareReply);
}

/// <summary>The guest that all movers were given.</summary>
internal sealed record CompareGuestReply(
    long SizeBytes, long WriteRate, long CopyRate, long MemoryBytes, long DirtyRate);

/// <summary>A number by arithmetic and by a run; null where there is no end.</summary>
internal sealed record CompareArithmeticReply(
    string Mover,
    string Quantity,
    string Unit,
    string Formula,
    double? Predicted,
    double? Measured,
    double? PredictedDoubled,
    double? MeasuredDoubled,
    bool Agrees)
{
    public static CompareArithmeticReply Of(ArithmeticLine line) => new(
        line.Card.Name,
        line.Quantity,
        line.Unit switch
        {
            ArithmeticUnit.Count => "count",
            ArithmeticUnit.Bytes => "bytes",
            ArithmeticUnit.Seconds => "seconds",
        },
        line.Formula,
        line.Asked.Predicted,
        line.Asked.Measured,
        line.Doubled.Predicted,
        line.Doubled.Measured,
        line.Agrees);
}

/// <summary>The rate of writes from which on tracking does not converge.</summary>
internal sealed record CompareCrossoverReply(
    long FoundRate,
    long ConvergingRate,
    long NotConvergingRate,
    double FormulaRate,
    double Deviation,
    bool Agrees,
    long SizeBytes,
    IReadOnlyList<CompareProbeReply> Probes,
    IReadOnlyList<ComparePointReply> Curve)
{
    public static CompareCrossoverReply Of(Crossover crossover) => new(
        crossover.Found,
        crossover.Converging,
        crossover.NotConverging,
        crossover.Formula,
        crossover.Deviation,
        crossover.Agrees,
        crossover.Size,
        [.. crossover.Probes.Select(probe => new CompareProbeReply(
            probe.WriteRate, probe.Converges, probe.Passes, probe.Copying.TotalSeconds))],
        [.. crossover.Curve.Select(point => new ComparePointReply(
            point.WriteRate, point.Tracking?.TotalSeconds, point.Mirror.TotalSeconds))]);
}

/// <summary>A move that was tried.</summary>
internal sealed record CompareProbeReply(long WriteRate, bool Converges, int Passes, double CopySeconds);

/// <summary>Times at one rate; null where tracking does not end.</summary>
internal sealed record ComparePointReply(long WriteRate, double? TrackingSeconds, double MirrorSeconds);

/// <summary>Serialisation without reflection.</summary>
[JsonSerializable(typeof(CompareReply))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
internal sealed partial class CompareJson : JsonSerializerContext;
