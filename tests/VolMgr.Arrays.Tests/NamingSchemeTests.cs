using FsCheck;
using FsCheck.Fluent;

namespace VolMgr.Arrays.Tests;

/// <summary>Names as the acceptance points NAME-1 to NAME-5 ask for them.</summary>
public sealed class NamingSchemeTests
{
    private static readonly NamingScheme ByIndex = new() { IsPersistent = false, UsesVolumeId = false };

    /// <summary>
    /// As many hosts and arrays as the seed says, all of them listed in an order of their own on each host: every host
    /// gives every LUN the same name.
    /// </summary>
    [Fact]
    public void NAME_1_the_same_luns_have_the_same_names_on_every_host_in_every_order_of_discovery() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed => Same(seed, null) && Same(seed, ByIndex))
            .QuickCheckThrowOnFailure();

    [Fact]
    public async Task NAME_2_removing_a_low_serial_renumbers_index_names_and_not_those_by_volume_id()
    {
        TestLab lab = new();
        LabTopology without = lab.Topology.WithLun("emc0/01f4", null, isPresented: false);
        foreach ((NamingScheme scheme, string[] before, string[] after) in new (NamingScheme, string[], string[])[]
        {
            (ByIndex, ["emc0_0 01f4", "emc0_1 01f5", "emc0_2 01f6"], ["emc0_0 01f5", "emc0_1 01f6", "emc0_2 01f7"]),
            (new NamingScheme(), ["emc0_01f4 01f4", "emc0_01f5 01f5"], ["emc0_01f5 01f5", "emc0_01f6 01f6"]),
        })
        {
            await using HostDevices devices = await lab.ScanAsync();
            await devices.Ddl.SetSchemeAsync(scheme, CancellationToken.None);
            Assert.Equal(before, Shown(devices).Take(before.Length));
            await devices.ReplaceTopologyAsync(without);
            await devices.ScanAsync(CancellationToken.None);
            Assert.Equal(after, Shown(devices).Take(after.Length));
        }
    }

    /// <summary>
    /// A script adds a LUN and takes the third disk of the array for the new one, as it always was. The array gives the
    /// new LUN the serial of one that was deleted: by index the third disk is an old one; by volume id it is the new.
    /// </summary>
    [Theory]
    [InlineData(false, "emc0_2", "9000000003")]
    [InlineData(true, "emc0_0022", "9000000001")]
    public async Task NAME_2_the_third_disk_of_the_list_is_the_new_one_only_by_volume_id(
        bool usesVolumeId, string third, string serial)
    {
        LabTopology template = LabTemplates.Build(LabTemplates.Migration, new LabTemplateOptions(1, 1 << 20))!;
        ArrayTopology array = template.Arrays[0] with
        {
            Luns = [Lun("old1", 1, "9000000002", "0020"), Lun("old2", 2, "9000000003", "0021"),
                Lun("new", 3, "9000000001", "0022")],
        };
        LabTopology after = template with { Arrays = [array, template.Arrays[1]] };
        TestLab lab = new() { Topology = after };
        await using HostDevices devices = lab.Host();
        await devices.ReplaceTopologyAsync(after.WithLun("emc0/new", null, isPresented: false));
        await devices.ScanAsync(CancellationToken.None);
        await devices.Ddl.SetSchemeAsync(
            new NamingScheme { IsPersistent = false, UsesVolumeId = usesVolumeId }, CancellationToken.None);
        Assert.Equal(2, Third(devices).Count);

        await devices.ReplaceTopologyAsync(after);
        await devices.ScanAsync(CancellationToken.None);
        DmpNode picked = Third(devices)[2];
        Assert.Equal((third, serial), (picked.Name, picked.LunSerial));
        Assert.Equal(usesVolumeId, picked.LunName == "emc0/new");

        static List<DmpNode> Third(HostDevices devices) =>
            [.. devices.Nodes.Where(node => node.Enclosure.Name == "emc0")];
    }

    /// <summary>
    /// The system's names, kept: another order of discovery gives a path another name, and the device keeps its own.
    /// Without persistence it takes what the system says.
    /// </summary>
    [Theory]
    [InlineData(true, "sdb")]
    [InlineData(false, "sdc")]
    public async Task Names_of_the_system_are_kept_where_the_scheme_says_so(bool isPersistent, string expected)
    {
        TestLab lab = new();
        await using (HostDevices devices = await lab.ScanAsync())
        {
            await devices.Ddl.SetSchemeAsync(
                new NamingScheme { IsEnclosureBased = false, IsPersistent = isPersistent }, CancellationToken.None);
            Assert.Equal("emc0/01f4", devices.FindNode("sdb")?.LunName);
        }

        ArrayTopology array = lab.Topology.Arrays[0];
        lab.Topology = lab.Topology with
        {
            Arrays =
            [
                array with { Luns = [array.Luns[0] with { Number = 99, Name = "emc0/new", Serial = "1", ArrayVolumeId =
                    "0fff", Backing = "arrays/emc0/new.img" }, .. array.Luns.Select((lun, index) =>
                    lun with { Number = 100 + index })] },
                lab.Topology.Arrays[1],
            ],
        };
        await using HostDevices rebooted = await lab.ScanAsync();
        DmpNode known = rebooted.Nodes.First(node => node.LunName == "emc0/01f4");
        Assert.Equal(expected, known.Name);
        Assert.Empty(rebooted.Problems);
        Assert.Equal(rebooted.Nodes.Count, rebooted.Nodes.Select(node => node.Name).Distinct().Count());
    }

    [Fact]
    public async Task NAME_4_devices_without_serial_have_os_names_that_are_not_persistent()
    {
        TestLab lab = new();
        ArrayTopology array = lab.Topology.Arrays[0];
        array = array with { Luns = [array.Luns[0] with { Serial = "" }] };
        lab.Topology = lab.Topology with { Arrays = [array, lab.Topology.Arrays[1]] };
        await using HostDevices devices = await lab.ScanAsync();

        DmpNode[] unnamed = [.. devices.Nodes.Where(node => node.Enclosure.Type == "OTHER_DISKS")];
        Assert.Equal(["sdb", "sdg"], unnamed.Select(node => node.Name));
        Assert.All(unnamed, node => Assert.False(node.IsNamePersistent));
        Assert.NotNull(await devices.Ddl.RenameAsync("sdb", "mine"));
    }

    [Fact]
    public async Task NAME_5_a_name_file_round_trips_and_conflicts_are_refused_and_change_nothing()
    {
        TestLab lab = new();
        await using HostDevices devices = await lab.ScanAsync();
        string exported = devices.Ddl.ExportNames(null);
        Assert.StartsWith(
            "enclosure vendor=\"EMC\" product=\"SYMMETRIX\" serial=\"000190300123\" name=\"emc0\"\n" +
            "\tdmpnode serial=\"90001F4000\" name=\"emc0_01f4\"\n", exported);

        string mine = exported.Replace("emc0_01f4", "payroll_1", StringComparison.Ordinal);
        Assert.Null(await devices.Ddl.AssignNamesAsync(mine));
        await devices.ScanAsync(CancellationToken.None);
        Assert.Equal("90001F4000", devices.FindNode("payroll_1")?.LunSerial);
        Assert.Equal(mine, devices.Ddl.ExportNames(null));
        await using (HostDevices rebooted = await lab.ScanAsync())
        {
            Assert.Equal(mine, rebooted.Ddl.ExportNames(null));
        }

        foreach ((string text, string problem) in new[]
        {
            (mine.Replace("emc0_01f5", "payroll_1", StringComparison.Ordinal), "stands twice"),
            ("enclosure serial=\"000190300123\"\ndmpnode serial=\"90001F4000\" name=\"emc0_01f6\"", "already used"),
            ("enclosure serial=\"000190300123\"\ndmpnode serial=\"none\" name=\"x\"", "has no device"),
            ("enclosure serial=\"none\"", "no enclosure"),
            ("dmpnode serial=\"90001F4000\" name=\"x\"", "before any enclosure"),
            ("enclosure serial=\"000190300123\"\ndmpnode serial=\"90001F4000\" name=\"sdb\"", "Invalid name"),
            ("nonsense", "expected enclosure or dmpnode, such as: dmpnode serial=\"SERIAL\" name=\"NAME\""),
        })
        {
            Assert.Contains(problem, await devices.Ddl.AssignNamesAsync(text));
            Assert.Equal(mine, devices.Ddl.ExportNames(null));
        }
    }

    [Fact]
    public async Task Schemes_change_names_at_once_and_hold_over_a_reboot()
    {
        TestLab lab = new();
        await using HostDevices devices = await lab.ScanAsync();

        await devices.Ddl.SetSchemeAsync(
            new NamingScheme { IsEnclosureBased = false, IsPersistent = false }, CancellationToken.None);
        Assert.Equal(["sdb", "sdc"], devices.Nodes.Take(2).Select(node => node.Name));
        await devices.Ddl.SetSchemeAsync(new NamingScheme { IsLowerCase = false }, CancellationToken.None);
        Assert.Equal("EMC0_01f4", devices.Nodes[0].Name);
        await using HostDevices rebooted = await lab.ScanAsync();
        Assert.Equal("EMC0_01f4", rebooted.Nodes[0].Name);
        Assert.False(rebooted.Ddl.Scheme.IsLowerCase);
    }

    private static LunTopology Lun(string name, int number, string serial, string avid) => new()
    {
        Name = $"emc0/{name}",
        Number = number,
        Size = 1 << 20,
        Serial = serial,
        ArrayVolumeId = avid,
        Backing = $"arrays/emc0/{name}.img",
    };

    private static IEnumerable<string> Shown(HostDevices devices) =>
        devices.Nodes.Select(node => $"{node.Name} {node.ArrayVolumeId}");

    private static bool Same(int seed, NamingScheme? scheme)
    {
        Random random = new(seed);
        ArrayTopology[] arrays = [.. Enumerable.Range(0, random.Next(1, 4)).Select(number => Array(random, number))];
        List<string> all = [];
        foreach (int number in Enumerable.Range(0, random.Next(2, 4)))
        {
            random.Shuffle(arrays);
            LabTopology topology = new()
            {
                Arrays = [.. arrays.Select(array => array with { Luns = Shuffled(random, array.Luns) })],
                Hosts = [Host($"node{number}", random, arrays)],
            };
            all.Add(Names(topology, scheme));
        }

        return all.TrueForAll(names => names == all[0]);
    }

    private static string Names(LabTopology topology, NamingScheme? scheme) => Task.Run(async () =>
    {
        await using HostDevices devices = await new TestLab { Topology = topology }.ScanAsync(topology.Hosts[0].Name);
        if (scheme is not null)
        {
            await devices.Ddl.SetSchemeAsync(scheme, CancellationToken.None);
        }

        return string.Join(
            '\n', devices.Nodes.Select(node => $"{node.Name} {node.Udid}").Order(StringComparer.Ordinal));
    }).GetAwaiter().GetResult();

    private static ArrayTopology Array(Random random, int number)
    {
        (string kind, string vendor, string product) = random.Next(3) switch
        {
            0 => ("emc-symmetrix", "EMC", "SYMMETRIX"),
            1 => ("pure", "PURE", "FlashArray"),
            _ => ("disk", "ACME", "Drive"),
        };
        return new ArrayTopology
        {
            Name = $"a{number}",
            Kind = kind,
            Vendor = vendor,
            Product = product,
            Revision = "1",
            Serial = $"{random.Next(1000, 9999)}{number}",
            Luns = [.. Enumerable.Range(0, random.Next(1, 5)).Select(lun => new LunTopology
            {
                Name = $"a{number}/{lun}",
                Number = lun,
                Size = 1 << 20,
                Serial = $"S{random.Next(100, 999)}{number}{lun}",
                ArrayVolumeId = random.Next(2) == 0 ? "" : $"{lun:x4}",
                Backing = $"{number}-{lun}",
            })],
        };
    }

    private static HostTopology Host(string name, Random random, ArrayTopology[] arrays) => new()
    {
        Name = name,
        HostName = name,
        Hbas = [.. Shuffled(random, ["c1", "c2"]).Select(controller => new HbaTopology
        {
            Controller = controller,
            Targets = [.. Shuffled(random, [.. arrays.Select(array => new PortTarget(array.Name, null))])],
        })],
    };

    private static T[] Shuffled<T>(Random random, IReadOnlyList<T> items)
    {
        T[] copy = [.. items];
        random.Shuffle(copy);
        return copy;
    }
}
