using VolMgr.Blocks;
using VolMgr.Movers.Hypervisors;
using VolMgr.Movers.Moves;
using VolMgr.Simulation;

namespace VolMgr.Movers.Comparison;

/// <summary>
/// The guest that all movers are given: one disk on the old array with an application at work, in virtual time. What
/// is on an array is a simulated disk each.
/// </summary>
internal sealed class ComparedGuest : IDatastoreFiles
{
    public const string Old = "emc0";
    public const string New = "pure0";
    public const string DiskFile = "web1.vmdk";

    private readonly Dictionary<(string Store, string File), SimulatedDisk> files = [];

    public ComparedGuest(ComparisonOptions options)
    {
        Options = options;
        Simulator = new Simulator(options.Seed);
        Create(Old, DiskFile, options.Size);
        Disk = new GuestDisk("scsi0:0", $"[{Old}] {DiskFile}", files[(Old, DiskFile)], Engine);
        Application = new GuestWorkload(
            Disk.Volume,
            new WorkloadOptions(options.WriteRate, ComparisonOptions.WriteSize, options.Seed) { IsForced = true },
            Engine);
    }

    public ComparisonOptions Options { get; }

    public Simulator Simulator { get; }

    public EngineServices Engine => Simulator.Engine;

    /// <summary>What the application reads and writes.</summary>
    public GuestDisk Disk { get; }

    public GuestWorkload Application { get; }

    /// <summary>Bytes that a copy takes at once.</summary>
    public long CopyStep { get; init; } = ComparisonOptions.WriteSize;

    public MovePace Pace => new() { BytesPerSecond = Options.CopyRate, IoSize = CopyStep };

    /// <summary>Whether an array takes no file and no write any more.</summary>
    public string BrokenArray { get; private set; } = "";

    /// <summary>Bytes of files on an array.</summary>
    public long BytesOn(string store) => files.Where(each => each.Key.Store == store).Sum(each => each.Value.Length);

    /// <summary>A file as it lies on its array.</summary>
    public SimulatedDisk? Find(string store, string file) => files.GetValueOrDefault((store, file));

    /// <summary>From now on an array fails every write and flush.</summary>
    public void Break(string store)
    {
        BrokenArray = store;
        foreach (SimulatedDisk disk in files.Where(each => each.Key.Store == store).Select(each => each.Value))
        {
            Fail(disk);
        }
    }

    /// <summary>Both arrays lose their power: what was not flushed may be gone.</summary>
    public void LosePower()
    {
        foreach (SimulatedDisk disk in files.Values)
        {
            disk.Faults.Clear();
            disk.PowerFail();
        }
    }

    /// <inheritdoc/>
    public IExtentDevice? Open(string datastore, string file) => Find(datastore, file);

    /// <inheritdoc/>
    public IExtentDevice? Create(string datastore, string file, long length)
    {
        var disk = new SimulatedDisk(Simulator, length, new SimulatedDiskOptions
        {
            Name = $"[{datastore}] {file}",
            MinimumLatency = TimeSpan.FromMicroseconds(100),
            MaximumLatency = TimeSpan.FromMicroseconds(300),
            SplitRate = 0,
            IsPoisoned = datastore == New,
            BytesPerSecond = ComparisonOptions.ArrayRate,
        });
        if (BrokenArray == datastore)
        {
            Fail(disk);
        }

        return files[(datastore, file)] = disk;
    }

    /// <inheritdoc/>
    public void Delete(string datastore, string file) => files.Remove((datastore, file));

    private static void Fail(SimulatedDisk disk) =>
        disk.Faults.Add(FaultRule.Always(DeviceOperations.Write | DeviceOperations.Flush));
}
