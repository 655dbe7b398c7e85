namespace VolMgr.Movers.Projection;

/// <summary>What a fleet waits for.</summary>
internal enum FleetBottleneck
{
    /// <summary>The copies.</summary>
    Copy = 1,

    /// <summary>The people who prepare, watch and approve.</summary>
    People = 2,
}

/// <summary>A fleet to move.</summary>
/// <param name="Bytes">Bytes of all hosts.</param>
/// <param name="Copies">Copies at once.</param>
/// <param name="CopyRate">Bytes each second of each copy.</param>
/// <param name="Window">The time of a night in which may be copied.</param>
internal sealed record FleetPlan(double Bytes, int Copies, double CopyRate, TimeSpan Window)
{
    /// <summary>Nights with a window, each week.</summary>
    public int NightsPerWeek { get; init; } = 5;

    /// <summary>Hosts to move.</summary>
    public required int Hosts { get; init; }

    /// <summary>Hosts that the people manage, each week.</summary>
    public required int HostsPerWeek { get; init; }
}

/// <summary>How long a fleet takes, and what it waits for.</summary>
/// <param name="Copying">Time of the copies alone.</param>
/// <param name="Nights">Windows that they fill.</param>
/// <param name="CopyWeeks">Weeks that have so many windows.</param>
/// <param name="PeopleWeeks">Weeks that the people need.</param>
internal sealed record FleetProjection(TimeSpan Copying, int Nights, int CopyWeeks, int PeopleWeeks)
{
    /// <summary>Weeks for the fleet.</summary>
    public int Weeks => Math.Max(CopyWeeks, PeopleWeeks);

    /// <summary>What more of would end it sooner.</summary>
    public FleetBottleneck Bottleneck => PeopleWeeks > CopyWeeks ? FleetBottleneck.People : FleetBottleneck.Copy;

    /// <summary>Projects a fleet.</summary>
    public static FleetProjection Of(FleetPlan plan)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(plan.Copies * plan.CopyRate);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(plan.Window, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(plan.NightsPerWeek, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(plan.HostsPerWeek, 1);
        var copying = TimeSpan.FromSeconds(plan.Bytes / (plan.Copies * plan.CopyRate));
        int nights = (int)Math.Ceiling(copying / plan.Window);
        return new FleetProjection(
            copying, nights, WeeksOf(nights, plan.NightsPerWeek), WeeksOf(plan.Hosts, plan.HostsPerWeek));
    }

    private static int WeeksOf(int count, int each) => (count + each - 1) / each;
}
