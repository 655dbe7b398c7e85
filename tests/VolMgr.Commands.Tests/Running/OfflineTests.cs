namespace VolMgr.Commands.Tests.Running;

/// <summary>Devices that an administrator takes offline.</summary>
public sealed class OfflineTests
{
    [Fact]
    public async Task A_device_stays_offline_over_scans_and_comes_back_as_it_was()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxdg -g datadg rmdisk datadg03");
        await lab.DoAsync("vxdisk offline emc0_01f6 pure0_0012");
        await lab.DoAsync("vxdisk scandisks");
        Assert.Equal(["emc0_01f6", "auto", "-", "-", "offline"], await RowAsync(lab, "emc0_01f6"));
        GoldenFile.Matches("vxdisk-list-offline", (await lab.AskAsync("vxdisk list")).Out);
        Assert.Contains(
            "flags:     offline private autoconfig", (await lab.AskAsync("vxdisk list pure0_0012")).Lines);

        await lab.DoAsync("vxdisk online emc0_01f6");
        Assert.Equal(["emc0_01f6", "auto:cdsdisk", "-", "-", "online"], await RowAsync(lab, "emc0_01f6"));
        Assert.Equal("offline", (await RowAsync(lab, "pure0_0012"))[^1]);
        await lab.DoAsync("vxdg -g datadg adddisk datadg03=emc0_01f6");
    }

    [Fact]
    public async Task A_disk_of_an_imported_group_is_refused_and_an_offline_one_is_not_prepared()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        CommandResult used = await lab.RunAsync("vxdisk offline emc0_01f4");
        Assert.Contains("emc0_01f4: offline failed: Device is in use by disk group datadg", used.Error);
        Assert.NotEqual(0, used.Code);
        await lab.FailAsync("vxdisk offline nowhere", 11);
        await lab.FailAsync("vxdisk offline", 1);

        await lab.DoAsync("vxdisk offline pure0_0012");
        Assert.Contains("Device is offline", (await lab.RunAsync("vxdisksetup -i pure0_0012")).Error);
    }

    [Fact]
    public async Task A_group_with_an_offline_disk_is_imported_by_force_and_gets_the_disk_back()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxdg deport datadg");
        await lab.DoAsync("vxdisk offline emc0_01f6");
        await lab.DoAsync("vxdg -f import datadg");
        Assert.Null(lab.Host.Disks.FirstOrDefault(disk => disk.DiskMediaName == "datadg03"));

        await lab.DoAsync("vxdisk online emc0_01f6");
        Assert.Equal("datadg03", lab.Host.FindDisk("emc0_01f6")?.DiskMediaName);
    }

    [Fact]
    public async Task The_disk_menu_takes_a_device_off_and_back()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        lab.Input = "10\npure0_0012\ny\nq\n";
        await lab.AskAsync("vxdiskadm");
        Assert.Equal("offline", (await RowAsync(lab, "pure0_0012"))[^1]);
        lab.Input = "9\npure0_0012\ny\nq\n";
        await lab.AskAsync("vxdiskadm");
        Assert.Equal("invalid", (await RowAsync(lab, "pure0_0012"))[^1]);
    }

    private static async Task<string[]> RowAsync(CommandLab lab, string device) =>
        (await lab.AskAsync("vxdisk list")).Rows.Single(row => row[0] == device);
}
