using VolMgr.Arrays.Multipath;

namespace VolMgr.Arrays;

/// <summary>A tunable with its value and the value of a new host.</summary>
public sealed record DmpTunableValue(string Name, string Current, string Default);

/// <summary>
/// The tunables of a host's multipathing (`vxdmpadm gettune`, `settune`). Every one that is listed has an effect; those
/// of the real product that would have none here are unknown. Thread-safe: readers see each value's newest setting.
/// </summary>
public sealed class DmpTunables
{
    internal const string RestoreInterval = "dmp_restore_interval";
    internal const string RestorePolicy = "dmp_restore_policy";
    internal const string RestoreCycles = "dmp_restore_cycles";
    internal const string RestoreState = "dmp_restore_state";

    private static readonly DmpTunable[] Known =
    [
        DmpTunable.Number("dmp_health_time", 60, 0, 86_400),
        DmpTunable.Number("dmp_lun_retry_timeout", 30, 0, 86_400),
        DmpTunable.Number("dmp_path_age", 300, 0, 86_400),
        DmpTunable.Number("dmp_pathswitch_blks_shift", 11, 0, 40),
        DmpTunable.Number(RestoreCycles, 10, 1, 10_000),
        DmpTunable.Number(RestoreInterval, 300, 1, 86_400),
        DmpTunable.Word(RestorePolicy, "check_disabled", "check_all", "check_periodic", "check_alternate"),
        DmpTunable.Word(RestoreState, "enabled", "disabled", "stopped"),
        DmpTunable.Number("dmp_retry_count", 5, 0, 10_000),
        DmpTunable.Number("dmp_scsi_timeout", 20, 1, 86_400),
    ];

    private readonly Lock changing = new();
    private readonly SortedDictionary<string, string> values = new(StringComparer.Ordinal);
    private volatile Snapshot current;

    internal DmpTunables() => current = Read();

    /// <summary>Every tunable, by name.</summary>
    public IReadOnlyList<DmpTunableValue> All
    {
        get
        {
            lock (changing)
            {
                return [.. Known.Select(tunable =>
                    new DmpTunableValue(tunable.Name, ValueOf(tunable), tunable.Default))];
            }
        }
    }

    /// <summary>How long a path has to be well after it came back before a failure counts as a new one.</summary>
    internal TimeSpan HealthTime => current.HealthTime;

    /// <summary>How long I/O is retried on a LUN that lost its last path.</summary>
    internal TimeSpan LunRetryTimeout => current.LunRetryTimeout;

    /// <summary>How long a path that fails again and again is watched before it carries I/O.</summary>
    internal TimeSpan PathAge => current.PathAge;

    /// <summary>Partition of the balanced policy, in bytes.</summary>
    internal long PartitionSize => current.PartitionSize;

    /// <summary>How often an I/O is repeated on a path that answers busy.</summary>
    internal int RetryCount => current.RetryCount;

    /// <summary>How long a command waits for an answer before its path counts as failed.</summary>
    internal TimeSpan CommandTimeout => current.CommandTimeout;

    internal TimeSpan DaemonInterval => current.DaemonInterval;

    internal int DaemonCycles => current.DaemonCycles;

    internal string DaemonPolicy => current.DaemonPolicy;

    internal bool IsDaemonRunning => current.IsDaemonRunning;

    /// <summary>The value, or null when there is no such tunable.</summary>
    public string? Find(string name)
    {
        lock (changing)
        {
            return Array.Find(Known, tunable => tunable.Name == name) is { } found ? ValueOf(found) : null;
        }
    }

    /// <summary>Sets a value; null when done, else why not in one sentence.</summary>
    internal string? Set(string name, string value)
    {
        if (Array.Find(Known, tunable => tunable.Name == name) is not { } found)
        {
            return $"{name}: Tunable is unknown or not supported by VolMgr";
        }

        if (found.Normalise(value) is not { } normal)
        {
            return $"{name}: Invalid value {value}; expected {found.Range}";
        }

        lock (changing)
        {
            values[name] = normal;
            current = Read();
        }

        return null;
    }

    private Snapshot Read() => new(
        Seconds("dmp_health_time"), Seconds("dmp_lun_retry_timeout"), Seconds("dmp_path_age"),
        512L << Number("dmp_pathswitch_blks_shift"), Number("dmp_retry_count"), Seconds("dmp_scsi_timeout"),
        Seconds(RestoreInterval), Number(RestoreCycles), Text(RestorePolicy), Text(RestoreState) == "enabled");

    private string ValueOf(DmpTunable tunable) => values.GetValueOrDefault(tunable.Name, tunable.Default);

    private string Text(string name) => ValueOf(Array.Find(Known, tunable => tunable.Name == name)
        ?? throw new ArgumentException("no such tunable", nameof(name)));

    private int Number(string name) => int.Parse(Text(name));

    private TimeSpan Seconds(string name) => TimeSpan.FromSeconds(Number(name));

    private sealed record Snapshot(
        TimeSpan HealthTime, TimeSpan LunRetryTimeout, TimeSpan PathAge, long PartitionSize, int RetryCount,
        TimeSpan CommandTimeout, TimeSpan DaemonInterval, int DaemonCycles, string DaemonPolicy,
        bool IsDaemonRunning);
}
