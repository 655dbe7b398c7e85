using VolMgr.Blocks;
using VolMgr.Movers.Domains;
using VolMgr.Movers.Moves;
using VolMgr.Simulation;

namespace VolMgr.Movers.Tests;

/// <summary>Two control domains and one domain with memory and a disk, in virtual time.</summary>
internal sealed class DomainWorld : IDomainRecords
{
    public const long MemoryLength = 1 << 20;

    private readonly Simulator simulator;
    private bool isDead;

    public DomainWorld(int seed) => simulator = new Simulator(seed) { StepLimit = 10_000_000 };

    public static LogicalDomain Domain { get; } = new("ldg1", DomainState.Active, MemoryLength)
    {
        Disks = [new DomainDisk("vdisk0", "primary-vds0", "vol0")],
        Switches = ["primary-vsw0"],
    };

    public static ControlDomain From { get; } = Control("primary-a", "/dev/vx/dsk/datadg/vol0", "udid-1");

    public static ControlDomain To { get; } = Control("primary-b", "/dev/vx/dsk/datadg/vol0", "udid-1") with
    {
        Domains = [],
    };

    public DomainSide Source { get; private set; } = DomainSide.Owner;

    public DomainSide Target { get; private set; } = DomainSide.None;

    /// <summary>The managers die at their write of that number; before it is durable, or after.</summary>
    public int DiesAt { get; init; } = int.MaxValue;

    public bool DiesAfter { get; init; }

    public int Writes { get; private set; }

    /// <summary>How many could run the domain, at most, at any time.</summary>
    public int MostOwners { get; private set; } = 1;

    public int Owners => (Source == DomainSide.Owner ? 1 : 0) + (Target == DomainSide.Owner ? 1 : 0);

    public GuestWorkload Programs { get; private set; } = null!;

    public MemoryDevice TargetMemory { get; } = new(MemoryLength);

    public MemoryDevice SourceMemory { get; } = new(MemoryLength);

    public bool IsMemoryLost { get; private set; }

    public EngineServices Engine => simulator.Engine;

    public static ControlDomain Control(string name, string path, string udid) =>
        new(name, 1L << 40, 64)
        {
            Switches = ["primary-vsw0"],
            Domains = ["ldg1"],
            Exports = new Dictionary<string, BackEnd> { ["primary-vds0/vol0"] = new(path, udid) },
        };

    public static DomainMigrationOptions Options(DomainTransfer transfer, MoveSteps? steps = null) => new()
    {
        Transfer = transfer,
        Pace = new MovePace { BytesPerSecond = 10 << 20, IoSize = 64 << 10 },
        Limits = new TrackingLimits { RegionSize = 4096, Threshold = 32 << 10 },
        Install = TimeSpan.FromMilliseconds(5),
        Steps = steps ?? new MoveSteps(),
    };

    public MoveReport Migrate(
        DomainMigrationOptions options,
        ControlDomain? to = null,
        LogicalDomain? domain = null,
        long dirtyRate = 2 << 20)
    {
        MoveReport? report = null;
        domain ??= Domain;
        simulator.Run(async () =>
        {
            await GuestWorkload.FillAsync(SourceMemory, 4096);
            GuestDisk? memory = domain.State == DomainState.Active
                ? new GuestDisk("memory", "primary-a", SourceMemory, Engine) : null;
            GuestDisk disk = new("vdisk0", "/dev/vx/dsk/datadg/vol0", new MemoryDevice(65536), Engine);
            Programs = new GuestWorkload(
                memory?.Volume ?? disk.Volume,
                new WorkloadOptions(dirtyRate, 4096, 3) { LosesTime = true },
                Engine);
            Task work = Engine.StartAsync(Programs.RunAsync);
            await Engine.DelayAsync(TimeSpan.FromMilliseconds(3), CancellationToken.None);
            report = await new DomainMigration(From, to ?? To, this, Engine)
                .RunAsync(new RunningDomain(domain, memory, [disk]), memory is null ? null : TargetMemory, options);
            Programs.End();
            await work;
            if (memory is not null)
            {
                IsMemoryLost = await Programs.CountLostAsync(memory.Device) > 0;
            }
        });
        return report!;
    }

    /// <summary>The managers are up again and recover.</summary>
    public bool Recover()
    {
        isDead = false;
        return simulator.Run(() => DomainRecovery.RunAsync(this).AsTask());
    }

    public void Die() => isDead = true;

    public ValueTask<bool> SetSourceAsync(DomainSide side) => SetAsync(() => Source = side);

    public ValueTask<bool> SetTargetAsync(DomainSide side) => SetAsync(() => Target = side);

    private async ValueTask<bool> SetAsync(Action set)
    {
        await Engine.DelayAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None);
        bool diesNow = !isDead && ++Writes == DiesAt;
        if (!isDead && (!diesNow || DiesAfter))
        {
            set();
            MostOwners = Math.Max(MostOwners, Owners);
        }

        isDead |= diesNow;
        return !isDead;
    }
}
