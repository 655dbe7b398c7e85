using VolMgr.Arrays;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Migration;

/// <summary>Looks for what could spoil a migration. The most severe comes first.</summary>
internal static class RiskReport
{
    private const int ResumingGroupVersion = 170;
    private const int PathsWanted = 2;

    private static readonly string[] Severities = ["high", "medium", "low"];

    public static IReadOnlyList<MigrationRisk> Of(VolumeHost host, MigrationScope scope, MigrationPlan plan)
    {
        List<MigrationRisk> risks = [];
        if (plan.HostBytesNeeded > plan.HostBytesFree)
        {
            risks.Add(new MigrationRisk(
                "high",
                "host file system",
                $"{plan.HostBytesNeeded >> 20} MiB may be needed and {plan.HostBytesFree >> 20} MiB are free: "
                + "free space where the lab is"));
        }

        if (scope.Group.Current.Group.Version < ResumingGroupVersion)
        {
            risks.Add(new MigrationRisk(
                "high",
                scope.Group.Name,
                $"group version {scope.Group.Current.Group.Version}: an attach that a crash interrupts is removed, "
                + "the copy starts again from nothing"));
        }

        risks.AddRange(DevicesAtRisk(host, scope, plan));
        foreach (VolumeRecord volume in scope.Volumes.Where(volume => volume.TUtil0.Length > 0))
        {
            risks.Add(new MigrationRisk(
                "high", volume.Name, "another operation holds its utility lock: wait for its task to end"));
        }

        foreach (string volume in plan.Moves.GroupBy(move => move.Volume)
            .Where(moves => moves.Count() == 1).Select(moves => moves.Key))
        {
            risks.Add(new MigrationRisk(
                "low", volume, "one plex: until the copy is complete its data is on the old array only"));
        }

        return [.. risks.OrderBy(risk => Array.IndexOf(Severities, risk.Severity))];
    }

    /// <summary>
    /// The checks of the devices below: paths of every disk that takes part, and whether each is recognised by itself.
    /// </summary>
    private static IEnumerable<MigrationRisk> DevicesAtRisk(VolumeHost host, MigrationScope scope, MigrationPlan plan)
    {
        HashSet<string> targets = [.. plan.Targets.Select(target => target.Device)];
        DmpNode[] nodes = [.. host.Disks
            .Where(disk => targets.Contains(disk.Name)
                || (disk.IsImported && disk.GroupName == scope.Group.Name && plan.LeavingDisks.Contains(
                    disk.DiskMediaName)))
            .Select(disk => disk.Node)];
        return NoGoOf(nodes).Concat(SharedDiskCheck.Run(nodes).Select(sentence => Split("medium", sentence)));
    }

    /// <summary>
    /// What stands against going on with a migration: of the disks that hold its volumes now, the new ones too, and of
    /// those that it added or that are to leave.
    /// </summary>
    public static IEnumerable<MigrationRisk> AgainstGoingOn(
        VolumeHost host, MigrationScope scope, MigrationJournal journal)
    {
        GroupConfiguration now = scope.Group.Current;
        HashSet<string> media =
        [
            .. journal.AddedDisks, .. journal.LeavingDisks,
            .. from volume in scope.Volumes
               from plex in now.PlexesOf(volume.Id)
               from subdisk in now.SubdisksOf(plex.Id)
               select now.Disks[subdisk.DiskId].Name,
        ];
        return NoGoOf(host.Disks
            .Where(disk => disk.IsImported && disk.GroupName == scope.Group.Name && media.Contains(disk.DiskMediaName))
            .Select(disk => disk.Node));
    }

    /// <summary>A virtual disk has the one path that its hypervisor gives it.</summary>
    private static IEnumerable<MigrationRisk> NoGoOf(IEnumerable<DmpNode> nodes) =>
        PathCheck.Run(nodes.Where(node => node.Vendor != "VMware"), PathsWanted)
            .Select(sentence => Split("high", sentence) with { IsNoGo = true });

    private static MigrationRisk Split(string severity, string sentence)
    {
        string[] parts = sentence.Split(": ", 2);
        return new MigrationRisk(severity, parts[0], parts[^1]);
    }
}
