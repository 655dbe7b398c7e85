using VolMgr.Blocks;

namespace VolMgr.Arrays.Tests;

/// <summary>Virtual machines as hosts: ASL-1 to ASL-3 and MW-1 to MW-4.</summary>
public sealed class VirtualDiskTests
{
    private const string First = "6000c290000000000000000000000001";
    private const string Second = "6000c290000000000000000000000002";

    [Fact]
    public void ASL_1_without_EnableUUID_disks_have_os_names_and_no_identity_and_fail_the_sharing_check() =>
        Run(Guests(isUuidEnabled: false), async lab =>
        {
            HostDevices devices = await lab.BootAsync();
            Assert.Equal(["sdb", "sdc"], devices.Nodes.Select(node => node.Name));
            Assert.All(devices.Nodes, node => Assert.Equal("other_disks", node.Enclosure.Name));
            Assert.Equal("VMware%5FVirtual%20disk%5FOTHER%5FDISKS%5Fhost1%5F%2Fdev%2Fsdb", devices.Nodes[0].Udid);
            Assert.Equal(2, SharedDiskCheck.Run(devices.Nodes).Count);
            Assert.Contains("set disk.EnableUUID = TRUE", SharedDiskCheck.Run(devices.Nodes)[0]);
            await devices.DisposeAsync();
        });

    [Fact]
    public void ASL_2_EnableUUID_set_while_the_machine_runs_has_no_effect_until_its_power_cycle() =>
        Run(Guests(isUuidEnabled: false), async lab =>
        {
            HostDevices devices = await lab.BootAsync();
            lab.Topology = Guests(isUuidEnabled: true);
            await devices.ReplaceTopologyAsync(lab.Topology);
            await devices.ScanAsync(CancellationToken.None);
            Assert.Equal(["sdb", "sdc"], devices.Nodes.Select(node => node.Name));
            await devices.DisposeAsync();

            devices = await lab.BootAsync();
            Assert.Equal(["vmdk0_0", "vmdk0_1"], devices.Nodes.Select(node => node.Name));
            Assert.Empty(SharedDiskCheck.Run(devices.Nodes));
            await devices.DisposeAsync();
        });

    [Fact]
    public void ASL_3_vmdk_names_are_stable_over_reboot_controller_order_and_nodes() =>
        Run(Guests(isUuidEnabled: true), async lab =>
        {
            List<string> seen = [];
            foreach ((string host, string[] controllers) in new (string, string[])[]
            {
                ("host1", ["c1"]), ("host1", ["c1"]), ("host1", ["c7"]), ("host2", ["c1"]),
            })
            {
                lab.Topology = Guests(isUuidEnabled: true, controllers[0], isReversed: controllers[0] == "c7");
                HostDevices devices = await lab.BootAsync(host);
                seen.Add(string.Join(' ', devices.Nodes.Select(node => $"{node.Name}={node.LunSerial[^1]}")));
                await devices.DisposeAsync();
            }

            Assert.All(seen, names => Assert.Equal("vmdk0_0=1 vmdk0_1=2", names));
        });

    [Fact]
    public void MW_1_a_second_machine_needs_the_flag_on_both_and_an_eager_zeroed_disk()
    {
        VirtualDisks disks = new();
        disks.Create("data", VirtualDiskFormat.EagerZeroedThick);
        disks.Create("thin", VirtualDiskFormat.Thin);
        disks.Create("lazy", VirtualDiskFormat.LazyZeroedThick);

        Assert.Null(disks.Open("data", "vm1", "esx1", isMultiWriter: false));
        Assert.Contains("locked by vm1 on esx1", disks.Open("data", "vm2", "esx2", isMultiWriter: false));
        Assert.Contains("locked by vm1", disks.Open("data", "vm2", "esx2", isMultiWriter: true));
        disks.Close("data", "vm1");
        Assert.Null(disks.Open("data", "vm1", "esx1", isMultiWriter: true));
        Assert.Contains("locked by vm1", disks.Open("data", "vm2", "esx2", isMultiWriter: false));
        Assert.Null(disks.Open("data", "vm2", "esx2", isMultiWriter: true));
        Assert.Contains("this one is thin", disks.Open("thin", "vm1", "esx1", isMultiWriter: true));
        Assert.Contains("this one is lazy-zeroed thick", disks.Open("lazy", "vm1", "esx1", isMultiWriter: true));
        Assert.Null(disks.Open("thin", "vm1", "esx1", isMultiWriter: false));
        Assert.NotNull(disks.Open("none", "vm1", "esx1", isMultiWriter: false));
    }

