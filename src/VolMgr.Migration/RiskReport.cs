using VolMgr.Arrays;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Migration;

/// <summary>Looks for what could spoil a migration. The most severe comes first.</summary>
internal static class RiskReport
{
    private const int ResumingGroupVersion = 170;
    private const int PathsWanted = 2;

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

        foreach (TargetDisk target in plan.Targets)
        {
            DiskDevice? device = host.Disks.FirstOrDefault(disk => disk.Name == target.Device);
            int paths = device?.Node.Paths.Count(path => path.State == PathState.Enabled) ?? 0;
            if (paths < PathsWanted)
            {
                risks.Add(new MigrationRisk(
                    "medium", target.Device, $"{paths} enabled paths, {PathsWanted} are wanted: check the zoning"));
            }
        }

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

        return risks;
    }
}
