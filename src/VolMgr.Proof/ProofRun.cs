using VolMgr.Proof.Histories;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Proof;

/// <summary>
/// One case from the empty disks to the end: its operations beside one another, then the same last steps for every
/// case,
/// which bring the volume to rest, look at it, crash it, and look again.
/// </summary>
internal sealed class ProofRun
{
    private readonly SimulatedLab lab;
    private readonly ProofCase proofCase;
    private readonly VolumeModel model;
    private readonly Troubles troubles = new();
    private readonly Clients clients;
    private readonly Administrator administrator;
    private readonly Oracle oracle;

    public ProofRun(SimulatedLab lab, ProofCase proofCase)
    {
        this.lab = lab;
        this.proofCase = proofCase;
        model = new VolumeModel(lab.Shape.LengthKib * 1024L);
        clients = new Clients(lab, model, troubles);
        administrator = new Administrator(lab, model, troubles, clients);
        oracle = new Oracle(lab, model, clients);
    }

    /// <summary>What happened so far.</summary>
    public RunTotals Totals => new(clients.Acknowledged, administrator.Carried, administrator.Attached, lab.Boot);

    /// <summary>Runs the case; the first violation is thrown.</summary>
    public async Task RunAsync()
    {
        await lab.SetUpAsync();
        foreach (Operation operation in proofCase.Operations)
        {
            await StepAsync(operation);
            if (lab.Simulator.Random.Next(3) == 0)
            {
                await DelayAsync(TimeSpan.FromMicroseconds(lab.Simulator.Random.Next(3000)));
            }

            ThrowIfViolated();
        }

        lab.Tell("rest");
        await RestAsync();
        await oracle.CheckAsync("at rest");
        ThrowIfViolated();
        lab.Tell("the last crash");
        await CrashAsync(isTwice: false);
        if (lab.Volume is { } recovering)
        {
            await clients.ReadAllAsync(recovering);
        }

        await RestAsync();
        await oracle.CheckAsync("after the last crash");
        ThrowIfViolated();
    }

    private async Task StepAsync(Operation operation)
    {
        lab.Tell($"begin {operation}");
        switch (operation.Kind)
        {
            case OperationKind.Write or OperationKind.ForcedWrite or OperationKind.Read or OperationKind.Flush
                or OperationKind.Zero or OperationKind.Discard or OperationKind.WriteInside
                or OperationKind.ZeroInside:
                await clients.StartAsync(operation);
                break;
            case OperationKind.Crash:
                await CrashAsync(operation.Size % 3 == 0);
                break;
            case OperationKind.HostCrash:
                await CrashAsync(operation.Size % 3 == 0, keepsPower: true);
                break;
            case OperationKind.Reboot:
                await RebootAsync();
                break;
            case OperationKind.Deport:
                await DeportAsync();
                break;
            case OperationKind.Wait:
                await DelayAsync(operation.Place % 4 == 0
                    ? TimeSpan.FromSeconds(12)
                    : TimeSpan.FromMicroseconds(operation.Size * 8));
                break;
            case OperationKind.Join:
                await clients.JoinAsync();
                break;
            case OperationKind.Saturate:
                await clients.SaturateAsync(operation);
                break;
            case OperationKind.AwaitTasks:
                await administrator.JoinAsync();
                await administrator.AwaitTasksAsync();
                break;
            default:
                administrator.Start(operation);
                break;
        }
    }

    /// <summary>Everything works, nothing is in flight, everything that can be recovered is.</summary>
    private async Task RestAsync()
    {
        await clients.JoinAsync();
        administrator.Start(new Operation(OperationKind.Repair, 0, 0));
        await administrator.JoinAsync();
        if (troubles.NeedsBoot)
        {
            await RebootAsync();
        }

        await administrator.AwaitTasksAsync();
        // what was given up while a copy ran is brought back now
        administrator.Start(new Operation(OperationKind.Repair, 0, 0));
        await administrator.JoinAsync();
        await administrator.AwaitTasksAsync();
        await DelayAsync(TimeSpan.FromSeconds(1));
        ThrowIfViolated();
    }