    [Fact]
    public void MW_2_each_unsupported_operation_is_refused_with_its_own_sentence()
    {
        VirtualDisks disks = new();
        disks.Create("data", VirtualDiskFormat.EagerZeroedThick);
        disks.Create("own", VirtualDiskFormat.Thin);
        Assert.Null(disks.Open("data", "vm1", "esx1", isMultiWriter: true));
        Assert.Null(disks.Open("own", "vm2", "esx1", isMultiWriter: false));

        VirtualMachineOperation[] supported =
        [
            VirtualMachineOperation.PowerOn, VirtualMachineOperation.PowerOff, VirtualMachineOperation.HotAdd,
            VirtualMachineOperation.VMotion,
        ];
        HashSet<string> sentences = new(StringComparer.Ordinal);
        foreach (VirtualMachineOperation operation in Enum.GetValues<VirtualMachineOperation>())
        {
            Assert.Null(disks.Try(operation, "vm2"));
            string? refusal = disks.Try(operation, "vm1");
            Assert.Equal(supported.Contains(operation), refusal is null);
            Assert.True(refusal is null || sentences.Add(refusal));
        }

        Assert.Equal(7, sentences.Count);
    }

    /// <summary>
    /// Two machines write the same sectors without a word between them: the flag lets both, and the disk ends as
    /// neither meant it. With reservations the ejected one cannot.
    /// </summary>
    [Fact]
    public void MW_3_uncoordinated_writes_corrupt_and_fencing_prevents_it() => Run(Guests(true), async lab =>
    {
        HostDevices one = await lab.BootAsync("host1");
        HostDevices two = await lab.BootAsync("host2");
        byte[] mine = [.. Enumerable.Repeat((byte)1, 1024)];
        byte[] theirs = [.. Enumerable.Repeat((byte)2, 512)];
        byte[] read = new byte[1024];
        await one.Nodes[0].Device.WriteAsync(0, mine, WriteFlags.None, CancellationToken.None);
        await two.Nodes[0].Device.WriteAsync(512, theirs, WriteFlags.None, CancellationToken.None);
        await one.Nodes[0].Device.ReadAsync(0, read, CancellationToken.None);
        Assert.NotEqual(mine, read);

        Assert.Equal(ReservationAnswer.Good, one.Nodes[0].Reservations.Register(0, 0xA));
        Assert.Equal(
            ReservationAnswer.Good,
            one.Nodes[0].Reservations.Reserve(0xA, ReservationType.WriteExclusiveRegistrantsOnly));
        await one.Nodes[0].Device.WriteAsync(0, mine, WriteFlags.None, CancellationToken.None);
        Assert.Equal(
            IoStatus.ReservationConflict,
            await two.Nodes[0].Device.WriteAsync(512, theirs, WriteFlags.None, CancellationToken.None));
        await one.Nodes[0].Device.ReadAsync(0, read, CancellationToken.None);
        Assert.Equal(mine, read);
        await one.DisposeAsync();
        await two.DisposeAsync();
    });

    [Fact]
    public void MW_4_a_ninth_hypervisor_host_is_refused_and_a_ninth_machine_on_one_of_eight_is_not()
    {
        VirtualDisks disks = new();
        disks.Create("data", VirtualDiskFormat.EagerZeroedThick);
        for (int number = 1; number <= 8; number++)
        {
            Assert.Null(disks.Open("data", $"vm{number}", $"esx{number}", isMultiWriter: true));
        }

        Assert.Contains("8 hypervisor hosts", disks.Open("data", "vm9", "esx9", isMultiWriter: true));
        Assert.Null(disks.Open("data", "vm9", "esx3", isMultiWriter: true));
        Assert.Contains("8 hypervisor hosts", disks.Try(VirtualMachineOperation.VMotion, "vm9", "esx9"));
        Assert.Null(disks.Try(VirtualMachineOperation.VMotion, "vm9", "esx4"));
    }

    private static LabTopology Guests(bool isUuidEnabled, string controller = "c1", bool isReversed = false) => new()
    {
        Arrays =
        [
            new ArrayTopology
            {
                Name = "vm0",
                Kind = ArrayKinds.VirtualDisk,
                Vendor = "VMware",
                Product = "Virtual disk",
                Revision = "2.0",
                Serial = "vm",
                Luns = [Lun(1, isReversed ? Second : First), Lun(2, isReversed ? First : Second)],
            },
        ],
        Hosts =
        [
            .. new[] { "host1", "host2" }.Select(name => new HostTopology
            {
                Name = name,
                HostName = name,
                EnablesDiskUuid = isUuidEnabled,
                Hbas = [new HbaTopology { Controller = controller, Targets = [new PortTarget("vm0", 1)] }],
            }),
        ],
    };

    private static LunTopology Lun(int number, string serial) => new()
    {
        Name = $"vm0/{serial[^1]}",
        Number = number,
        Size = 1 << 20,
        Serial = serial,
        ArrayVolumeId = "",
        Backing = $"arrays/vm0/{serial[^1]}.vmdk",
    };

    private static void Run(LabTopology topology, Func<SimulatedHosts, Task> program)
    {
        SimulatedHosts lab = new() { Topology = topology };
        lab.Simulator.Run(() => program(lab));
    }
}
