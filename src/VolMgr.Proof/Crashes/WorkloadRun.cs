using System.Text;
using VolMgr.Proof.Histories;
using VolMgr.Simulation;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Proof.Crashes;

/// <summary>
/// One run of a workload, with a snapshot at each place where the power may go: just before the host is told that a
/// write or flush is done, with what is in flight then, and at the end. A place after the answer is the one before it
/// with that write among the survivors.
/// </summary>
/// <remarks>
/// Places before the last comma are those of a shorter workload, since equal runs are equal, and are not taken again.
/// </remarks>
internal sealed class WorkloadRun
{
    /// <summary>Four regions of the log, all full of data, and as many steps of a copy.</summary>
    private const int LengthKib = 256;
    private const int Region = 64 * 1024;
    private const int Seed = 1;

    private readonly CrashWorkload workload;
    private readonly WriteLog log = new();
    private readonly List<HistoryEvent> events = [];
    private readonly List<CrashPoint> points = [];
    private readonly VolumeModel model = new(LengthKib * 1024);
    private readonly HeldSteps steps;
    private readonly SimulatedLab lab;
    private readonly Clients clients;
    private readonly Administrator administrator;
    private CrashIdentity judged;

    private WorkloadRun(CrashWorkload workload)
    {
        this.workload = workload;
        var simulator = new Simulator(Seed) { StepLimit = 3_000_000 };
        steps = new HeldSteps(simulator);
        lab = NewLab(simulator, steps, workload.IsMigration, log);
        lab.Feed.History.Observer = happened =>
        {
            events.Add(happened);
            if (happened is not (PlexWritten or PlexRead or PlexReadEnded or FlushIssued or FlushEnded or DirtyRegions
                or CopyHeld or CopyReleased or CopyProgressed or TimePassed))
            {
                judged = CrashIdentity.Of(judged, Encoding.UTF8.GetBytes(happened.ToString() ?? ""));
            }
        };
        var troubles = new Troubles();
        clients = new Clients(lab, model, troubles, SimulatedLab.VolumeName);
        administrator = new Administrator(
            lab, model, new Saboteur(lab, troubles), clients, SimulatedLab.VolumeName);
    }

    /// <summary>What went wrong before any crash, or null.</summary>
    public string? Violation { get; private set; }

    /// <summary>The places.</summary>
    public IReadOnlyList<CrashPoint> Points => points;

    /// <summary>What the disks held when the log begins.</summary>
    public IReadOnlyList<LoggedWrite> Base { get; private set; } = [];

    /// <summary>What happened, for <see cref="CrashPoint.Events"/>.</summary>
    public IReadOnlyList<HistoryEvent> Events => events;

    /// <summary>The lab, for its disks' places.</summary>
    public SimulatedLab Lab => lab;

    /// <summary>The number of the last request.</summary>
    public int LastRequest => clients.LastRequest;

    /// <summary>Runs a workload to its end.</summary>
    public static WorkloadRun Of(CrashWorkload workload)
    {
        var run = new WorkloadRun(workload);
        try
        {
            run.lab.Simulator.Run(run.RunAsync);
        }
        catch (Exception broken) when (CrashEnumeration.IsViolation(broken))
        {
            run.Violation = broken.Message;
        }

        run.Violation = run.lab.Feed.Violation ?? run.clients.Violation ?? run.Violation;
        return run;
    }

    /// <summary>A lab for workloads: nothing is done inline, and a copy has a step for each region.</summary>
    public static SimulatedLab NewLab(Simulator simulator, JitteredSteps steps, bool isMigration, WriteLog? log) => new(
        simulator,
        new LabShape { MirrorCount = isMigration ? 1 : 2, HasLog = true, LengthKib = LengthKib, Workers = 2 },
        steps,
        ignoresFlush: false)
    {
        DiskOptions = new SimulatedDiskOptions { IsPoisoned = true, InlineRate = 0, SplitRate = 0 },
        CopyIoSize = Region,
        Log = log,
    };

    private async Task RunAsync()
    {
        await lab.SetUpAsync();
        for (int sector = 0; sector < LengthKib * 2; sector += 64)
        {
            await clients.StartAsync(Write(sector, 64));
        }

        await clients.JoinAsync();
        await clients.StartAsync(new Operation(OperationKind.Flush, 0, 0));
        await clients.JoinAsync();
        Base = log.Rebase(lab.Disks);
        if (workload.IsMigration)
        {
            Begin(CrashOperation.Attach);
            await RestAsync();
        }

        foreach (IReadOnlyList<CrashOperation> group in workload.Groups)
        {
            log.Reached = group == workload.Groups[^1] ? Take : null;
            foreach (CrashOperation operation in group)
            {
                if (operation == CrashOperation.Write)
                {
                    await clients.StartAsync(Write(120, 16));
                }
                else
                {
                    Begin(operation);
                }
            }

            await RestAsync();
        }

        if (workload.Length == 1)
        {
            // the log forgets what is clean
            await lab.Simulator.Engine.DelayAsync(TimeSpan.FromSeconds(12), CancellationToken.None);
        }

        log.Reached = null;
        Take();
    }

    /// <summary>A write to these sectors, as clients understand it.</summary>
    private static Operation Write(int sector, int sectors)
    {
        int place = sector;
        while (place % 10 < 7)
        {
            place += LengthKib * 2;
        }

        return new Operation(OperationKind.Write, place, sectors - 1);
    }

    private void Begin(CrashOperation operation)
    {
        switch (operation)
        {
            case CrashOperation.Attach:
                steps.HoldAt = model.Length;
                steps.Arm();
                administrator.Start(new Operation(OperationKind.Attach, 0, 1));
                break;
            case CrashOperation.Switch:
                steps.Open();
                break;
            case CrashOperation.Detach:
                administrator.Start(new Operation(OperationKind.Detach, 0, 0));
                break;
            case CrashOperation.Grow:
                administrator.Start(new Operation(OperationKind.Grow, 0, 0));
                break;
            default:
                lab.Feed.Record(new SettingsAsked());
                commit = lab.Group.SetReadPolicyAsync(SimulatedLab.VolumeName, ReadPolicy.Round, null);
                break;
        }
    }

    private Task commit = Task.CompletedTask;

    /// <summary>Everything is answered, and copies have ended or wait for their switch.</summary>
    private async Task RestAsync()
    {
        await clients.JoinAsync();
        await administrator.JoinAsync();
        await Patience.AwaitAsync(lab.Simulator, commit, "a commit hangs");
        for (int waits = 0; !steps.IsHeld && lab.Host.Tasks.List.Count > 0; waits++)
        {
            await lab.Simulator.Engine.DelayAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            if (waits > 60_000)
            {
                throw new ProofViolationException("a copy hangs");
            }
        }
    }

    private void Take() => points.Add(new CrashPoint(
        points.Count + 1, log.Now, events.Count, judged, model.Copy(), administrator.PendingLength, lab.CopyFiles()));
}
