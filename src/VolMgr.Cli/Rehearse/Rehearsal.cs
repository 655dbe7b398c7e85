namespace VolMgr.Cli.Rehearse;

/// <summary>
/// The main job from an empty folder to a report: builds the lab and its volumes with the same commands that a person
/// would type, runs the verified application beside the migration, survives a crash of the owner process on the way,
/// and checks everything at the end.
/// </summary>
internal sealed class Rehearsal(
    RehearseOptions options, string labPath, IRehearseLab lab, IRehearseProgress progress)
{
    private const int CrashesMax = 100;
    private const int RefusalsMax = 100;
    private RehearsePlan plan = RehearsePlan.For(options);
    private readonly List<RehearseStep> steps = [];
    private int hostCrashes;
    private int refusals;

    public async Task<RehearseReport> RunAsync(CancellationToken token)
    {
        long began = lab.Time.GetTimestamp();
        await StepAsync("create the lab", async () => plan = await lab.CreateAsync(plan, token));
        await StepAsync("build the disk group and its volumes", () => BuildVolumesAsync(token));
        string ledgers = Path.Combine(labPath, "rehearse");
        Directory.CreateDirectory(ledgers);
        WorkloadOptions workloadOptions = new(
            labPath, lab.Host, RehearsePlan.DiskGroup, [.. plan.Volumes.Select(volume => volume.Name)],
            options.Shape.Name, options.Seed, ledgers, options.OperationsPerSecond);
        await using IWorkload workload = await lab.StartWorkloadAsync(workloadOptions, token);
        await StepAsync(
            "fill the volumes", () => workload.AskAsync($"fill {RehearseOptions.FillPercent}", "filled", token));
        await workload.AskAsync("run", "running", token);
        await workload.TellAsync("phase before");
        await StepAsync("application alone", () => WatchAsync(workload, token));
        await workload.TellAsync("phase during");
        MigrationStatus migration = new();
        await StepAsync(
            $"migrate {plan.OldEnclosure} to {plan.NewEnclosure} under I/O",
            async () => migration = await MigrateAsync(workload, token));
        await workload.TellAsync("phase after");
        await StepAsync(
            "application on the new array", () => WatchAsync(workload, token));
        await StopAsync(workload, token);
        WorkloadEvent felt = await workload.AskAsync("quit", "report", token);
        List<RehearseCheck> checks = [];
        RehearsalChecks checking = new(lab, plan, workloadOptions, workload.OpenLedger);
        double? virtualSeconds = options.IsVirtual ? lab.Time.GetElapsedTime(began).TotalSeconds : null;
        lab.BeginChecks();
        int references = 0;
        await StepAsync("check", async () =>
        {
            checks.AddRange(await checking.RunAsync(felt, migration, token));
            references = await checking.CountOldReferencesAsync(token);
        });
        progress.End();
        return Report(checks, felt, migration, references) with { VirtualSeconds = virtualSeconds };
    }

    private async Task BuildVolumesAsync(CancellationToken token)
    {
        IReadOnlyList<string> devices = await lab.DevicesAsync(plan.OldEnclosure, token);
        List<string> named = [];
        foreach (string device in devices)
        {
            await lab.RunAsync(["vxdisksetup", "-i", device], token);
            named.Add($"{RehearsePlan.DiskGroup}{named.Count + 1:D2}={device}");
        }

        await lab.RunAsync(["vxdg", "init", RehearsePlan.DiskGroup, .. named], token);
        foreach (RehearseVolume volume in plan.Volumes)
        {
            await lab.RunAsync(
                ["vxassist", "-g", RehearsePlan.DiskGroup, "make", volume.Name, $"{volume.Size / 512}s",
                    .. volume.Attributes],
                token);
        }
    }

    private async Task<MigrationStatus> MigrateAsync(IWorkload workload, CancellationToken token)
    {
        string[] begin =
            ["migrate", "--group", RehearsePlan.DiskGroup, "--to", plan.NewEnclosure, "--background"];
        string[] resume = ["migrate", "resume", "--group", RehearsePlan.DiskGroup, "--background"];
        await TellMigrationAsync(begin, workload, token);
        while (true)
        {
            await Task.Delay(lab.PollInterval, lab.Time, token);
            await RecoverAsync(workload, token);
            MigrationStatus status = await lab.MigrationStatusAsync(RehearsePlan.DiskGroup, token);
            await lab.DisturbAsync(status, token);
            foreach ((string name, double share) in status.Copies)
            {
                progress.Copy(name, share);
            }

            switch (status.State)
            {
                case "Done" or "Failed" or "Aborted":
                    return status;
                case "Interrupted":
                    // the host went down under the migration: it is booted by now, the migration must be told to go on
                    await TellMigrationAsync(resume, workload, token);
                    break;
                case "None":
                    await TellMigrationAsync(begin, workload, token);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>
    /// Tells the migration something; a host that crashes meanwhile is no failure, the next look finds out.
    /// </summary>
    private async Task TellMigrationAsync(string[] arguments, IWorkload workload, CancellationToken token)
    {
        (int exitCode, string output) = await lab.TryAsync(arguments, token);
        if (exitCode == ExitCodes.Refused && await HasCrashedAsync(workload, token) && ++refusals <= RefusalsMax)
        {
            return; // volumes that are being recovered refuse a new migration: it is told again
        }

        if (exitCode is not (ExitCodes.Done or ExitCodes.Interrupted))
        {
            throw new RehearsalException($"'{string.Join(' ', arguments)}' ended with {exitCode}: {output.Trim()}");
        }
    }

    /// <summary>Whether the host has crashed, also just before a command that booted it again.</summary>
    private async Task<bool> HasCrashedAsync(IWorkload workload, CancellationToken token)
    {
        if (hostCrashes == 0)
        {
            await Task.Delay(lab.PollInterval, lab.Time, token); // the application needs a moment to notice
        }

        return hostCrashes > 0 || workload.IsDisconnected;
    }

    private async Task WatchAsync(IWorkload workload, CancellationToken token)
    {
        long began = lab.Time.GetTimestamp();
        while (lab.Time.GetElapsedTime(began) < lab.QuietTime)
        {
            await Task.Delay(lab.PollInterval, lab.Time, token);
            await RecoverAsync(workload, token);
        }
    }

    private async Task RecoverAsync(IWorkload workload, CancellationToken token)
    {
        if (!workload.IsDisconnected)
        {
            return;
        }

        if (++hostCrashes > CrashesMax)
        {
            throw new RehearsalException($"the host does not stay up: it crashed {hostCrashes} times");
        }

        progress.Step("the host crashed: boot it, recover, and check what was flushed");
        await lab.TryAsync(["vxdctl", "mode"], token);
        await workload.AskAsync("settle", "settled", token);
    }

    /// <summary>Ends the application with everything flushed, also when the host crashes under it once more.</summary>
    private async Task StopAsync(IWorkload workload, CancellationToken token)
    {
        await workload.AskAsync("stop", "stopped", token);
        while (workload.IsDisconnected)
        {
            await RecoverAsync(workload, token);
            await workload.AskAsync("stop", "stopped", token);
        }
    }

    private async Task StepAsync(string name, Func<Task> work)
    {
        progress.Step(name);
        long started = lab.Time.GetTimestamp();
        await work();
        steps.Add(new RehearseStep(name, lab.Time.GetElapsedTime(started).TotalSeconds));
    }

    private RehearseReport Report(
        IReadOnlyList<RehearseCheck> checks, WorkloadEvent felt, MigrationStatus migration, int references)
    {
        IReadOnlyList<PhaseReport> phases = felt.Phases ?? [];
        PhaseReport Phase(WorkloadPhase phase) =>
            phases.Count > (int)phase ? phases[(int)phase] : new PhaseReport(0, 0, 0, 0);
        RehearseLatency Latency(WorkloadPhase phase) =>
            new(Phase(phase).P50Us, Phase(phase).P99Us, Phase(phase).Operations);
        return new RehearseReport
        {
            Result = checks.All(check => check.Passed) ? "pass" : "fail",
            Checks = checks,
            Steps = steps,
            BytesCopied = migration.BytesCopied,
            BytesSkipped = migration.BytesSkipped,
            CopySeconds = migration.CopySeconds,
            Operations = phases.Sum(phase => phase.Operations),
            Latency = new RehearseLatencies(
                Latency(WorkloadPhase.Before), Latency(WorkloadPhase.During), Latency(WorkloadPhase.After)),
            LongestGapMs = Phase(WorkloadPhase.During).LongestGapUs / 1000.0,
            OldArrayReferences = references,
            HostCrashes = hostCrashes,
            Seed = options.Seed,
            Lab = options.Lab ?? "",
        };
    }
}
