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
    private bool isMemory;

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

    /// <summary>Everything dies at the operation of that number on memory, disk or records.</summary>
    public long DiesAtOperation { get; init; } = long.MaxValue;

    /// <summary>The record of that number fails, and nobody dies.</summary>
    public int FailsAt { get; init; }

    /// <summary>Whether a record that fails is durable all the same.</summary>
    public bool IsFailureDurable { get; init; }

    public long Operations { get; private set; }

    public int Writes { get; private set; }

    /// <summary>How many could run the domain, at most, at any time.</summary>
    public int MostOwners { get; private set; } = 1;

    public int Owners => (Source == DomainSide.Owner ? 1 : 0) + (Target == DomainSide.Owner ? 1 : 0);

    public GuestWorkload Programs { get; private set; } = null!;

    public MemoryDevice TargetMemory { get; } = new(MemoryLength);

    public MemoryDevice SourceMemory { get; } = new(MemoryLength);

    /// <summary>What both control domains have as the domain's disk.</summary>
    public MemoryDevice SharedDisk { get; } = new(65536);

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
                ? new GuestDisk("memory", "primary-a", Mortal(SourceMemory), Engine) : null;
            isMemory = memory is not null;
            await GuestWorkload.FillAsync(SharedDisk, 4096);
            GuestDisk disk = new("vdisk0", "/dev/vx/dsk/datadg/vol0", Mortal(SharedDisk), Engine);
            Programs = new GuestWorkload(
                memory?.Volume ?? disk.Volume,
                new WorkloadOptions(dirtyRate, 4096, 3) { LosesTime = true },
                Engine);
            Task work = Engine.StartAsync(Programs.RunAsync);
            await Engine.DelayAsync(TimeSpan.FromMilliseconds(3), CancellationToken.None);
            report = await new DomainMigration(From, to ?? To, this, Engine)
                .RunAsync(
                    new RunningDomain(domain, memory, [disk]), memory is null ? null : Mortal(TargetMemory), options);
            Programs.End();
            await work;
            if (memory is not null)
            {
                IsMemoryLost = !isDead && await Programs.CountLostAsync(memory.Device) > 0;
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

    /// <summary>Pages that the one who has the domain lacks of what was acknowledged.</summary>
    public long CountLostByOwner() => simulator.Run(() => Programs.CountLostAsync(
        !isMemory ? SharedDisk : Source == DomainSide.Owner ? SourceMemory : TargetMemory));

    private MortalDevice Mortal(MemoryDevice device) => new(device, IsDeadNow);

    private bool IsDeadNow()
    {
        isDead |= ++Operations == DiesAtOperation;
        return isDead;
    }

    public ValueTask<bool> SetSourceAsync(DomainSide side) => SetAsync(() => Source = side);

    public ValueTask<bool> SetTargetAsync(DomainSide side) => SetAsync(() => Target = side);

    private async ValueTask<bool> SetAsync(Action set)
    {
        await Engine.DelayAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None);
        bool isFailing = !IsDeadNow() && Writes + 1 == FailsAt;
        bool diesNow = !isDead && ++Writes == DiesAt;
        if (isFailing && !IsFailureDurable)
        {
            return false;
        }

        if (!isDead && (!diesNow || DiesAfter))
        {
            set();
            MostOwners = Math.Max(MostOwners, Owners);
        }

        isDead |= diesNow;
        return !isDead && !isFailing;
    }
}
