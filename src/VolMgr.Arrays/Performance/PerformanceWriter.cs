namespace VolMgr.Arrays.Performance;

/// <summary>Writes performance models as `lab.yaml` has them; nothing where there is none.</summary>
internal static class PerformanceWriter
{
    /// <summary>The field of an array, whole lines.</summary>
    public static string Write(ArrayPerformance? models) => models is null
        ? ""
        : "    performance:\n" + Line("port", models.Port) + Line("array", models.Array) + Line("lun", models.Lun);

    /// <summary>The field of a pool or LUN, to be put before the end of its line.</summary>
    public static string Write(PerformanceModel? model) => model is null ? "" : $", performance: {Flow(model)}";

    private static string Line(string name, PerformanceModel? model) =>
        model is null ? "" : $"      {name}: {Flow(model)}\n";

    private static string Flow(PerformanceModel model)
    {
        IEnumerable<string> fields =
        [
            Time("read", model.Read), Time("write", model.Write), Time("flush", model.Flush),
            model.BytesPerSecond == 0 ? "" : $"bandwidth: {PerformanceText.Format(model.BytesPerSecond)}",
            model.OperationsPerSecond == 0 ? "" : $"iops: {model.OperationsPerSecond}",
            model.QueueDepth == 0 ? "" : $"depth: {model.QueueDepth}",
        ];
        return $"{{ {string.Join(", ", fields.Where(field => field.Length > 0))} }}";
    }

    private static string Time(string name, TimeSpan time) =>
        time == TimeSpan.Zero ? "" : $"{name}: {PerformanceText.Format(time)}";
}
