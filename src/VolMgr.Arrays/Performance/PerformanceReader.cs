using VolMgr.Arrays.Topology;

namespace VolMgr.Arrays.Performance;

/// <summary>Reads the field `performance` of arrays, pools and LUNs.</summary>
internal static class PerformanceReader
{
    private const string Field = "performance";
    private const int MostOperations = 100_000_000;
    private const int DeepestQueue = 65_536;

    /// <summary>The models that an array says for all its ports, for itself and for its LUNs; null for none.</summary>
    public static ArrayPerformance? ReadArray(FieldReader array, ProblemList problems)
    {
        if (array.Map(Field) is not { } found)
        {
            return null;
        }

        FieldReader fields = new(found.Node, found.Path, problems);
        ArrayPerformance read = new()
        {
            Port = Read(fields, "port", problems, hasQueue: false),
            Array = Read(fields, "array", problems, hasQueue: false),
            Lun = Read(fields, "lun", problems, hasQueue: true),
        };
        fields.Finish();
        return read == new ArrayPerformance() ? null : read;
    }

    /// <summary>The model of one pool or LUN; null for none.</summary>
    public static PerformanceModel? ReadPart(FieldReader part, ProblemList problems, bool hasQueue) =>
        Read(part, Field, problems, hasQueue);

    private static PerformanceModel? Read(FieldReader parent, string field, ProblemList problems, bool hasQueue)
    {
        if (parent.Map(field) is not { } found)
        {
            return null;
        }

        FieldReader fields = new(found.Node, found.Path, problems);
        PerformanceModel model = new()
        {
            Read = Time(fields, "read"),
            Write = Time(fields, "write"),
            Flush = Time(fields, "flush"),
            BytesPerSecond = Rate(fields, "bandwidth"),
            OperationsPerSecond = fields.Number("iops", 1, MostOperations, fallback: 0),
            QueueDepth = hasQueue ? fields.Number("depth", 1, DeepestQueue, fallback: 0) : 0,
        };
        fields.Finish();
        return model == new PerformanceModel() ? null : model;
    }

    private static TimeSpan Time(FieldReader fields, string field)
    {
        if (fields.Optional(field, TextRule.Any) is not { } text)
        {
            return TimeSpan.Zero;
        }

        (TimeSpan time, string problem) = PerformanceText.ParseTime(text);
        Complain(fields, field, problem);
        return time;
    }

    private static long Rate(FieldReader fields, string field)
    {
        if (fields.Optional(field, TextRule.Any) is not { } text)
        {
            return 0;
        }

        (long rate, string problem) = PerformanceText.ParseRate(text);
        Complain(fields, field, problem);
        return rate;
    }

    private static void Complain(FieldReader fields, string field, string problem)
    {
        if (problem.Length > 0)
        {
            fields.Complain(field, problem);
        }
    }
}
