using System.Text.Json;
using System.Threading.Channels;
using VolMgr.Blocks;

namespace VolMgr.Cli.Rehearse;

/// <summary>
/// The verified application as a process of its own. It reads the commands of <see cref="Workload"/> from standard
/// input, a line each, and answers with events on standard output, a line of JSON each. The end of standard input is
/// quit.
/// </summary>
internal sealed class WorkloadProcess : IWorkloadGround, IDisposable
{
    private readonly WorkloadOptions options;
    private readonly Func<string, Task<IBlockDevice?>> openVolume;
    private readonly TextWriter output;
    private readonly Workload workload;
    private readonly Channel<string> commands = Channel.CreateBounded<string>(16);
    private readonly Lock outputGate = new();

    public WorkloadProcess(
        WorkloadOptions options, Func<string, Task<IBlockDevice?>> openVolume, TextWriter output, EngineServices engine)
    {
        this.options = options;
        this.openVolume = openVolume;
        this.output = output;
        Engine = engine;
        workload = new Workload(options, this);
    }

    /// <inheritdoc/>
    public EngineServices Engine { get; }

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

            await workload.ApplyAsync(words);
        }

        bool isGood = await workload.QuitAsync();
        await reading.WaitAsync(TimeSpan.FromSeconds(1)).ContinueWith(_ => { }, TaskScheduler.Default);
        return isGood ? 0 : 1;
    }

    /// <inheritdoc/>
    public Task<IBlockDevice?> OpenAsync(string volume) => openVolume(volume);

    /// <inheritdoc/>
    public Task<(Ledger Ledger, bool IsFilled)> CreateLedgerAsync(string volume, long blockCount, long filledBlocks) =>
        Task.FromResult((Ledger.Create(options.LedgerPath(volume), blockCount), false));

    /// <inheritdoc/>
    public void Say(WorkloadEvent said)
    {
        lock (outputGate)
        {
            output.WriteLine(JsonSerializer.Serialize(said, WorkloadJson.Default.WorkloadEvent));
            output.Flush();
        }
    }

    public void Dispose() => workload.Dispose();

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
}
