namespace VolMgr.Cli.Rehearse;

/// <summary>What must hold when a rehearsal ends. Each check tells its evidence.</summary>
internal sealed class RehearsalChecks(
    IRehearseLab lab, RehearsePlan plan, WorkloadOptions workload, Func<string, Ledger> openLedger)
{
    private const string Group = RehearsePlan.DiskGroup;
    private const int LooksMax = 240;
    private readonly LedgerCheck ledgers = new(lab, workload, openLedger);

    public async Task<IReadOnlyList<RehearseCheck>> RunAsync(
        WorkloadEvent felt, MigrationStatus migration, CancellationToken token)
    {
        List<RehearseCheck> checks =
        [
            Data(felt),
            new(
                "no operation of the application failed",
                felt.FailedOperations == 0,
                $"{felt.FailedOperations} failed"),
            new("the migration finished", migration.State == "Done", migration.Failure ?? migration.State),
        ];
        int references = await CountOldReferencesAsync(token);
        checks.Add(new RehearseCheck(
            $"nothing refers to {plan.OldEnclosure} any more", references == 0, $"{references} references"));
        checks.Add(await AllPlexesActiveAsync(token));
        (int exitCode, string output) = await lab.TryAsync(["verify", "--group", Group], token);
        checks.Add(new RehearseCheck("all plexes are byte-equal", exitCode == 0, string.Join("; ", Lines(output))));
        int taskCount = await CountTasksAsync(token);
        checks.Add(new RehearseCheck("no task is left", taskCount == 0, $"{taskCount} tasks"));
        foreach (RehearseVolume volume in plan.Volumes)
        {
            checks.Add(await ledgers.RunAsync(volume.Name, token));
        }

        return checks;
    }

    /// <summary>Tasks that do not end by themselves: what a crash at the very end left to be recovered is waited
    /// for.</summary>
    private async Task<int> CountTasksAsync(CancellationToken token)
    {
        for (int look = 1; ; look++)
        {
            (_, string tasks) = await lab.TryAsync(["vxtask", "-q", "list"], token);
            int count = Lines(tasks).Count;
            if (count == 0 || look == LooksMax)
            {
                return count;
            }

            await Task.Delay(lab.PollInterval, lab.Time, token);
        }
    }

    /// <summary>Lines of the group's listing that name a device of the old array.</summary>
    public async Task<int> CountOldReferencesAsync(CancellationToken token)
    {
        string listing = await lab.RunAsync(["vxprint", "-g", Group, "-ht"], token);
        return Lines(listing).Count(line => line.Contains(plan.OldEnclosure + "_", StringComparison.Ordinal));
    }

    private static RehearseCheck Data(WorkloadEvent felt)
    {
        IReadOnlyList<string> problems = felt.Problems ?? [];
        long operations = felt.Phases?.Sum(phase => phase.Operations) ?? 0;
        return new RehearseCheck(
            "the application read only what it had written",
            problems.Count == 0 && operations > 0,
            problems.Count == 0 ? $"{operations} operations" : problems[0]);
    }

    private static List<string> Lines(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    private async Task<RehearseCheck> AllPlexesActiveAsync(CancellationToken token)
    {
        string listing = await lab.RunAsync(["vxprint", "-g", Group, "-ht"], token);
        List<string[]> plexes = [.. Lines(listing)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is ["pl", _, _, "ENABLED" or "DISABLED" or "DETACHED", ..])];
        int active = plexes.Count(words => words[3] == "ENABLED" && words[4] is "ACTIVE" or "LOG");
        int wanted = plan.Volumes.Sum(volume => volume.PlexCount);
        return new RehearseCheck(
            "every plex is ENABLED and ACTIVE",
            active == plexes.Count && active >= wanted,
            $"{active} of {plexes.Count} plexes");
    }
}
