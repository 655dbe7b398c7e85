using VolMgr.Simulation;

namespace VolMgr.Proof.Crashes;

/// <summary>The host comes up on what a loss of power left, and is looked at with all checks.</summary>
internal static class CrashRestart
{
    /// <summary>What is wrong then, or null.</summary>
    public static string? Run(
        WorkloadRun run, CrashPoint point, bool isMigration, IReadOnlyList<(LoggedWrite Write, bool IsHalf)> survivors)
    {
        var simulator = new Simulator(1) { StepLimit = 1_000_000 };
        SimulatedLab lab = WorkloadRun.NewLab(simulator, new HeldSteps(simulator), isMigration, log: null);
        lab.Restore(run.Lab, point.Files.Copy());
        foreach (LoggedWrite page in run.Base)
        {
            page.ApplyTo(lab.Disks[page.Lun], isHalf: false);
        }

        foreach ((LoggedWrite write, bool isHalf) in survivors)
        {
            write.ApplyTo(lab.Disks[write.Lun], isHalf);
        }

        try
        {
            simulator.Run(() => ComeUpAsync(run, point, lab));
            return lab.Feed.Violation;
        }
        catch (Exception broken) when (CrashEnumeration.IsViolation(broken))
        {
            return lab.Feed.Violation ?? broken.Message;
        }
    }

    private static async Task ComeUpAsync(WorkloadRun run, CrashPoint point, SimulatedLab lab)
    {
        VolumeModel model = point.Model.Copy();
        model.Crash();
        lab.Feed.Replay(run.Events.Take(point.Events), run.Lab.Feed);
        lab.Feeds.Continue(run.Lab.Feeds);
        lab.Feed.Crash();
        var troubles = new Troubles();
        var clients = new Clients(lab, model, troubles, SimulatedLab.VolumeName) { LastRequest = run.LastRequest };
        var administrator = new Administrator(
            lab, model, new Saboteur(lab, troubles), clients, SimulatedLab.VolumeName)
        {
            PendingLength = point.AskedLength,
        };
        await Patience.AwaitAsync(lab.Simulator, lab.BootAsync(), "the boot hangs");
        await lab.Feed.BeginAsync();
        administrator.CheckLength();
        await clients.ReadAllAsync(lab.FindVolume(SimulatedLab.VolumeName)
            ?? throw new ProofViolationException($"the volume was not started at boot: {lab.HostLog}"));
        administrator.Start(new Operation(OperationKind.Repair, 0, 0));
        await administrator.JoinAsync();
        await administrator.AwaitTasksAsync();
        await lab.Simulator.Engine.DelayAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
        await new Oracle(lab, model, clients, SimulatedLab.VolumeName).CheckAsync("after the crash", reads: 1);
    }
}
