using VolMgr.Arrays.Estates;
using VolMgr.Arrays.Performance;

namespace VolMgr.Arrays;

/// <summary>How large a lab built from a template is.</summary>
/// <param name="LunCount">LUNs of the old array.</param>
/// <param name="LunSize">Bytes of each of them, a positive multiple of 512.</param>
/// <param name="NewLunCount">LUNs of the new array; as many as of the old one when null.</param>
/// <param name="NewLunSize">Bytes of each of them; as large as those of the old one when null.</param>
public sealed record LabTemplateOptions(
    int LunCount = 4, long LunSize = 1L << 30, int? NewLunCount = null, long? NewLunSize = null);

/// <summary>A template by name, with a line for `lab templates`.</summary>
/// <param name="Name">The name that `lab create --template` takes.</param>
/// <param name="Description">One line for people.</param>
public sealed record LabTemplate(string Name, string Description);

/// <summary>
/// Ready-made labs: hosts, an old Symmetrix `emc0` and a new FlashArray `pure0`, each host with two adapters (c2, c3)
/// and two paths a LUN: c2 is zoned to port 1 and c3 to port 2 of both arrays.
/// </summary>
public static class LabTemplates
{
    /// <summary>Name of the template for one migration with nothing initialised.</summary>
    public const string Migration = "migration";

    /// <summary>
    /// Name of the template with a populated disk group; its topology is that of <see cref="Migration"/>.
    /// </summary>
    public const string Populated = "populated";

    /// <summary>Name of the template with two hosts.</summary>
    public const string Cluster = "cluster";

    /// <summary>Name of the template whose arrays take time.</summary>
    public const string Modelled = "modelled";

    /// <summary>Name of the template with a machine of a hypervisor and a domain.</summary>
    public const string Guests = "guests";

    private const int FirstOldDevice = 0x1f4;
    private const int FirstNewDevice = 0x12;

    /// <summary>Every template.</summary>
    public static IReadOnlyList<LabTemplate> All { get; } =
    [
        new(Migration, "host1, old array emc0 and new array pure0 with four LUNs of 1 GiB each; nothing initialised"),
        new(Populated, "the same, with disk group datadg and its volumes on emc0"),
        new(Cluster, "the same as migration, seen by host1 and host2"),
        new(Modelled, "as migration, but arrays take time: emc0 200 MB/s and 5 ms, pure0 1 GB/s and 0.5 ms, 4 ports"),
        new(Guests, "host1 runs in machine web1, with disks on datastores old (emc0) and new (pure0); domain ldg1"),
    ];

    /// <summary>The topology of a template, or null when there is none of that name.</summary>
    public static LabTopology? Build(string name, LabTemplateOptions options) => name switch
    {
        Migration or Populated => Build(["host1"], options),
        Cluster => Build(["host1", "host2"], options),
        Modelled => WithTimes(Build(["host1"], options)),
        Guests => EstateTemplate.Build(Build(
            ["host1"], options with { LunCount = Math.Max(EstateTemplate.LeastLuns, options.LunCount) })),
        _ => null,
    };

    /// <summary>Four ports an array, two at each adapter; each LUN of the old array reads in 5 ms, of the new one in
    /// 0.5 ms.</summary>
    private static LabTopology WithTimes(LabTopology lab) => lab with
    {
        Arrays = [OldTimes(lab.Arrays[0]), NewTimes(lab.Arrays[1])],
        Hosts = [.. lab.Hosts.Select(host => host with { Hbas = [WidePorts("c2", 1), WidePorts("c3", 2)] })],
    };

    private static ArrayTopology OldTimes(ArrayTopology array) => array with
    {
        PortCount = 4,
        Performance = new ArrayPerformance
        {
            Port = new PerformanceModel { BytesPerSecond = 400_000_000, OperationsPerSecond = 20_000 },
            Array = new PerformanceModel { BytesPerSecond = 200_000_000 },
            Lun = new PerformanceModel
            {
                Read = TimeSpan.FromMilliseconds(5),
                Write = TimeSpan.FromMilliseconds(1),
                QueueDepth = 32,
            },
        },
    };

    private static ArrayTopology NewTimes(ArrayTopology array) => array with
    {
        PortCount = 4,
        Performance = new ArrayPerformance
        {
            Port = new PerformanceModel { BytesPerSecond = 1_600_000_000, OperationsPerSecond = 100_000 },
            Array = new PerformanceModel { BytesPerSecond = 1_000_000_000 },
            Lun = new PerformanceModel
            {
                Read = TimeSpan.FromMicroseconds(500),
                Write = TimeSpan.FromMicroseconds(500),
                QueueDepth = 256,
            },
        },
    };

    private static HbaTopology WidePorts(string controller, int port) => new()
    {
        Controller = controller,
        Targets = [new("emc0", port), new("emc0", port + 2), new("pure0", port), new("pure0", port + 2)],
    };

    private static LabTopology Build(IEnumerable<string> hosts, LabTemplateOptions options) => new()
    {
        Arrays = [OldArray(options), NewArray(options)],
        Hosts = [.. hosts.Select(name => new HostTopology
        {
            Name = name,
            HostName = name,
            Hbas = [Hba("c2", 1), Hba("c3", 2)],
        })],
    };

    private static HbaTopology Hba(string controller, int port) =>
        new() { Controller = controller, Targets = [new("emc0", port), new("pure0", port)] };

    private static ArrayTopology OldArray(LabTemplateOptions options) => new()
    {
        Name = "emc0",
        Kind = "emc-symmetrix",
        Vendor = "EMC",
        Product = "SYMMETRIX",
        Revision = "5978",
        Serial = "000190300123",
        Luns = Luns("emc0", options.LunCount, options.LunSize, FirstOldDevice, id => $"9{id:X6}000", isThin: false),
    };

    private static ArrayTopology NewArray(LabTemplateOptions options) => new()
    {
        Name = "pure0",
        Kind = "pure",
        Vendor = "PURE",
        Product = "FlashArray",
        Revision = "8888",
        Firmware = "6.3.4",
        Serial = "CB6F00112233",
        Luns = Luns("pure0", options.NewLunCount ?? options.LunCount, options.NewLunSize ?? options.LunSize,
            FirstNewDevice, id => $"624a9370cb6f00112233{id:x12}", isThin: true),
    };

    private static IReadOnlyList<LunTopology> Luns(
        string array, int count, long size, int firstDevice, Func<int, string> serial, bool isThin) =>
        [.. Enumerable.Range(0, count).Select(index => new LunTopology
        {
            Name = $"{array}/{firstDevice + index:x4}",
            Number = index + 1,
            Size = size,
            Serial = serial(firstDevice + index),
            ArrayVolumeId = $"{firstDevice + index:x4}",
            Backing = $"arrays/{array}/{firstDevice + index:x4}.img",
            IsThin = isThin,
        })];
}
