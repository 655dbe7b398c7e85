using VolMgr.Blocks;
using VolMgr.Simulation;

namespace VolMgr.Arrays.Tests;

/// <summary>Hosts over arrays in memory in virtual time: hours of waiting cost nothing.</summary>
internal sealed class SimulatedHosts : ILunOpener
{
    private readonly SortedDictionary<string, MemoryDevice> disks = new(StringComparer.Ordinal);

    public SimulatedHosts(int seed = 1) => Simulator = new Simulator(seed);

    public Simulator Simulator { get; }

    public LabTopology Topology { get; set; } =
        LabTemplates.Build(LabTemplates.Cluster, new LabTemplateOptions(2, 1 << 20))!;

    public LabArrays Arrays { get; } = new();

    public SortedDictionary<string, MemoryHostFiles> Files { get; } = new(StringComparer.Ordinal);

    public List<DmpEvent> Events { get; } = [];

    public static byte[] Sector { get; } = [.. Enumerable.Range(0, 512).Select(index => (byte)(index % 251))];

    public static ArrayTopology ActivePassive(bool isExplicit) => new()
    {
        Name = "ap0",
        Kind = isExplicit ? "emc-clariion-pf" : "hitachi-df",
        Vendor = isExplicit ? "DGC" : "HITACHI",
        Product = isExplicit ? "RAID 5" : "DF600F",
        Revision = "0326",
        Serial = "APM00042100123",
        Luns =
        [
            new LunTopology
            {
                Name = "ap0/1", Number = 1, Size = 1 << 20, Serial = "60060160A1B2C3D4", ArrayVolumeId = "23",
                Backing = "arrays/ap0/1.img",
            },
        ],
    };

    /// <summary>The two hosts of the cluster template on one such array, two ports each.</summary>
    public static LabTopology Only(ArrayTopology array)
    {
        LabTopology template = LabTemplates.Build(LabTemplates.Cluster, new LabTemplateOptions(1, 1 << 20))!;
        return template with
        {
            Arrays = [array],
            Hosts = [.. template.Hosts.Select(host => host with
            {
                Hbas = [.. host.Hbas.Select(hba => hba with
                {
                    Targets = [new PortTarget(array.Name, hba.Controller == "c2" ? 1 : 2)],
                })],
            })],
        };
    }

    public IBlockDevice Open(LunTopology lun)
    {
        // Twice the size, so that a LUN can grow.
        if (!disks.TryGetValue(lun.Backing, out MemoryDevice? disk))
        {
            disk = new MemoryDevice(2 * lun.Size);
            disks.Add(lun.Backing, disk);
        }

        return disk;
    }

    public async Task<HostDevices> BootAsync(string name = "host1")
    {
        Files.TryAdd(name, new MemoryHostFiles());
        HostDevices devices = new(Topology, name, this, Files[name], Simulator.Engine, Arrays)
        {
            OnEvent = Events.Add,
        };
        await devices.ScanAsync(CancellationToken.None);
        return devices;
    }

    /// <summary>Writes a sector and says how it ended and how long it took.</summary>
    public async Task<(IoStatus Status, TimeSpan Time)> WriteAsync(DmpNode node, long offset = 0)
    {
        TimeSpan before = Simulator.Elapsed;
        IoStatus status = await node.Device.WriteAsync(offset, Sector, WriteFlags.None, CancellationToken.None);
        return (status, Simulator.Elapsed - before);
    }

    /// <summary>How long an operation that succeeds takes.</summary>
    public async Task<TimeSpan> TimeAsync(Func<ValueTask<IoStatus>> operation)
    {
        TimeSpan before = Simulator.Elapsed;
        Assert.Equal(IoStatus.Success, await operation());
        return Simulator.Elapsed - before;
    }

    /// <summary>The same for several together.</summary>
    public Task<TimeSpan> TimeAsync(Func<Task<IoStatus>> operations) =>
        TimeAsync(() => new ValueTask<IoStatus>(operations()));

    public Task WaitAsync(double seconds) =>
        Simulator.Engine.DelayAsync(TimeSpan.FromSeconds(seconds), CancellationToken.None);
}
