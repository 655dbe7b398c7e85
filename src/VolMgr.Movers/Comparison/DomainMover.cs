using VolMgr.Blocks;
using VolMgr.Movers.Domains;
using VolMgr.Movers.Moves;

namespace VolMgr.Movers.Comparison;

/// <summary>The domain that the guest runs in goes to another control domain: its memory moves, its disk does not.
/// </summary>
internal sealed class DomainMover : ComparedMover, IDomainRecords
{
    private readonly DomainTransfer transfer;
    private readonly MemoryDevice sourceMemory;
    private readonly MemoryDevice targetMemory;
    private readonly GuestDisk memory;
    private readonly GuestWorkload programs;
    private Task work = Task.CompletedTask;

    public DomainMover(ComparedGuest guest, DomainTransfer transfer)
        : base(guest)
    {
        this.transfer = transfer;
        ComparisonOptions options = guest.Options;
        sourceMemory = new MemoryDevice(options.Memory);
        targetMemory = new MemoryDevice(options.Memory);
        memory = new GuestDisk("memory", "primary-a", sourceMemory, guest.Engine);
        programs = new GuestWorkload(
            memory.Volume,
            new WorkloadOptions(options.DirtyRate, ComparisonOptions.PageSize, options.Seed) { LosesTime = true },
            guest.Engine);
    }

    /// <inheritdoc/>
    public DomainSide Source { get; private set; } = DomainSide.Owner;

    /// <inheritdoc/>
    public DomainSide Target { get; private set; } = DomainSide.None;

    /// <summary>Whether the managers' records cannot be written.</summary>
    public bool IsRecordBroken { get; set; }

    /// <inheritdoc/>
    public override long Data => Guest.Options.Memory;

    /// <inheritdoc/>
    public override long InUseOnOldArray => Guest.Options.Size;

    /// <inheritdoc/>
    public override string LeftWords =>
        "Everything: the domain changes hosts, its disk stays where it is; this move empties no array.";

    /// <inheritdoc/>
    public override async Task BeginAsync()
    {
        await GuestWorkload.FillAsync(sourceMemory, ComparisonOptions.PageSize);
        work = Guest.Engine.StartAsync(programs.RunAsync);
    }

    /// <inheritdoc/>
    public override Task EndAsync()
    {
        programs.End();
        return work;
    }

    /// <inheritdoc/>
    public override Task<MoveReport> MoveAsync(MoveSteps steps)
    {
        var domain = new LogicalDomain("ldg1", DomainState.Active, Guest.Options.Memory)
        {
            Disks = [new DomainDisk(Guest.Disk.Name, "primary-vds0", "vol0")],
            Switches = ["primary-vsw0"],
        };
        return new DomainMigration(Control("primary-a", ["ldg1"]), Control("primary-b", []), this, Guest.Engine)
            .RunAsync(new RunningDomain(domain, memory, [Guest.Disk]), targetMemory, new DomainMigrationOptions
            {
                Transfer = transfer,
                Pace = Guest.Pace,
                Limits = new TrackingLimits
                {
                    RegionSize = ComparisonOptions.PageSize,
                    Threshold = Guest.Options.MemoryThreshold,
                },
                Steps = steps,
            });
    }

    /// <inheritdoc/>
    public override async Task<long> CountLostAsync() =>
        await Guest.Application.CountLostAsync(Guest.Disk.Device) + await programs.CountLostAsync(memory.Device);

    /// <inheritdoc/>
    public ValueTask<bool> SetSourceAsync(DomainSide side) => SetAsync(() => Source = side);

    /// <inheritdoc/>
    public ValueTask<bool> SetTargetAsync(DomainSide side) => SetAsync(() => Target = side);

    private static ControlDomain Control(string name, IReadOnlyList<string> domains) => new(name, 1L << 40, 64)
    {
        Switches = ["primary-vsw0"],
        Domains = domains,
        Exports = new Dictionary<string, BackEnd>
        {
            ["primary-vds0/vol0"] = new("/dev/vx/dsk/datadg/vol0", "emc0-0001"),
        },
    };

    private async ValueTask<bool> SetAsync(Action set)
    {
        await Guest.Engine.DelayAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None);
        if (!IsRecordBroken)
        {
            set();
        }

        return !IsRecordBroken;
    }
}
