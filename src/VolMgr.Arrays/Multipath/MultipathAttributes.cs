namespace VolMgr.Arrays.Multipath;

/// <summary>
/// The attributes of `vxdmpadm setattr` and `getattr`: their values as text, and what they mean for a LUN or a path.
/// </summary>
internal static class MultipathAttributes
{
    public const string Policy = "iopolicy";
    public const string PartitionSize = "partitionsize";
    public const string Recovery = "recoveryoption";
    public const string Redundancy = "redundancy";

    private const int Sector = 512;

    /// <summary>The words of `pathtype=`.</summary>
    public static IReadOnlyList<string> PathTypes { get; } =
        ["active", "standby", "preferred", "nopreferred"];

    /// <summary>Null when the attribute takes the value, else why not.</summary>
    public static string? Check(string name, string value) => name switch
    {
        Policy when IoPolicyWords.Parse(value) is null =>
            $"iopolicy={value}: Invalid value; expected {string.Join(", ", IoPolicyWords.Words)}",
        PartitionSize when ReadPartition(value) is null =>
            $"partitionsize={value}: Invalid value; expected a number of sectors",
        Redundancy when !(int.TryParse(value, out int count) && count >= 0) =>
            $"redundancy={value}: Invalid value; expected a number of paths",
        Recovery when !TryReadRecovery(value, out _, out _) =>
            $"recoveryoption={value}: Invalid value; expected fixedretry:COUNT or timebound:SECONDS",
        Policy or PartitionSize or Redundancy or Recovery => null,
        _ => $"{name}: Attribute is unknown or not supported by VolMgr",
    };

    /// <summary>The value without any setting, or null for an unknown attribute.</summary>
    public static string? Default(string name, string arrayType, DmpTunables tunables) => name switch
    {
        Policy => IoPolicyWords.WordOf(MultipathSettings.DefaultPolicy(arrayType)),
        PartitionSize => (tunables.PartitionSize / Sector).ToString(),
        Redundancy => "0",
        Recovery => $"fixedretry:{tunables.RetryCount}",
        _ => null,
    };

    /// <summary>What the settings mean for the LUNs of an enclosure.</summary>
    public static MultipathSettings Read(string arrayType, Func<string, string?> setting)
    {
        int? retries = null;
        TimeSpan? time = null;
        if (setting(Recovery) is { } recovery)
        {
            TryReadRecovery(recovery, out retries, out time);
        }

        IoPolicy policy = setting(Policy) is { } word && IoPolicyWords.Parse(word) is { } known
            ? known
            : MultipathSettings.DefaultPolicy(arrayType);
        long? partition = ReadPartition(setting(PartitionSize));
        int redundancy = int.TryParse(setting(Redundancy), out int count) ? count : 0;
        return new MultipathSettings(policy, partition, retries, time, redundancy);
    }

    /// <summary>Writes a word of `pathtype=` into the settings of a path.</summary>
    public static void SetPathType(SettingsFile settings, string scope, string key, string pathType)
    {
        switch (pathType)
        {
            case "active":
                settings[scope, key, "standby"] = null;
                break;
            case "standby":
                settings[scope, key, "standby"] = "yes";
                break;
            case "preferred":
                settings[scope, key, "preferred"] = "yes";
                break;
            default:
                settings[scope, key, "preferred"] = null;
                settings[scope, key, "priority"] = null;
                break;
        }
    }

    /// <summary>Shows a path its settings.</summary>
    public static void Show(DevicePath path, Func<string, string?> setting)
    {
        path.IsStandby = setting("standby") is not null;
        path.IsPreferred = setting("preferred") is not null;
        path.Priority = int.TryParse(setting("priority"), out int priority) ? priority : path.IsPreferred ? 1 : 0;
    }

    /// <summary>Bytes, or null when the text is no number of sectors that there can be.</summary>
    private static long? ReadPartition(string? text) =>
        long.TryParse(text, out long sectors) && sectors is > 0 and <= long.MaxValue / Sector ? sectors * Sector : null;

    private static bool TryReadRecovery(string value, out int? retries, out TimeSpan? time)
    {
        retries = null;
        time = null;
        string[] parts = value.Split(':');
        if (parts.Length != 2 || !int.TryParse(parts[1], out int number) || number < 0)
        {
            return false;
        }

        switch (parts[0])
        {
            case "fixedretry":
                retries = number;
                return true;
            case "timebound":
                time = TimeSpan.FromSeconds(number);
                return true;
            default:
                return false;
        }
    }
}
