using VolMgr.Blocks;
using VolMgr.Cli.Rehearse;

namespace VolMgr.Cli.Virtual;

/// <summary>The verified application inside the virtual-time world of its lab.</summary>
internal sealed class VirtualWorkload : IWorkload, IWorkloadGround
{
    private readonly VirtualLab lab;
    private readonly WorkloadOptions options;
    private readonly Workload workload;
    private readonly Dictionary<string, SparseLedger> ledgers = new(StringComparer.Ordinal);
    private readonly List<WorkloadEvent> said = [];

    public VirtualWorkload(VirtualLab lab, WorkloadOptions options)
    {
        this.lab = lab;
        this.options = options;
        workload = new Workload(options, this);
    }

    /// <inheritdoc/>
    public bool IsDisconnected { get; private set; }

    /// <inheritdoc/>
    public EngineServices Engine => lab.Engine;

    /// <summary>Blocks that the application wrote after the fill.</summary>
    public long WrittenBlocks => ledgers.Values.Sum(ledger => ledger.WrittenBlocks);

    /// <inheritdoc/>
    public Task TellAsync(string command) => workload.ApplyAsync(command.Split(' '));

    /// <inheritdoc/>
    public async Task<WorkloadEvent> AskAsync(string command, string expected, CancellationToken token)
    {
        IsDisconnected &= command != "settle";
        said.Clear();
        await TellAsync(command);
        return said.Find(each => each.Event == expected) ?? throw new RehearsalException(
            $"the workload failed: {said.Find(each => each.Event == "failed")?.Message ?? $"no '{expected}'"}");
    }

    /// <inheritdoc/>
    public Task<IBlockDevice?> OpenAsync(string volume) =>
        lab.OpenAsync(options.DiskGroup, volume, CancellationToken.None);

    /// <inheritdoc/>
    public async Task<(Ledger Ledger, bool IsFilled)> CreateLedgerAsync(
        string volume, long blockCount, long filledBlocks)
    {
        var ledger = new SparseLedger(blockCount, filledBlocks);
        ledgers.Add(volume, ledger);
        await lab.RestoreAsync(
            options.DiskGroup, volume, filledBlocks * Ledger.BlockSize, options.Tag(volume),
            SparseLedger.FillSequence);
        return (ledger, true);
    }

    /// <inheritdoc/>
    public void Say(WorkloadEvent happened)
    {
        IsDisconnected |= happened.Event == "disconnected";
        said.Add(happened);
    }

    /// <inheritdoc/>
    public Ledger OpenLedger(string volume) => ledgers[volume];

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        workload.Dispose();
        return ValueTask.CompletedTask;
    }
}
