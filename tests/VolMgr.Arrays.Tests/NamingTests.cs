using FsCheck;
using FsCheck.Fluent;
using VolMgr.Arrays.Discovery;

namespace VolMgr.Arrays.Tests;

public sealed class NamingTests
{
    private const string DiskFile = "etc/vx/disk.info";
    private const string ArrayFile = "etc/vx/array.info";

    /// <summary>
    /// Two arrays of one type, one of another, virtual disks by rank, plain disks, and one without identity.
    /// </summary>
    private static LabTopology Mixed { get; } = new()
    {
        Arrays =
        [
            Array("old", "emc-symmetrix", "EMC", "SYMMETRIX", "000190300999", ["E3 0003", "E1 0001", "E2 0002"]),
            Array("older", "emc-symmetrix", "EMC", "SYMMETRIX", "000190300111", ["F1 0001", "F2 0002"]),
            Array("new", "pure", "PURE", "FlashArray", "AB12", ["P1 0001", "P2 0002"]),
            Array("guest", "vmware", "VMware", "Virtual disk", "vm",
                [$"{new string('c', 32)} ", $"{new string('a', 32)} ", $"{new string('b', 32)} "]),
            Array("local", "disk", "ACME", "Drive", "box", ["Z9 ", "A1 ", " "]),
        ],
        Hosts =
        [
            Host("host1", ["old", "older", "new", "guest", "local"]),
            Host("host2", ["local", "guest", "new", "older", "old"]),
        ],
    };

    [Fact]
    public async Task Enclosures_are_numbered_by_cabinet_serial_and_ranks_follow_lun_serials()
    {
        TestLab lab = new() { Topology = Mixed };
        await using HostDevices devices = await lab.ScanAsync();

        Assert.Equal("000190300111", devices.Enclosures.Single(item => item.Name == "emc0").Serial);
        Assert.Equal("000190300999", devices.Enclosures.Single(item => item.Name == "emc1").Serial);
        Assert.Equal(
            ["vmdk0_0 a", "vmdk0_1 b", "vmdk0_2 c"],
            devices.Nodes.Where(node => node.Enclosure.Type == "VMDK")
                .Select(node => $"{node.Name} {node.LunSerial[0]}"));
        Assert.Equal(
            ["disk_0 A1", "disk_1 Z9"],
            devices.Nodes.Where(node => node.Enclosure.Type == "Disk").Select(node => $"{node.Name} {node.LunSerial}"));
        Assert.Equal(devices.Nodes.Select(node => node.Name).Order(StringComparer.Ordinal),
            devices.Nodes.Select(node => node.Name));
    }

