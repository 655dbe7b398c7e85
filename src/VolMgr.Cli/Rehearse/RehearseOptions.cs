namespace VolMgr.Cli.Rehearse;

/// <summary>What a rehearsal is asked to do.</summary>
/// <param name="Lab">Where to keep the lab; null: a temporary one that is removed.</param>
/// <param name="Seed">Seed of the workload.</param>
/// <param name="Size">Bytes of each volume.</param>
/// <param name="Volumes">How many volumes: concatenated, striped and mirrored in turn.</param>
/// <param name="Shape">What the application does.</param>
/// <param name="IsJson">Report as one JSON object.</param>
internal sealed record RehearseOptions(
    string? Lab, int Seed, long Size, int Volumes, WorkloadShape Shape, bool IsJson)
{
    /// <summary>Whether time is simulated, in a lab of arrays that take some.</summary>
    public bool IsVirtual { get; init; }

    /// <summary>Operations a second on each volume; null for the shape's own pace, a tenth of it in virtual
    /// time.</summary>
    public int? OperationsPerSecond { get; init; }

    /// <summary>In virtual time: crashes of the host during the copies.</summary>
    public int Crashes { get; init; } = 1;

    public const long DefaultSize = 256L << 20;
    public const int DefaultVolumes = 3;
    public const long SizeMin = 64L << 20;
    public const int VolumesMax = 32;

    /// <summary>Seconds of application I/O that are measured before and after the migration.</summary>
    public const int QuietSeconds = 5;

    /// <summary>Percent of each volume that is filled before the migration; the rest starts as a hole.</summary>
    public const int FillPercent = 60;
}

/// <summary>The lab that a rehearsal builds: as many LUNs as its volumes need, twice.</summary>
internal sealed record RehearsePlan(int LunCount, long LunSize, IReadOnlyList<RehearseVolume> Volumes)
{
    public const string DiskGroup = "datadg";
    private const long PrivateRegionAndMore = 34L << 20;

    /// <summary>The enclosure that the volumes leave.</summary>
    public string OldEnclosure { get; init; } = "emc0";

    /// <summary>The enclosure that they go to.</summary>
    public string NewEnclosure { get; init; } = "pure0";

    public static RehearsePlan For(RehearseOptions options)
    {
        List<RehearseVolume> volumes = [];
        for (int index = 0; index < options.Volumes; index++)
        {
            volumes.Add(RehearseVolume.Make(index, options.Size, options.IsVirtual));
        }

        // A disk holds a little more than half a volume beside its private region: so a concatenated volume needs two
        // disks, a stripe gets two equal columns, and each plex of a mirror has disks of its own; two more for the
        // logs.
        int lunCount = (2 * volumes.Sum(volume => volume.PlexCount)) + 2;
        long lunSize = (options.Size / 2) + PrivateRegionAndMore;
        return new RehearsePlan(lunCount, lunSize, volumes);
    }
}

/// <summary>One volume of a rehearsal.</summary>
/// <param name="Name">Its name.</param>
/// <param name="PlexCount">Data plexes.</param>
/// <param name="Attributes">Attributes for <c>vxassist make</c>.</param>
/// <param name="Size">Bytes.</param>
internal sealed record RehearseVolume(string Name, int PlexCount, IReadOnlyList<string> Attributes, long Size)
{
    /// <summary>The volume of that number.</summary>
    /// <param name="index">From 0.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="isLarge">Whether a stripe unit is 1 MiB, as for large volumes, and not the default.</param>
    public static RehearseVolume Make(int index, long size, bool isLarge)
    {
        string[] stripes = isLarge ? ["layout=stripe", "ncol=2", "stripeunit=1m"] : ["layout=stripe", "ncol=2"];
        string name = $"vol{index + 1:D2}";
        return (index % 3) switch
        {
            0 => new RehearseVolume(name, 1, [], size),
            1 => new RehearseVolume(name, 1, stripes, size),
            _ => new RehearseVolume(name, 2, ["layout=mirror", "nmirror=2", "logtype=drl"], size),
        };
    }
}
