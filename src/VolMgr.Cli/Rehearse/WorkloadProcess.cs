using System.Text.Json;
using System.Threading.Channels;
using VolMgr.Blocks;

namespace VolMgr.Cli.Rehearse;

/// <summary>
/// The verified application as a process of its own. It reads its options and then commands from standard input, a line
/// each, and answers with events on standard output, a line of JSON each:
/// <list type="bullet">
/// <item>fill N: create the ledgers and write the first N percent of every volume, then event filled;</item>
/// <item>run: start the operations, event running;</item>
/// <item>phase before|during|after: latencies are counted there from now on;</item>
/// <item>settle: after a crash of the host, reopen, check and settle all volumes, go on, event settled;</item>
/// <item>stop: end the operations and flush, event stopped;</item>
/// <item>quit, or the end of standard input: stop, event report, exit.</item>
/// </list>
/// Event disconnected comes by itself when the volumes cannot be reached any more.
/// </summary>
internal sealed class WorkloadProcess(
    WorkloadOptions options, Func<string, Task<IBlockDevice?>> openVolume, TextWriter output) : IDisposable
{
    private readonly List<VolumeWorkload> workloads = [];
    private readonly List<string> problems = [];
    private readonly Channel<string> commands = Channel.CreateBounded<string>(16);
    private readonly Lock outputGate = new();
    private Task running = Task.CompletedTask;
    private CancellationTokenSource stop = new();

    /// <summary>Runs until told to quit; returns the exit code: 0 when nothing wrong was found.</summary>
    public async Task<int> RunAsync(TextReader input)
    {
        Task reading = Task.Run(() => ReadCommandsAsync(input));
        Say(new WorkloadEvent("ready"));
        while (await commands.Reader.WaitToReadAsync() && commands.Reader.TryRead(out string? line))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is [] or ["quit"])
            {
                break;
            }

            await ApplyAsync(words);
        }

        await StopAsync();
        await reading.WaitAsync(TimeSpan.FromSeconds(1)).ContinueWith(_ => { }, TaskScheduler.Default);
        return Report();
    }

    public void Dispose() => stop.Dispose();

    private async Task ReadCommandsAsync(TextReader input)
    {
        while (await input.ReadLineAsync() is { } line)
        {
            await commands.Writer.WriteAsync(line);
            if (line == "quit")
            {
                break;
            }
        }

        commands.Writer.TryComplete();
    }

    private Task ApplyAsync(string[] words) => words switch
    {
        ["fill", string percent] => FillAsync(int.Parse(percent)),
        ["run"] => RunVolumesAsync("running", isSettling: false),
        ["stop"] => StopAndSayAsync(),
        ["settle"] => RunVolumesAsync("settled", isSettling: true),
        ["phase", string name] => EnterPhaseAsync(Enum.Parse<WorkloadPhase>(name, ignoreCase: true)),
        _ => RefuseAsync(words),
    };

    private Task EnterPhaseAsync(WorkloadPhase phase)
    {
        workloads.ForEach(workload => workload.EnterPhase(phase));
        return Task.CompletedTask;
    }

    private async Task FillAsync(int percent)
    {
        WorkloadShape shape = WorkloadShape.Find(options.Shape) ?? WorkloadShape.All[0];
        foreach (string volume in options.Volumes)
        {
            IBlockDevice? device = await openVolume(volume);
            if (device is null)
            {
                Say(new WorkloadEvent("failed", $"volume {volume} cannot be opened"));
                return;
            }

            long blocks = Math.Min(device.Length, options.Span) / Ledger.BlockSize;
            VolumeWorkload workload = new(
                volume, Ledger.Create(options.LedgerPath(volume), blocks), options.Tag(volume), shape);
            workloads.Add(workload);
            await workload.FillAsync(device, blocks * percent / 100);
            await device.DisposeAsync();
        }

        Say(new WorkloadEvent("filled"));
    }

    private async Task RunVolumesAsync(string said, bool isSettling)
    {
        await StopAsync();
        stop = new CancellationTokenSource();
        List<IBlockDevice> devices = [];
        foreach (VolumeWorkload workload in workloads)
        {
            IBlockDevice? device = await openVolume(workload.Name);
            if (device is null)
            {
                Say(new WorkloadEvent(said));
                Say(new WorkloadEvent("disconnected"));
                return;
            }

            devices.Add(device);
            if (isSettling)
            {
                await workload.SettleAsync(device);
            }
        }

        running = RunAllAsync(devices, stop.Token);
        Say(new WorkloadEvent(said));
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
            Say(new WorkloadEvent("disconnected"));
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
        Say(new WorkloadEvent("stopped"));
    }

    private int Report()
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
        Say(new WorkloadEvent("report", null, phases, problems, failed));
        workloads.ForEach(workload => workload.Dispose());
        return problems.Count == 0 ? 0 : 1;
    }

    private Task RefuseAsync(string[] words)
    {
        Say(new WorkloadEvent("failed", $"unknown command '{string.Join(' ', words)}'"));
        return Task.CompletedTask;
    }

    private void Say(WorkloadEvent said)
    {
        lock (outputGate)
        {
            output.WriteLine(JsonSerializer.Serialize(said, WorkloadJson.Default.WorkloadEvent));
            output.Flush();
        }
    }
}
