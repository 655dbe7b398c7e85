using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Tests.Running;

/// <summary>Items of the disk menu whose dialogue ends in success, and what is there afterwards.</summary>
public sealed class VxdiskadmItemTests
{
    [Fact]
    public async Task A_device_that_was_disabled_is_enabled()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        lab.Input = "10\nemc0_01f7\ny\nq\n";
        await DoneAsync(lab);
        Assert.Equal(DeviceStatus.Offline, lab.Host.FindDisk("emc0_01f7")?.Status);

        lab.Input = "9\nemc0_01f7\ny\nq\n";
        await DoneAsync(lab);
        Assert.Equal(DeviceStatus.OnlineInvalid, lab.Host.FindDisk("emc0_01f7")?.Status);
    }

    [Fact]
    public async Task A_group_is_destroyed_and_its_disks_are_free()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        lab.Input = "13\ndatadg\ny\nq\n";
        await DoneAsync(lab);

        Assert.Empty(lab.Host.Groups);
        await lab.DoAsync("vxdg init newdg new1=emc0_01f4 new2=emc0_01f5 new3=emc0_01f6");
        Assert.Empty(lab.Host.FindGroup("newdg")!.Current.Volumes);
    }

    [Fact]
    public async Task Flags_are_taken_back_by_their_items_and_change_nothing_else()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        DiskRecord before = Disk(lab);
        lab.Input = "15\ndatadg02\ny\nn\n22\ndatadg02\ny\nn\nq\n";
        await DoneAsync(lab);
        Assert.Equal((true, true), (Disk(lab).IsNoHotUse, Disk(lab).IsReserved));
        Assert.Contains("No disk", (await lab.FailAsync("vxassist -g datadg make x 300m enclr:none", 11)).Error,
            StringComparison.Ordinal);

        lab.Input = "16\ndatadg02\ny\nn\n23\ndatadg02\ny\nn\nq\n";
        await DoneAsync(lab);
        Assert.Equal(before, Disk(lab));
    }

    [Fact]
    public async Task A_device_is_suppressed_listed_and_shown_again()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        lab.Input = "17\nemc0_01f7\ny\n19\nq\n";
        CommandResult hidden = await DoneAsync(lab);
        Assert.Contains("emc0_01f7", hidden.Out[hidden.Out.LastIndexOf("Suppress", StringComparison.Ordinal)..]
            + (await lab.AskAsync("vxdmpadm listexclude")).Out, StringComparison.Ordinal);
        Assert.Null(lab.Host.FindDisk("emc0_01f7"));

        lab.Input = "18\nemc0_01f7\ny\nq\n";
        await DoneAsync(lab);
        Assert.NotNull(lab.Host.FindDisk("emc0_01f7"));
        Assert.DoesNotContain(
            "emc0_01f7", (await lab.AskAsync("vxdmpadm listexclude")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_devices_follow_the_scheme_that_is_chosen()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        string[] names = [.. lab.Host.Disks.Select(disk => disk.Name)];
        lab.Input = "20\nosn\ny\nq\n";
        await DoneAsync(lab);
        Assert.DoesNotContain(lab.Host.Disks, disk => names.Contains(disk.Name));
        Assert.NotNull(lab.Host.FindGroup("datadg")?.Current.FindDisk("datadg01"));

        lab.Input = "20\nebn\ny\nq\n";
        await DoneAsync(lab);
        Assert.Equal(names, lab.Host.Disks.Select(disk => disk.Name));
    }

    [Fact]
    public async Task The_length_of_private_regions_is_shown_changed_and_used()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        lab.Input = "21\nn\n21\ny\ncdsdisk\n8m\ny\n21\nn\nq\n";
        string[] shown = [.. (await DoneAsync(lab)).Lines
            .Where(line => line.Contains("region length:", StringComparison.Ordinal)).Select(line => line.Trim())];
        Assert.Equal(
            ["Private region length: 65536", "Private region length: 65536", "Private region length: 8m"], shown);

        await lab.DoAsync("vxdisksetup -i emc0_01f7");
        Assert.Equal(8L << 20, lab.Host.FindDisk("emc0_01f7")?.Header?.PrivateLength);
        await lab.DoAsync("vxdisk -f init emc0_01f7 privlen=4m");
        Assert.Equal(4L << 20, lab.Host.FindDisk("emc0_01f7")?.Header?.PrivateLength);
        await lab.DoAsync("vxdisk -f init emc0_01f7");
        Assert.Equal(8L << 20, lab.Host.FindDisk("emc0_01f7")?.Header?.PrivateLength);

        lab.Input = "21\ny\n\n17\ny\n21\ny\n\n\nn\nq\n";
        Assert.Contains(
            "17: Use a multiple of 16 from 2048", (await lab.RunAsync("vxdiskadm")).Error, StringComparison.Ordinal);
        Assert.Equal("privlen=8m\n", lab.HostFiles.Read("etc/default/vxdisk"));
    }

    private static DiskRecord Disk(CommandLab lab) =>
        lab.Host.FindGroup("datadg")?.Current.FindDisk("datadg02")
        ?? throw new InvalidOperationException("the disk is there");

    private static async Task<CommandResult> DoneAsync(CommandLab lab)
    {
        CommandResult result = await lab.AskAsync("vxdiskadm");
        Assert.Equal("", result.Error);
        return result;
    }
}
