using VolMgr.Arrays.Faults;
using VolMgr.Blocks;

namespace VolMgr.Commands.Tests.Running;

/// <summary>The disk menus, answered from a pipe.</summary>
public sealed class VxdiskadmTests
{
    [Fact]
    public async Task The_menu_and_the_dialogue_of_adding_a_disk_are_those_of_the_reference()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        lab.Input = "1\nemc0_01f7\ny\ndatadg\ny\nn\ny\nn\nq\n";

        GoldenFile.Matches("vxdiskadm-add", (await lab.AskAsync("vxdiskadm")).Out);
        Assert.NotNull(lab.Host.FindGroup("datadg")?.Current.FindDisk("datadg04"));
    }

    [Fact]
    public async Task A_disk_is_added_evacuated_and_removed()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxassist -g datadg make small 16m datadg03");
        lab.Input = "y\ndatadg\nn\nnew1\ny\ny\n";
        await lab.AskAsync("vxdiskadd emc0_01f7");
        lab.Input = "6\ndatadg03\ny\nnew1\nn\n2\ndatadg03\ny\nn\nq\n";
        await lab.AskAsync("vxdiskadm");

        Assert.Null(lab.Host.FindGroup("datadg")?.Current.FindDisk("datadg03"));
        Assert.True(lab.Host.FindGroup("datadg")?.Current.FindDisk("new1")?.IsSpare);
        Assert.Equal("new1", (await lab.AskAsync("vxprint -g datadg -ht small")).Rows.Single(row => row[0] == "sd")[3]);
    }

    [Fact]
    public async Task A_disk_of_a_mirror_is_removed_and_replaced_and_its_plex_comes_back()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxassist -g datadg make small 16m datadg03");
        lab.Input = "1\nemc0_01f7\ny\ndatadg\ny\nn\ny\nn\n5\ndatadg03\ny\ndatadg04\nn\n"
            + "3\ndatadg03\nnone\ny\nn\n4\ndatadg03\npure0_0010\ny\nn\nq\n";
        string free = lab.Host.Disks.First(disk => disk.Name.StartsWith("pure0", StringComparison.Ordinal)).Name;
        lab.Input = lab.Input.Replace("pure0_0010", free, StringComparison.Ordinal);
        await lab.AskAsync("vxdiskadm");
        await lab.IdleAsync();

        Assert.Equal(2, (await lab.AskAsync("vxprint -g datadg -ht small")).Rows
            .Count(row => row[0] == "pl" && row[4] == "ACTIVE"));
        Assert.Equal("datadg03", lab.Host.FindDisk(free)?.DiskMediaName);
    }

    [Fact]
    public async Task Groups_and_flags_are_changed_by_their_items()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        lab.Input = "11\ndatadg03\ny\nn\n15\ndatadg02\ny\nn\n22\ndatadg02\ny\nn\n8\ndatadg\ny\nq\n";
        await lab.AskAsync("vxdiskadm");
        Assert.Null(lab.Host.FindGroup("datadg"));
        lab.Input = "7\ndatadg\ny\n12\ndatadg03\ny\nn\nq\n";
        await lab.AskAsync("vxdiskadm");

        Assert.False(lab.Host.FindGroup("datadg")?.Current.FindDisk("datadg03")?.IsSpare);
        Assert.True(lab.Host.FindGroup("datadg")?.Current.FindDisk("datadg02")?.IsNoHotUse);
        Assert.True(lab.Host.FindGroup("datadg")?.Current.FindDisk("datadg02")?.IsReserved);
    }

    [Fact]
    public async Task What_is_refused_is_said_and_answers_that_end_too_early_change_nothing()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        lab.Input = "21\ny\nsliced\n99\n10\nemc0_01f4\ny\n14\nd\ndatadg\n\ny\n2\nnowhere\ndatadg01\ny\nq\n";
        string error = (await lab.RunAsync("vxdiskadm")).Error;
        Assert.Contains("Disk d: No subdisk was relocated from it", error, StringComparison.Ordinal);
        Assert.Contains("emc0_01f4: offline failed: Device is in use by", error, StringComparison.Ordinal);
        Assert.Contains("format=sliced: Not supported by VolMgr; use cdsdisk", error, StringComparison.Ordinal);
        Assert.Contains("99: Input not recognized", error, StringComparison.Ordinal);
        Assert.Contains("V-5-1-558 Disk nowhere:", error, StringComparison.Ordinal);
        Assert.NotNull(lab.Host.FindGroup("datadg")?.Current.FindDisk("datadg01"));

        lab.Input = "2\ndatadg03\n";
        CommandResult cut = await lab.RunAsync("vxdiskadm");
        Assert.Equal(1, cut.Code);
        Assert.Contains("The answers ended before", cut.Error, StringComparison.Ordinal);
        Assert.NotNull(lab.Host.FindGroup("datadg")?.Current.FindDisk("datadg03"));
    }

    [Fact]
    public async Task A_relocated_subdisk_is_brought_back_to_its_disk()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxdisksetup -i emc0_01f7");
        await lab.DoAsync("vxdg -g datadg adddisk datadg04=emc0_01f7");
        await lab.DoAsync("vxassist -g datadg make small 16m layout=mirror datadg03 datadg04");
        await lab.DoAsync("vxdisk -g datadg set datadg02 spare=on");
        (LabFault? fault, string? problem) = lab.Host.Devices.Arrays.Faults.Inject(
            lab.Topology, "write-error", "emc0/01f6", "offset=32m", "length=8m");
        Assert.True(fault is not null, problem);
        byte[] bytes = new byte[4096];
        await lab.Host.FindGroup("datadg")!.OpenVolume("small")!.WriteAsync(
            0, bytes, WriteFlags.None, TestContext.Current.CancellationToken);
        for (int waited = 0; waited < 1000 && !await IsRelocatedAsync(lab); waited++)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken); // relocation begins by itself
        }

        await lab.IdleAsync();
        Assert.Contains("datadg02", await DisksAsync(lab));
        Assert.DoesNotContain("datadg03", await DisksAsync(lab));

        lab.Host.Devices.Arrays.Faults.ClearAll();
        lab.Input = "14\ndatadg03\ndatadg\n\ny\nq\n";
        CommandResult done = await lab.AskAsync("vxdiskadm");
        await lab.IdleAsync();
        Assert.Contains("datadg03 of disk group datadg done.", done.Out, StringComparison.Ordinal);
        Assert.Contains("datadg03", await DisksAsync(lab));
        Assert.DoesNotContain("datadg02", await DisksAsync(lab));
    }

    private static async Task<bool> IsRelocatedAsync(CommandLab lab) => (await DisksAsync(lab)).Contains("datadg02")
        && (await lab.AskAsync("vxprint -g datadg -ht small")).Rows
            .Where(row => row[0] == "pl").All(row => row[4] == "ACTIVE");

    private static async Task<string[]> DisksAsync(CommandLab lab) =>
        [.. (await lab.AskAsync("vxprint -g datadg -ht small")).Rows
            .Where(row => row[0] == "sd").Select(row => row[3])];
}
