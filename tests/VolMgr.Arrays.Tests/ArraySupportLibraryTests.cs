namespace VolMgr.Arrays.Tests;

public sealed class ArraySupportLibraryTests
{
    [Theory]
    [InlineData("emc-symmetrix", "EMC", "SYMMETRIX", "01f4", "emc0_01f4", "EMC", "A/A", "libvxemc.so")]
    [InlineData("emc-symmetrix", "EMC", "SYMMETRIX", "1f4ab", "emc0_1f4ab", "EMC", "A/A", "libvxemc.so")]
    [InlineData("emc-clariion", "DGC", "RAID 5", "91", "emc_clariion0_91", "EMC_CLARiiON",
        "CLR-ALUA", "libvxCLARiiON.so")]
    [InlineData("ibm-ds8000", "IBM", "2107900", "1004", "ibm_ds8x000_1004", "IBM_DS8x00", "A/A", "libvxibmds8k.so")]
    [InlineData("ibm-svc", "IBM", "2145", "17", "san_vc0_17", "SAN_VC", "IBMSVC-ALUA", "libvxibmsvc.so")]
    [InlineData("hitachi", "HITACHI", "OPEN-V", "04fa", "hitachi_vsp0_04fa", "Hitachi_VSP", "A/A", "libvxhdsvsp.so")]
    [InlineData("hpe-3par", "3PARdata", "VV", "53088", "3pardata0_53088", "3PARDATA", "A/A", "libvx3par.so")]
    [InlineData("pure", "PURE", "FlashArray", "0012", "pure0_0012", "PURE", "ALUA", "libvxpure.so")]
    [InlineData("netapp", "NETAPP", "LUN C-Mode", "7", "netapp0_7", "NETAPP", "ALUA", "libvxnetapp.so")]
    public async Task An_array_is_claimed_and_its_lun_named_by_volume_id(
        string kind, string vendor, string product, string avid, string name, string type, string arrayType, string asl)
    {
        await using HostDevices devices = await ScanAsync(kind, vendor, product, "S1", avid);

        DmpNode node = Assert.Single(devices.Nodes);
        Assert.Equal((name, "S1", "CAB1", avid), (node.Name, node.LunSerial, node.CabinetSerial, node.ArrayVolumeId));
        Assert.True(node.IsNamePersistent);
        Assert.Equal((type, arrayType, asl), (node.Enclosure.Type, node.Enclosure.ArrayType, node.Enclosure.Asl));
        Assert.Equal($"{vendor}_{product}_CAB1_S1".Replace("_", "%5F").Replace(" ", "%20"), node.Udid);
    }

    [Fact]
    public async Task A_virtual_disk_with_uuid_is_vmdk_and_numbered()
    {
        const string Uuid = "6000c2900112233445566778899aabbc";
        await using HostDevices devices = await ScanAsync("vmware", "VMware", "Virtual disk", Uuid, "");

        DmpNode node = Assert.Single(devices.Nodes);
        Assert.Equal(("vmdk0_0", "vmdk0", "VMDK", "Disk"),
            (node.Name, node.Enclosure.Name, node.Enclosure.Type, node.Enclosure.ArrayType));
        Assert.Equal($"VMware%5FVirtual%20disk%5FVMDK%5F{Uuid}", node.Udid);
        Assert.Equal(2, node.Paths.Count);
    }

    [Fact]
    public async Task A_virtual_disk_without_uuid_is_other_disks_with_an_os_name_for_each_path()
    {
        await using HostDevices devices = await ScanAsync("vmware", "VMware", "Virtual disk", "", "");

        Assert.Equal(["sdb", "sdc"], devices.Nodes.Select(node => node.Name));
        DmpNode node = devices.Nodes[0];
        Assert.Equal("VMware%5FVirtual%20disk%5FOTHER%5FDISKS%5Fnode1.ex-ample%5Fcom%5F%2Fdev%2Fsdb", node.Udid);
        Assert.Equal(("other_disks", "OTHER_DISKS", "OTHER_DISKS", "otherdisks"),
            (node.Enclosure.Name, node.Enclosure.Type, node.CabinetSerial, node.Enclosure.Asl));
        Assert.Equal(("", "-"), (node.LunSerial, node.ScsiDesignator));
        Assert.False(node.IsNamePersistent);
        Assert.Equal(2, node.Enclosure.LunCount);
    }

    [Theory]
    [InlineData("disk", "ACME", "Drive", "")]
    [InlineData("pure", "ACME", "Clone", "0012")]
    [InlineData("emc-symmetrix", "EMC", "Invista", "01f4")]
    public async Task An_unclaimed_disk_with_a_serial_is_category_disk(
        string kind, string vendor, string product, string avid)
    {
        await using HostDevices devices = await ScanAsync(kind, vendor, product, "WD-1", avid);

        DmpNode node = Assert.Single(devices.Nodes);
        Assert.Equal(("disk_0", "disk", "Disk", "DISKS"),
            (node.Name, node.Enclosure.Name, node.Enclosure.Type, node.CabinetSerial));
        Assert.Equal($"{vendor}%5F{product}%5FDISKS%5FWD-1", node.Udid);
        Assert.True(node.IsNamePersistent);
    }

    [Fact]
    public async Task The_bytes_decide_and_not_the_kind()
    {
        await using HostDevices devices = await ScanAsync("hitachi", "PURE", "FlashArray", "S1", "0012");

        Assert.Equal("libvxpure.so", devices.Nodes[0].Enclosure.Asl);
    }

    [Fact]
    public async Task The_owning_port_of_an_alua_lun_gives_the_optimized_path()
    {
        await using HostDevices devices = await ScanAsync("netapp", "NETAPP", "LUN", "S1", "7");

        Assert.Equal([PathType.ActiveNonOptimized, PathType.ActiveOptimized],
            devices.Nodes[0].Paths.Select(path => path.Type));
        Assert.Equal([false, true], devices.Nodes[0].Paths.Select(path => path.IsInUse));
    }

    private static async Task<HostDevices> ScanAsync(
        string kind, string vendor, string product, string serial, string avid)
    {
        TestLab lab = new()
        {
            Topology = new LabTopology
            {
                Arrays =
                [
                    new ArrayTopology
                    {
                        Name = "a",
                        Kind = kind,
                        Vendor = vendor,
                        Product = product,
                        Revision = "1",
                        Serial = "CAB1",
                        Luns =
                        [
                            new LunTopology
                            {
                                Name = "a/l",
                                Number = 1,
                                Size = 1 << 20,
                                Serial = serial,
                                ArrayVolumeId = avid,
                                Backing = "x",
                            },
                        ],
                    },
                ],
                Hosts =
                [
                    new HostTopology
                    {
                        Name = "host1",
                        HostName = "node1.ex-ample_com",
                        Hbas = [new() { Controller = "c2", Targets = [new("a", null)] }],
                    },
                ],
            },
        };
        return await lab.ScanAsync();
    }
}