    /// <summary>
    /// Shuffles arrays, LUNs, adapters and targets of the topology; every node of every host gets the same name, and
    /// the same operating system names, as without shuffling.
    /// </summary>
    [Fact]
    public void Names_do_not_depend_on_the_order_of_discovery()
    {
        string expected = NamesOf(Mixed, "host1");
        Assert.Equal(Persistent(expected), Persistent(NamesOf(Mixed, "host2")));
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            Random random = new(seed);
            LabTopology shuffled = Mixed with
            {
                Arrays = [.. Shuffle(random, Mixed.Arrays)
                    .Select(array => array with { Luns = Shuffle(random, array.Luns) })],
                Hosts = [.. Mixed.Hosts.Select(host => host with
                {
                    Hbas = [.. Shuffle(random, host.Hbas)
                        .Select(hba => hba with { Targets = Shuffle(random, hba.Targets) })],
                })],
            };
            return NamesOf(shuffled, "host1") == expected;
        }).QuickCheckThrowOnFailure();
    }

    /// <summary>
    /// LUNs with volume ids that appear one by one, in any order, end up with the names of one discovery.
    /// </summary>
    [Fact]
    public void Names_by_volume_id_do_not_depend_on_what_was_presented_first()
    {
        LabTopology lab = LabTemplates.Build(LabTemplates.Migration, new LabTemplateOptions())!;
        string expected = NamesOf(lab, "host1");
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            Random random = new(seed);
            LabTopology hidden = lab.Luns.Aggregate(lab, (now, lun) => now.WithLun(lun.Name, null, false));
            TestLab test = new() { Topology = hidden };
            return Run(async () =>
            {
                await using HostDevices devices = await test.ScanAsync();
                foreach (LunTopology lun in Shuffle(random, [.. lab.Luns]))
                {
                    hidden = hidden.WithLun(lun.Name, "host1", true);
                    await devices.ReplaceTopologyAsync(hidden);
                    await devices.ScanAsync(CancellationToken.None);
                }

                return Persistent(NamesOf(devices)) == Persistent(expected);
            });
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task Names_by_rank_stay_over_rescans_and_reboots_until_they_are_assigned_anew()
    {
        TestLab lab = new() { Topology = Mixed };
        await using HostDevices devices = await lab.ScanAsync();
        string lowest = Mixed.Arrays[3].Luns.Single(lun => lun.Serial[0] == 'a').Name;

        lab.Topology = Mixed.WithLun(lowest, "host1", isPresented: false);
        await devices.ReplaceTopologyAsync(lab.Topology);
        await devices.ScanAsync(CancellationToken.None);
        Assert.Equal(["vmdk0_1", "vmdk0_2"], Ranked(devices));
        await using (HostDevices rebooted = await lab.ScanAsync())
        {
            Assert.Equal(["vmdk0_1", "vmdk0_2"], Ranked(rebooted));
        }

        await devices.AssignNamesAsync(CancellationToken.None);
        Assert.Equal(["vmdk0_0", "vmdk0_1"], Ranked(devices));
    }

    [Fact]
    public async Task A_lun_that_comes_back_has_its_old_name_and_object()
    {
        TestLab lab = new() { Topology = Mixed };
        await using HostDevices devices = await lab.ScanAsync();
        DmpNode before = devices.FindNode("emc1_0001")!;

        foreach (bool isPresented in new[] { false, true })
        {
            await devices.ReplaceTopologyAsync(Mixed.WithLun("old/E1", "host1", isPresented));
            await devices.ScanAsync(CancellationToken.None);
            Assert.Equal(isPresented, devices.Nodes.Contains(before));
        }

        Assert.Same(before, devices.FindNode("emc1_0001"));
        Assert.True(before.IsReachable);
    }

    [Fact]
    public async Task The_files_hold_names_and_identities_of_what_can_be_recognised()
    {
        TestLab lab = new() { Topology = Mixed };
        await using HostDevices devices = await lab.ScanAsync();

        Assert.Contains("\nemc1_0003 EMC%5FSYMMETRIX%5F000190300999%5FE3\n",
            lab.Files.Read(DiskFile), StringComparison.Ordinal);
        Assert.Contains("\nemc0 EMC/000190300111\n", lab.Files.Read(ArrayFile), StringComparison.Ordinal);
        Assert.DoesNotContain("OTHER", lab.Files.Read(DiskFile), StringComparison.Ordinal);
        Assert.Equal(["array.info", "disk.info"], lab.Files.List("etc/vx"));
    }

    [Fact]
    public async Task A_name_that_an_administrator_wrote_stays()
    {
        TestLab lab = new() { Topology = Mixed };
        await (await lab.ScanAsync()).DisposeAsync();
        lab.Files.Write(DiskFile,
            lab.Files.Read(DiskFile)!.Replace("emc1_0003 ", "payroll ", StringComparison.Ordinal));
        lab.Files.Write(ArrayFile, lab.Files.Read(ArrayFile)!.Replace("emc1 ", "vmax_old ", StringComparison.Ordinal));

        await using HostDevices devices = await lab.ScanAsync();
        Assert.Equal("E3", devices.FindNode("payroll")?.LunSerial);
        Assert.Equal("vmax_old", devices.FindNode("payroll")?.Enclosure.Name);
        Assert.Empty(devices.Problems);
    }

    [Fact]
    public async Task A_volume_id_given_to_a_new_lun_takes_the_name_from_the_one_that_is_gone()
    {
        LabTopology lab = LabTemplates.Build(LabTemplates.Migration, new LabTemplateOptions(1))!;
        TestLab test = new() { Topology = lab };
        await (await test.ScanAsync()).DisposeAsync();
        LunTopology replaced = lab.Arrays[0].Luns[0] with { Serial = "NEW" };
        test.Topology = lab with { Arrays = [lab.Arrays[0] with { Luns = [replaced] }, lab.Arrays[1]] };

        await using HostDevices devices = await test.ScanAsync();
        Assert.Equal("NEW", devices.FindNode("emc0_01f4")?.LunSerial);
    }

    [Theory]
    [InlineData("nonsense", "line 1: it is not a name and an identity")]
    [InlineData("a b c", "line 1: it is not a name and an identity")]
    [InlineData("# fine\n\nsdb EMC%5FX", "line 3: its first word cannot be a persistent name")]
    [InlineData("../../x EMC%5FX", "line 1: its first word cannot be a persistent name")]
    [InlineData("x EMC_X", "line 1: its second word is not a percent-encoded identity")]
    [InlineData("x A\nx B", "line 2: the name or the identity stands in an earlier line")]
    [InlineData("x A\ny A", "line 2: the name or the identity stands in an earlier line")]
    [InlineData("\0\u0001\u00ff", "line 1:")]
    public async Task A_corrupted_name_file_is_reported_and_rebuilt(string text, string words)
    {
        TestLab lab = new();
        string names = await NamesAfterAsync(lab);
        foreach (string file in new[] { DiskFile, ArrayFile })
        {
            lab.Files.Write(file, text);
            await using HostDevices devices = await lab.ScanAsync();
            Assert.StartsWith($"{file} {words}", Assert.Single(devices.Problems), StringComparison.Ordinal);
            Assert.Equal(names, NamesOf(devices));
            await devices.ScanAsync(CancellationToken.None);
            Assert.Empty(devices.Problems);
        }
    }

    [Fact]
    public void Any_name_file_is_read_or_reported() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
        {
            List<string> problems = [];
            NameFile file = NameFile.Read("f", text, problems);
            List<string> again = [];
            return NameFile.Read("f", file.ToText(), again).ToText() == file.ToText() && again.Count == 0;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task Two_luns_of_one_identity_are_reported_and_never_mixed()
    {
        LabTopology lab = LabTemplates.Build(LabTemplates.Migration, new LabTemplateOptions(2))!;
        LunTopology twin = lab.Arrays[0].Luns[1] with { Serial = lab.Arrays[0].Luns[0].Serial };
        TestLab test = new()
        {
            Topology = lab with
            {
                Arrays = [lab.Arrays[0] with { Luns = [lab.Arrays[0].Luns[0], twin] }, lab.Arrays[1]],
            },
        };

        await using HostDevices devices = await test.ScanAsync();
        Assert.Equal("emc0/01f4", Assert.Single(devices.Nodes, node => node.Enclosure.Name == "emc0").LunName);
        Assert.Equal(2, devices.Problems.Count);
        Assert.Contains("give one of them another serial", devices.Problems[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "a")]
    [InlineData(25, "z")]
    [InlineData(26, "aa")]
    [InlineData(701, "zz")]
    [InlineData(702, "aaa")]
    public void Os_letters_count_as_linux_does(int index, string letters) =>
        Assert.Equal(letters, OsNames.Letters(index));

    [Theory]
    [InlineData("EMC_SYMMETRIX", "EMC%5FSYMMETRIX")]
    [InlineData("Virtual disk", "Virtual%20disk")]
    [InlineData("/dev/sdb", "%2Fdev%2Fsdb")]
    [InlineData("a.b-c", "a.b-c")]
    [InlineData("50%\u00e9", "50%25%C3%A9")]
    public void Udids_encode_what_is_not_a_letter_digit_dot_or_dash(string text, string encoded) =>
        Assert.Equal(encoded, Udid.Encode(text));

    private static ArrayTopology Array(
        string name, string kind, string vendor, string product, string serial, string[] luns) => new()
        {
            Name = name,
            Kind = kind,
            Vendor = vendor,
            Product = product,
            Revision = "1",
            Serial = serial,
            Luns = [.. luns.Select((text, index) => new LunTopology
            {
                Name = $"{name}/{text.Split(' ')[0]}",
                Number = index,
                Size = 1 << 20,
                Serial = text.Split(' ')[0],
                ArrayVolumeId = text.Split(' ')[1],
                Backing = $"{name}{index}",
            })],
        };

    private static HostTopology Host(string name, string[] arrays) => new()
    {
        Name = name,
        HostName = name,
        Hbas = [.. new[] { "c10", "c2" }.Select(controller => new HbaTopology
        {
            Controller = controller,
            Targets = [.. arrays.Select(array => new PortTarget(array, null))],
        })],
    };

    private static T[] Shuffle<T>(Random random, IReadOnlyList<T> items)
    {
        T[] copy = [.. items];
        random.Shuffle(copy);
        return copy;
    }

    private static IEnumerable<string> Ranked(HostDevices devices) =>
        devices.Nodes.Where(node => node.Enclosure.Type == "VMDK").Select(node => node.Name);

    private static async Task<string> NamesAfterAsync(TestLab lab)
    {
        await using HostDevices devices = await lab.ScanAsync();
        return NamesOf(devices);
    }

    private static string NamesOf(LabTopology topology, string host) => Run(async () =>
    {
        await using HostDevices devices = await new TestLab { Topology = topology }.ScanAsync(host);
        return NamesOf(devices);
    });

    private static string NamesOf(HostDevices devices) => string.Join('\n', devices.Nodes.Select(node =>
        $"{node.Name} {node.LunName} {node.Udid} {string.Join(',', node.Paths.Select(path => path.Name))}"));

    /// <summary>Without operating system names and without the nodes that are named by them.</summary>
    private static string Persistent(string names) => string.Join('\n', names.Split('\n')
        .Where(line => !line.StartsWith("sd", StringComparison.Ordinal))
        .Select(line => line[..line.LastIndexOf(' ')]));

    private static T Run<T>(Func<Task<T>> work) => Task.Run(work).GetAwaiter().GetResult();

    /// <summary>
    /// Two LUNs exchange their numbers: a node of the system stands for a place on the bus, so that after a scan it
    /// leads to the other LUN. Devices follow their LUNs, and no byte goes to the wrong one.
    /// </summary>
    [Fact]
    public async Task A_system_node_leads_to_whichever_lun_has_the_number_and_devices_follow_their_luns()
    {
        TestLab lab = new();
        await using HostDevices devices = await lab.ScanAsync();
        DmpNode first = devices.FindNode("emc0_01f4")!;
        DmpNode second = devices.FindNode("emc0_01f5")!;
        string[] before = [.. first.Paths.Select(path => path.Name)];
        string[] other = [.. second.Paths.Select(path => path.Name)];
        byte[] ones = [.. Enumerable.Repeat((byte)1, 512)];

        VolMgr.Arrays.Faults.LabFaults faults = devices.Arrays.Faults;
        foreach ((string lun, string number) in new[] { ("emc0/01f4", "99"), ("emc0/01f5", "1"), ("emc0/01f4", "2") })
        {
            Assert.Null(faults.Inject(lab.Topology, "lun-renumbered", lun, $"to={number}").Refusal);
            Assert.Equal(
                VolMgr.Blocks.IoStatus.Success,
                await first.Device.WriteAsync(0, ones, VolMgr.Blocks.WriteFlags.None, CancellationToken.None));
        }

        await devices.ScanAsync(CancellationToken.None);
        Assert.Equal(other, first.Paths.Select(path => path.Name));
        Assert.Equal(before, second.Paths.Select(path => path.Name));
        Assert.All(first.Paths.Concat(second.Paths), path => Assert.Equal(PathState.Enabled, path.State));
        await first.Device.WriteAsync(512, ones, VolMgr.Blocks.WriteFlags.None, CancellationToken.None);
        Assert.Equal(2, lab.Disk("emc0/01f4").Sectors.Count);
        Assert.Empty(lab.Disk("emc0/01f5").Sectors);

        // One of them goes, and its node with it, though the name now leads to the other.
        faults.Inject(lab.Topology, "lun-unpresented", "emc0/01f5");
        await devices.ScanAsync(CancellationToken.None);
        Assert.All(second.Paths, path => Assert.Equal(PathState.Disabled, path.State));
        Assert.All(first.Paths, path => Assert.Equal(PathState.Enabled, path.State));
    }
}
