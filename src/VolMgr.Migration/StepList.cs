namespace VolMgr.Migration;

/// <summary>A plan in the words of the commands that do the same by hand.</summary>
internal static class StepList
{
    public static IReadOnlyList<PlannedStep> Of(string group, MigrationPlan plan)
    {
        List<PlannedStep> steps = [];
        void Add(MigrationState phase, string command) => steps.Add(new PlannedStep(phase, command));
        string to = plan.Request.To;
        foreach (TargetDisk disk in plan.Targets)
        {
            if (disk.NeedsInitialising)
            {
                Add(MigrationState.Preparing, $"vxdisksetup -i {disk.Device}");
            }

            Add(MigrationState.Preparing, $"vxdg -g {group} adddisk {disk.Media}={disk.Device}");
        }

        foreach (string volume in (IEnumerable<string>)[.. plan.OldLogVolumes, .. plan.TemporaryLogVolumes])
        {
            Add(MigrationState.Copying, $"vxassist -g {group} addlog {volume} logtype=drl enclr:{to}");
        }

        foreach (PlexMove move in plan.Moves)
        {
            string disks = string.Join(' ', move.TargetDisks);
            Add(MigrationState.Copying, $"vxassist -g {group} -b mirror {move.Volume} {disks}");
        }

        if (plan.Request.UntilMirrored)
        {
            Add(MigrationState.Mirrored, $"volmgr migrate finish --group {group}");
        }

        if (plan.Request.Verify)
        {
            foreach (string volume in plan.Moves.Select(move => move.Volume).Distinct())
            {
                Add(MigrationState.Verifying, $"volmgr verify --group {group} --volume {volume}");
            }
        }

        foreach (PlexMove move in plan.Moves)
        {
            Add(MigrationState.Detaching, $"vxplex -g {group} -o rm dis {move.OldPlex}");
        }

        foreach (string volume in plan.OldLogVolumes)
        {
            Add(MigrationState.Detaching, $"vxassist -g {group} remove log {volume} (the one on the old array)");
        }

        foreach (string volume in plan.TemporaryLogVolumes)
        {
            Add(MigrationState.Detaching, $"vxassist -g {group} remove log {volume}");
        }

        foreach (string disk in plan.LeavingDisks)
        {
            Add(MigrationState.Removing, $"vxdg -g {group} rmdisk {disk}");
        }

        return steps;
    }
}
