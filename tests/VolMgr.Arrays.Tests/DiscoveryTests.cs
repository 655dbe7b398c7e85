namespace VolMgr.Arrays.Tests;

public sealed class DiscoveryTests
{
    [Fact]
    public async Task The_migration_template_shows_four_luns_of_each_array_with_two_paths()
    {
        await using HostDevices devices = await new TestLab().ScanAsync();

        Assert.Equal(
            [
                "emc0_01f4", "emc0_01f5", "emc0_01f6", "emc0_01f7",
                "pure0_0012", "pure0_0013", "pure0_0014", "pure0_0015",
            ],
            devices.Nodes.Select(node => node.Name));
        Assert.All(devices.Nodes, node => Assert.Equal(["c2", "c3"], node.Paths.Select(path => path.Controller)));
        Assert.All(devices.Nodes, node => Assert.Equal(1L << 30, node.Length));
        Assert.All(devices.Nodes, node => Assert.True(node.IsReachable));
        Assert.Empty(devices.Problems);
    }

    [Fact]
    public async Task Os_names_follow_the_order_of_controllers_arrays_and_lun_numbers_from_sdb()
    {
        await using HostDevices devices = await new TestLab().ScanAsync();

        Assert.Equal(
            ["sdb sdj", "sdc sdk", "sdd sdl", "sde sdm", "sdf sdn", "sdg sdo", "sdh sdp", "sdi sdq"],
            devices.Nodes.Select(node => string.Join(' ', node.Paths.Select(path => path.Name))));
        Assert.Equal("sdb", devices.Nodes[0].OsName);
    }

    [Fact]
    public async Task A_node_carries_the_identity_that_its_bytes_tell()
    {
        await using HostDevices devices = await new TestLab().ScanAsync();

        DmpNode old = devices.Nodes[0];
        Assert.Equal("EMC%5FSYMMETRIX%5F000190300123%5F90001F4000", old.Udid);
        Assert.Equal(("EMC", "SYMMETRIX", "5978"), (old.Vendor, old.Product, old.Revision));
        Assert.Equal(("000190300123", "90001F4000", "01f4"), (old.CabinetSerial, old.LunSerial, old.ArrayVolumeId));
        Assert.Equal("emc0/01f4", old.LunName);
        Assert.False(old.IsThin);
        Assert.True(old.IsNamePersistent);

        DmpNode young = devices.Nodes[4];
        Assert.Equal("PURE%5FFlashArray%5FCB6F00112233%5F624a9370cb6f00112233000000000012", young.Udid);
        Assert.Equal("NAA:624A9370CB6F00112233000000000012", young.ScsiDesignator);
        Assert.True(young.IsThin);
    }

    [Fact]
    public async Task Enclosures_carry_what_listenclosure_shows()
    {
        await using HostDevices devices = await new TestLab().ScanAsync();

        Assert.Equal(
            [
                "emc0 EMC 000190300123 True A/A 4 5978 libvxemc.so",
                "pure0 PURE CB6F00112233 True ALUA 4 6.3.4 libvxpure.so",
            ],
            devices.Enclosures.Select(item => $"{item.Name} {item.Type} {item.Serial} {item.IsConnected}"
                + $" {item.ArrayType} {item.LunCount} {item.Firmware} {item.Asl}"));
    }
}
