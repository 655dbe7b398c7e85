using VolMgr.Blocks;
using VolMgr.Movers.Hypervisors;
using VolMgr.Movers.Moves;
using VolMgr.Simulation;

namespace VolMgr.Movers.Tests;

/// <summary>
/// One hypervisor host, an old and a new datastore on simulated disks, one machine with a guest at work. A host that
/// dies reaches nothing any more; the disks and the records stay.
/// </summary>
internal sealed class MoverWorld : IDatastoreFiles, IMachineRecords
{
    public const int WriteSize = 16 << 10;
    public const long DiskLength = 2 << 20;

    private readonly Dictionary<(string Store, string File), SimulatedDisk> disks = [];
    private readonly List<string> log = [];

    public MoverWorld(int seed, params MachineDisk[] machineDisks)
    {
        Simulator = new Simulator(seed) { StepLimit = 20_000_000 };
        Machine = new VirtualMachine("web1", "esx1", "old")
        {
            Files = [new("web1.vmx", 4096), new("vmware.log", 65536), new("web1.vswp", 131072)],
            Disks = machineDisks.Length > 0 ? machineDisks : [new("scsi0:0", "old", "web1.vmdk", DiskLength)],
            Memory = 1 << 30,
        };
        Recorded = Machine;
        Estate = new HypervisorEstate
        {
            Hosts = [new HypervisorHost("esx1", 8L << 30) { Writable = ["old", "new"] }],
            Datastores = [new("old", "emc0", 1L << 40), new("new", "pure0", 1L << 40)],
            Machines = [Machine],
        };
    }

    public Simulator Simulator { get; }

    public VirtualMachine Machine { get; }

    public HypervisorEstate Estate { get; init; }

    /// <summary>What is durable.</summary>
    public VirtualMachine Recorded { get; private set; }

    public bool IsDead { get; private set; }

    public bool IsRecordBroken { get; set; }

    /// <summary>What is made on the new datastore from now on takes no writes.</summary>
    public bool TargetsFail { get; set; }

    public Dictionary<string, GuestDisk> Guests { get; } = [];

    public GuestWorkload Workload { get; private set; } = null!;

    /// <summary>Files made and deleted, and records, in order.</summary>
    public IReadOnlyList<string> Log => log;

    public EngineServices Engine => Simulator.Engine;

    public SimulatedDisk Disk(string store, string file) => disks[(store, file)];

    public bool Exists(string store, string file) => disks.ContainsKey((store, file));

    public async Task BootAsync(long writeRate)
    {
        foreach (HomeFile file in Machine.Files)
        {
            Create(Machine.Home, file.Name, file.Length);
        }

        foreach (MachineDisk disk in Machine.Disks.Where(StorageMotionRules.MovesData))
        {
            Create(disk.Datastore, disk.File, disk.Length);
            await GuestWorkload.FillAsync(Disk(disk.Datastore, disk.File).Medium, WriteSize);
            Guests[disk.Name] = new GuestDisk(
                disk.Name, disk.Place, Open(disk.Datastore, disk.File)!, Engine);
        }

        log.Clear();
        Workload = new GuestWorkload(
            Guests[Machine.Disks[0].Name].Volume, new WorkloadOptions(writeRate, WriteSize, 7) { IsForced = true },
            Engine);
    }

    public Task<MoveReport> MoveAsync(StorageMotionOptions options) => new StorageMotion(
        Estate, this, this, new MotionSlots(), Engine).RunAsync(new RunningMachine(Machine, Guests), "new", options);

    /// <summary>A move under load; the workload goes on for a while after it.</summary>
    public MoveReport Move(long writeRate, StorageMotionOptions options)
    {
        MoveReport? report = null;
        Simulator.Run(async () =>
        {
            await BootAsync(writeRate);
            Task work = Engine.StartAsync(Workload.RunAsync);
            report = await MoveAsync(options);
            await Engine.DelayAsync(TimeSpan.FromMilliseconds(20), CancellationToken.None);
            Workload.End();
            await work;
        });
        return report!;
    }

    public static StorageMotionOptions Options(StorageMotionMode mode, MoveSteps? steps = null) => new()
    {
        Mode = mode,
        Pace = new MovePace { BytesPerSecond = 20 << 20, IoSize = 64 << 10 },
        Limits = new TrackingLimits { RegionSize = WriteSize, Threshold = 4 * WriteSize },
        ShadowStart = TimeSpan.FromMilliseconds(10),
        FastSuspendResume = TimeSpan.FromMilliseconds(5),
        Steps = steps ?? new MoveSteps(),
    };

    /// <summary>Places that lack what was acknowledged, on what the record names now.</summary>
    public long CountLost()
    {
        MachineDisk disk = Recorded.Disks[0];
        return Simulator.Run(() => Workload.CountLostAsync(Disk(disk.Datastore, disk.File)));
    }

    public void Die() => IsDead = true;

    /// <summary>The host dies at its operation of that number on disks and records.</summary>
    public long DiesAt { get; init; } = long.MaxValue;

    /// <summary>Operations so far.</summary>
    public long Operations { get; private set; }

    /// <summary>All disks lose their power: of what was not flushed some survives.</summary>
    public void LosePower()
    {
        foreach (SimulatedDisk disk in disks.Values)
        {
            disk.PowerFail();
        }
    }

    private bool IsDeadNow()
    {
        IsDead |= ++Operations >= DiesAt;
        return IsDead;
    }

    public IExtentDevice? Open(string datastore, string file) =>
        disks.TryGetValue((datastore, file), out SimulatedDisk? disk) ? new MortalDevice(disk, IsDeadNow) : null;

    public IExtentDevice? Create(string datastore, string file, long length)
    {
        if (!IsDead)
        {
            log.Add($"make [{datastore}] {file}");
            disks[(datastore, file)] = new SimulatedDisk(Simulator, length, new SimulatedDiskOptions
            {
                Name = file,
                MaximumLatency = TimeSpan.FromMicroseconds(200),
                IsPoisoned = datastore == "new",
            });
            if (TargetsFail && datastore == "new")
            {
                disks[(datastore, file)].Faults.Add(FaultRule.Always(DeviceOperations.Write));
            }
        }

        return IsDead ? null : Open(datastore, file);
    }

    public void Delete(string datastore, string file)
    {
        if (!IsDead)
        {
            log.Add($"delete [{datastore}] {file}");
            disks.Remove((datastore, file));
        }
    }

    public async ValueTask<bool> RecordAsync(VirtualMachine machine)
    {
        await Engine.DelayAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None);
        if (IsDeadNow() || IsRecordBroken)
        {
            return false;
        }

        log.Add("record");
        Recorded = machine;
        return true;
    }
}

/// <summary>Does something at one step of a move, and lets the guest write a while before the move goes on.</summary>
internal sealed class AtStep(MoveStep step, Action act, EngineServices? engine = null) : MoveSteps
{
    public bool WasReached { get; private set; }

    public override async ValueTask ReachedAsync(MoveStep reached)
    {
        if (reached == step)
        {
            WasReached = true;
            act();
            if (engine is not null)
            {
                await engine.DelayAsync(TimeSpan.FromMilliseconds(10), CancellationToken.None);
            }
        }
    }
}
