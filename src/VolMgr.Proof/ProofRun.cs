using VolMgr.Proof.Histories;
using VolMgr.Volumes;
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
    private readonly Troubles troubles = new();
    private readonly VolumeUnderTest[] volumes;

    public ProofRun(SimulatedLab lab, ProofCase proofCase)
    {
        this.lab = lab;
        this.proofCase = proofCase;
        var saboteur = new Saboteur(lab, troubles);
        volumes = [.. Enumerable.Range(0, lab.Volumes.Count).Select(
            number => new VolumeUnderTest(lab, number, saboteur))];
    }

    /// <summary>What happened so far.</summary>
    public RunTotals Totals => new(
        volumes.Sum(volume => volume.Clients.Acknowledged),
        volumes.Sum(volume => volume.Administrator.Carried),
        volumes.Sum(volume => volume.Administrator.Attached),
        lab.Boot);

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
        await ForEachAsync(volume => volume.Oracle.CheckAsync("at rest"));
        ThrowIfViolated();
        lab.Tell("the last crash");
        await CrashAsync(isTwice: false);
        await ForEachAsync(volume => volume.ReadAllAsync());
        await RestAsync();
        await ForEachAsync(volume => volume.Oracle.CheckAsync("after the last crash"));
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
                await Meant(operation).Clients.StartAsync(operation);
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
                await JoinClientsAsync();
                break;
            case OperationKind.Saturate:
                await Meant(operation).Clients.SaturateAsync(operation);
                break;
            case OperationKind.AwaitTasks:
                await JoinCommandsAsync();
                await AwaitTasksAsync();
                break;
            default:
                Meant(operation).Administrator.Start(operation);
                break;
        }
    }

    /// <summary>Everything works, nothing is in flight, everything that can be recovered is.</summary>
    private async Task RestAsync()
    {
        await JoinClientsAsync();
        await RepairAsync();
        if (troubles.NeedsBoot)
        {
            await RebootAsync();
        }

        await AwaitTasksAsync();
        // what was given up while a copy ran is brought back now
        await RepairAsync();
        await AwaitTasksAsync();
        await DelayAsync(TimeSpan.FromSeconds(1));
        ThrowIfViolated();
    }

    /// <summary>The host crashes and boots; twice: again while it boots, or recovers.</summary>
    private async Task CrashAsync(bool isTwice, bool keepsPower = false)
    {
        Array.ForEach(volumes, volume => volume.Abandon());
        lab.Simulator.ForgetActivities();
        if (keepsPower)
        {
            // what was acknowledged is on the disks, flushed or not
            Array.ForEach(volumes, volume => VolumeModel.Flushed(volume.Model.Acknowledged()));
            lab.Crash((_, _) => true);
        }
        else
        {
            lab.Crash();
        }

        Array.ForEach(volumes, volume => volume.Model.Crash());
        troubles.ReturnArray();
        if (isTwice)
        {
            _ = lab.BootAsync();
            await DelayAsync(TimeSpan.FromMicroseconds(lab.Simulator.Random.Next(60_000)));
            lab.Crash();
            Array.ForEach(volumes, volume => volume.Model.Crash());
        }

        await BootAsync();
    }

    private async Task RebootAsync()
    {
        troubles.GoDown();
        lab.Feeds.Record(new FaultBegan("the host goes down") { IsOfHost = true });
        DiskGroup group = lab.Group;
        await Patience.AwaitAsync(lab.Simulator, lab.Host.ShutdownAsync(), "the shutdown hangs");
        await JoinClientsAsync();
        await JoinCommandsAsync();
        Array.ForEach(volumes, volume => volume.Stopped(group.Current));
        lab.Crash();
        Array.ForEach(volumes, volume => volume.Model.Crash());
        troubles.ReturnArray();
        await BootAsync();
    }

    /// <summary>The group is given up under load and taken again.</summary>
    private async Task DeportAsync()
    {
        await JoinCommandsAsync();
        troubles.GoDown();
        lab.Feeds.Record(new FaultBegan("the group is deported") { IsOfHost = true });
        DiskGroup group = lab.Group;
        VolumeUnderTest[] started = [.. volumes.Where(volume => volume.Device is not null)];
        Task<Outcome> deport = lab.Host.DeportGroupAsync(SimulatedLab.GroupName, new GroupDeportRequest());
        await Patience.AwaitAsync(lab.Simulator, deport, "a deport hangs");
        await JoinClientsAsync();
        Outcome deported = await deport;
        lab.Tell($"deport: {deported.Refusal?.Message ?? "done"}");
        if (deported.IsDone)
        {
            Array.ForEach(volumes, volume => volume.Stopped(group.Current));
            lab.Destage(); // what a failed flush left in caches is read from now on, and must not go with the power
            lab.Feeds.Crash();
            Array.ForEach(volumes, volume => volume.Model.Crash());
            await ImportAsync();
        }
        else if (started.Any(volume => volume.Device is null))
        {
            throw new ProofViolationException($"a deport that was refused stopped the volume: {lab.HostLog}");
        }

        troubles.StayUp();
        if (!troubles.IsActive)
        {
            lab.Feeds.Record(new FaultsEnded());
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

        await lab.Feeds.BeginAsync();
        Array.ForEach(volumes, volume => volume.Administrator.CheckLength());
        if (!AreStarted && !troubles.HasFault)
        {
            throw new ProofViolationException($"a volume was not started by the import: {lab.HostLog}");
        }
    }

    private async Task BootAsync()
    {
        await Patience.AwaitAsync(lab.Simulator, lab.BootAsync(), "the boot hangs");
        await lab.Feeds.BeginAsync();
        troubles.ComeUp();
        if (!troubles.IsActive)
        {
            lab.Feeds.Record(new FaultsEnded());
        }

        Array.ForEach(volumes, volume => volume.Administrator.CheckLength());
        if (!AreStarted && !troubles.HasFault)
        {
            throw new ProofViolationException($"a volume was not started at boot: {lab.HostLog}");
        }
    }

    private bool AreStarted => Array.TrueForAll(volumes, volume => volume.Device is not null);

    /// <summary>The volume that an operation is for.</summary>
    private VolumeUnderTest Meant(Operation operation) => volumes[operation.VolumeOf(volumes.Length)];

    private Task JoinClientsAsync() => ForEachAsync(volume => volume.Clients.JoinAsync());

    private Task JoinCommandsAsync() => ForEachAsync(volume => volume.Administrator.JoinAsync());

    /// <summary>Copies and recoveries of all volumes.</summary>
    private Task AwaitTasksAsync() => volumes[0].Administrator.AwaitTasksAsync();

    private Task RepairAsync()
    {
        volumes[0].Administrator.Start(new Operation(OperationKind.Repair, 0, 0));
        return JoinCommandsAsync();
    }

    private async Task ForEachAsync(Func<VolumeUnderTest, Task> act)
    {
        foreach (VolumeUnderTest volume in volumes)
        {
            await act(volume);
        }
    }

    private Task DelayAsync(TimeSpan time) => lab.Simulator.Engine.DelayAsync(time, CancellationToken.None);

    private void ThrowIfViolated()
    {
        if ((lab.Feeds.Violation ?? volumes.Select(volume => volume.Clients.Violation).FirstOrDefault(
            violation => violation is not null)) is { } violation)
        {
            throw new ProofViolationException(violation);
        }
    }
}

/// <summary>What a run did, so that tests see that cases are not empty.</summary>
internal readonly record struct RunTotals(int Acknowledged, int Carried, int Attached, int Boots);
