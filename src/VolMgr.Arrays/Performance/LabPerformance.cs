using VolMgr.Blocks;

namespace VolMgr.Arrays.Performance;

/// <summary>
/// The performance models of a lab at work: one object for all its hosts, whose I/O meets at ports, pools and LUNs. A
/// path to a LUN without any model has no such layer.
/// </summary>
public sealed class LabPerformance
{
    private readonly Lock changing = new();
    private readonly Dictionary<string, PerformanceStage> stages = new(StringComparer.Ordinal);
    private volatile bool isSuspended;

    /// <summary>While set, nothing takes time: for whoever looks at a lab from outside.</summary>
    public bool IsSuspended
    {
        get => isSuspended;
        set => isSuspended = value;
    }

    /// <summary>What an operation through a port to a LUN takes; null where no model says anything.</summary>
    internal PathTiming? TimingOf(ArrayTopology array, LunTopology lun, int port, EngineServices engine)
    {
        ArrayPerformance? all = array.Performance;
        PoolTopology? pool = array.Pools.FirstOrDefault(
            each => lun.Pool.Length > 0 && string.Equals(each.Name, lun.Pool, StringComparison.Ordinal));
        PerformanceStage? lunStage = StageOf($"lun {lun.Name}", lun.Performance ?? all?.Lun, isDuplex: false);
        List<PerformanceStage> passed = [.. new[]
        {
            StageOf($"port {array.Name}:{port}", all?.Port, isDuplex: true),
            StageOf($"array {array.Name}", all?.Array, isDuplex: false),
            StageOf($"pool {array.Name}/{pool?.Name}", pool?.Performance, isDuplex: false),
            lunStage,
        }.OfType<PerformanceStage>()];
        return passed.Count == 0 ? null : new PathTiming(this, passed, lunStage, engine);
    }

    private PerformanceStage? StageOf(string name, PerformanceModel? model, bool isDuplex)
    {
        if (model is null)
        {
            return null;
        }

        lock (changing)
        {
            if (!stages.TryGetValue(name, out PerformanceStage? stage))
            {
                stage = new PerformanceStage(model, isDuplex);
                stages.Add(name, stage);
            }

            return stage;
        }
    }
}