    /// <summary>The host crashes and boots; twice: again while it boots, or recovers.</summary>
    private async Task CrashAsync(bool isTwice, bool keepsPower = false)
    {
        clients.Abandon();
        administrator.Abandon();
        if (keepsPower)
        {
            // what was acknowledged is on the disks, flushed or not
            VolumeModel.Flushed(model.Acknowledged());
            lab.Crash((_, _) => true);
        }
        else
        {
            lab.Crash();
        }

        model.Crash();
        troubles.ReturnArray();
        if (isTwice)
        {
            _ = lab.BootAsync();
            await DelayAsync(TimeSpan.FromMicroseconds(lab.Simulator.Random.Next(60_000)));
            lab.Crash();
            model.Crash();
        }

        await BootAsync();
    }

    private async Task RebootAsync()
    {
        troubles.GoDown();
        lab.Feed.Record(new FaultBegan("the host goes down"));
        DiskGroup group = lab.Group;
        await Patience.AwaitAsync(lab.Simulator, lab.Host.ShutdownAsync(), "the shutdown hangs");
        await clients.JoinAsync();
        await administrator.JoinAsync();
        if (group.Current.FindVolume(SimulatedLab.VolumeName)?.State == VolumeState.Clean)
        {
            VolumeModel.Flushed(model.Acknowledged());
        }

        lab.Crash();
        model.Crash();
        troubles.ReturnArray();
        await BootAsync();
    }

    /// <summary>The group is given up under load and taken again.</summary>
    private async Task DeportAsync()
    {
        await administrator.JoinAsync();
        troubles.GoDown();
        lab.Feed.Record(new FaultBegan("the group is deported"));
        DiskGroup group = lab.Group;
        Task<Outcome> deport = lab.Host.DeportGroupAsync(SimulatedLab.GroupName, new GroupDeportRequest());
        await Patience.AwaitAsync(lab.Simulator, deport, "a deport hangs");
        await clients.JoinAsync();
        Outcome deported = await deport;
        lab.Tell($"deport: {deported.Refusal?.Message ?? "done"}");
        if (deported.IsDone)
        {
            if (group.Current.FindVolume(SimulatedLab.VolumeName)?.State == VolumeState.Clean)
            {
                VolumeModel.Flushed(model.Acknowledged());
            }

            lab.Destage(); // what a failed flush left in caches is read from now on, and must not go with the power
            lab.Feed.Crash();
            model.Crash();
            await ImportAsync();
        }
        else if (lab.Volume is null)
        {
            throw new ProofViolationException($"a deport that was refused stopped the volume: {lab.HostLog}");
        }

        troubles.StayUp();
        if (!troubles.IsActive)
        {
            lab.Feed.Record(new FaultsEnded());
        }
    }

    private async Task ImportAsync()
    {
        troubles.ReturnArray();
        await lab.Host.RescanAsync();
        Outcome<DiskGroup> imported = await lab.Host.ImportGroupAsync(
            SimulatedLab.GroupName, new GroupImportRequest());
        if (!imported.IsDone)
        {
            lab.Tell($"import: {imported.Refusal.Message}");
            throw new ProofViolationException($"the import is refused: {imported.Refusal.Message}");
        }

        await lab.Feed.BeginAsync();
        administrator.CheckLength();
        if (lab.Volume is null && !troubles.HasFault)
        {
            throw new ProofViolationException($"the volume was not started by the import: {lab.HostLog}");
        }
    }

    private async Task BootAsync()
    {
        await Patience.AwaitAsync(lab.Simulator, lab.BootAsync(), "the boot hangs");
        await lab.Feed.BeginAsync();
        troubles.ComeUp();
        if (!troubles.IsActive)
        {
            lab.Feed.Record(new FaultsEnded());
        }

        administrator.CheckLength();
        if (lab.Volume is null && !troubles.HasFault)
        {
            throw new ProofViolationException($"the volume was not started at boot: {lab.HostLog}");
        }
    }

    private Task DelayAsync(TimeSpan time) => lab.Simulator.Engine.DelayAsync(time, CancellationToken.None);

    private void ThrowIfViolated()
    {
        if ((lab.Feed.Violation ?? clients.Violation) is { } violation)
        {
            throw new ProofViolationException(violation);
        }
    }
}

/// <summary>What a run did, so that tests see that cases are not empty.</summary>
internal readonly record struct RunTotals(int Acknowledged, int Carried, int Attached, int Boots);
