using VolMgr.Blocks;

namespace VolMgr.Cli.Rehearse;

/// <summary>What the verified application stands on, which differs between a real and a virtual clock.</summary>
internal interface IWorkloadGround
{
    /// <summary>Schedulers and clock.</summary>
    EngineServices Engine { get; }

    /// <summary>Opens a volume; null when it cannot be reached.</summary>
    Task<IBlockDevice?> OpenAsync(string volume);

    /// <summary>
    /// A new ledger of a volume whose first blocks are to be filled, and whether they are: if not, the application
    /// writes them.
    /// </summary>
    Task<(Ledger Ledger, bool IsFilled)> CreateLedgerAsync(string volume, long blockCount, long filledBlocks);

    /// <summary>Tells what happened.</summary>
    void Say(WorkloadEvent said);
}

/// <summary>
/// The verified application on all volumes of a rehearsal. It takes commands and answers with events:
/// <list type="bullet">
/// <item>fill N: create the ledgers and write the first N percent of every volume, then event filled;</item>
/// <item>run: start the operations, event running;</item>
/// <item>phase before|during|after: latencies are counted there from now on;</item>
/// <item>settle: after a crash of the host, reopen, check and settle all volumes, go on, event settled;</item>
/// <item>stop: end the operations and flush, event stopped;</item>
/// <item>quit: stop, event report.</item>
/// </list>
/// Event disconnected comes by itself when the volumes cannot be reached any more.
/// </summary>
internal sealed class Workload(WorkloadOptions options, IWorkloadGround ground) : IDisposable
{
    private readonly List<VolumeWorkload> workloads = [];
    private readonly List<string> problems = [];
    private Task running = Task.CompletedTask;
    private CancellationTokenSource stop = new();

    /// <summary>Carries out a command.</summary>
    public Task ApplyAsync(string[] words) => words switch
    {
        ["fill", string percent] => FillAsync(int.Parse(percent)),
        ["run"] => RunVolumesAsync("running", isSettling: false),
        ["stop"] => StopAndSayAsync(),
        ["settle"] => RunVolumesAsync("settled", isSettling: true),
        ["phase", string name] => EnterPhaseAsync(Enum.Parse<WorkloadPhase>(name, ignoreCase: true)),
        ["quit"] => QuitAsync(),
        _ => RefuseAsync(words),
    };

    /// <summary>Stops and reports; whether nothing wrong was found.</summary>
    public async Task<bool> QuitAsync()
    {
        await StopAsync();
        return Report();
    }

    public void Dispose() => stop.Dispose();

    private Task EnterPhaseAsync(WorkloadPhase phase)
    {
        workloads.ForEach(workload => workload.EnterPhase(phase));
        return Task.CompletedTask;
    }

    private async Task FillAsync(int percent)
    {
        WorkloadShape shape = WorkloadShape.Find(options.Shape) ?? WorkloadShape.All[0];
        shape = options.OperationsPerSecond is { } pace ? shape with { OperationsPerSecond = pace } : shape;
        foreach (string volume in options.Volumes)
        {
            IBlockDevice? device = await ground.OpenAsync(volume);
            if (device is null)
            {
                ground.Say(new WorkloadEvent("failed", $"volume {volume} cannot be opened"));
                return;
            }

            long blocks = Math.Min(device.Length, options.Span) / Ledger.BlockSize;
            (Ledger ledger, bool isFilled) = await ground.CreateLedgerAsync(volume, blocks, blocks * percent / 100);
            VolumeWorkload workload = new(volume, ledger, options.Tag(volume), shape, ground.Engine);
            workloads.Add(workload);
            if (!isFilled)
            {
                await workload.FillAsync(device, blocks * percent / 100);
            }

            await device.DisposeAsync();
        }

        ground.Say(new WorkloadEvent("filled"));
    }

    private async Task RunVolumesAsync(string said, bool isSettling)
    {
        await StopAsync();
        stop = new CancellationTokenSource();
        List<IBlockDevice> devices = [];
        foreach (VolumeWorkload workload in workloads)
        {
            IBlockDevice? device = await ground.OpenAsync(workload.Name);
            if (device is null)
            {
                ground.Say(new WorkloadEvent(said));
                ground.Say(new WorkloadEvent("disconnected"));
                return;
            }

            devices.Add(device);
            if (isSettling)
            {
                await workload.SettleAsync(device);
            }
        }

        running = RunAllAsync(devices, stop.Token);
        ground.Say(new WorkloadEvent(said));
    }

    private async Task RunAllAsync(List<IBlockDevice> devices, CancellationToken token)
    {
        await Task.WhenAll(workloads.Select((workload, index) =>
            workload.RunAsync(devices[index], options.Seed + (1000 * index), token)));
        foreach (IBlockDevice device in devices)
        {
            await device.DisposeAsync();
        }

        if (workloads.Any(workload => workload.IsDisconnected))
        {
            ground.Say(new WorkloadEvent("disconnected"));
        }
    }

    private async Task StopAsync()
    {
        await stop.CancelAsync();
        await running;
        stop.Dispose();
        stop = new CancellationTokenSource();
        running = Task.CompletedTask;
    }

    private async Task StopAndSayAsync()
    {
        await StopAsync();
        ground.Say(new WorkloadEvent("stopped"));
    }

    private bool Report()
    {
        List<PhaseReport> phases = [];
        foreach (WorkloadPhase phase in Enum.GetValues<WorkloadPhase>())
        {
            LatencyHistogram total = new();
            workloads.ForEach(workload => workload.Statistics(phase).AddTo(total));
            long gap = workloads.Select(workload => workload.Statistics(phase).LongestGapUs).DefaultIfEmpty().Max();
            phases.Add(new PhaseReport(total.Count, total.Percentile(0.5), total.Percentile(0.99), gap));
        }

        problems.AddRange(workloads.SelectMany(workload => workload.Problems));
        long failed = workloads.Sum(workload => workload.FailedOperations);
        ground.Say(new WorkloadEvent("report", null, phases, problems, failed));
        workloads.ForEach(workload => workload.Dispose());
        return problems.Count == 0;
    }

    private Task RefuseAsync(string[] words)
    {
        ground.Say(new WorkloadEvent("failed", $"unknown command '{string.Join(' ', words)}'"));
        return Task.CompletedTask;
    }
}
