using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Commands.Tests.Running;

/// <summary>vxsd mv, vxplex mv and cp, vxassist move, vxevac, vxmirror, with an application at work.</summary>
public sealed class MoveCommandTests
{
    [Fact]
    public async Task A_subdisk_is_moved_under_live_writes()
    {
        await using CommandLab lab = await WithVolumeAsync("small 16m datadg03");
        await using (LiveWriter writer = LiveWriter.Start(lab, "small"))
        {
            await writer.WritesAsync(200);
            await lab.DoAsync("vxmake -g datadg sd neua datadg_n01,0,4m");
            await lab.DoAsync("vxmake -g datadg sd neub datadg_n02,0,12m");
            await lab.DoAsync("vxsd -g datadg mv datadg03-01 neua neub");
            await writer.WritesAsync(200);
        }

        GoldenFile.Matches("vxsd-mv", (await lab.AskAsync("vxprint -g datadg -ht small")).Out);
        Assert.Equal("-", (await lab.AskAsync("vxprint -g datadg -F%plex datadg03-01")).Out.Trim());
        await lab.DoAsync("vxedit -g datadg rm datadg03-01");
    }

    [Fact]
    public async Task Columns_of_a_stripe_are_moved_off_their_disk_under_live_writes()
    {
        await using CommandLab lab = await WithVolumeAsync("small 16m layout=stripe ncol=2 datadg02 datadg03");
        await using (LiveWriter writer = LiveWriter.Start(lab, "small"))
        {
            await writer.WritesAsync(200);
            await lab.DoAsync("vxassist -g datadg move small !datadg03 datadg_n01");
            await writer.WritesAsync(200);
        }

        GoldenFile.Matches("vxassist-move", (await lab.AskAsync("vxprint -g datadg -ht small")).Out);
        await lab.FailAsync("vxassist -g datadg move small datadg_n01", 1);
        await lab.FailAsync("vxassist -g datadg move small !nowhere", 11);
    }

    [Fact]
    public async Task A_disk_is_evacuated_with_mirrors_and_logs_and_leaves_the_group()
    {
        await using CommandLab lab = await WithVolumeAsync("small 16m nmirror=2 logtype=drl datadg02 datadg03");
        await using (LiveWriter writer = LiveWriter.Start(lab, "small"))
        {
            await writer.WritesAsync(100);
            await lab.DoAsync("vxevac -g datadg datadg03 datadg_n01 datadg_n02");
            await lab.DoAsync("vxevac -g datadg datadg02 datadg_n01 datadg_n02 datadg_n03");
            await writer.WritesAsync(100);
        }

        await lab.DoAsync("vxdg -g datadg rmdisk datadg03");
        Assert.All(
            (await lab.AskAsync("vxprint -g datadg -ht small")).Rows.Where(row => row[0] == "sd"),
            row => Assert.StartsWith("datadg_n", row[3], StringComparison.Ordinal));
        Assert.Equal(2, (await lab.AskAsync("vxprint -g datadg -ht small")).Rows
            .Count(row => row[0] == "pl" && row[4] == "ACTIVE"));
    }

    [Fact]
    public async Task A_plex_takes_the_place_of_another()
    {
        await using CommandLab lab = await WithVolumeAsync("small 16m datadg03");
        await lab.DoAsync("vxmake -g datadg sd neu datadg_n01,0,16m");
        await lab.DoAsync("vxmake -g datadg plex small-99 sd=neu");
        await using (LiveWriter writer = LiveWriter.Start(lab, "small"))
        {
            await writer.WritesAsync(100);
            await lab.DoAsync("vxplex -g datadg mv small-01 small-99");
            await writer.WritesAsync(100);
        }

        GoldenFile.Matches("vxplex-mv", (await lab.AskAsync("vxprint -g datadg -ht small small-01")).Out);
        await lab.DoAsync("vxplex -g datadg -o rm mv small-99 small-01");
        await lab.FailAsync("vxprint -g datadg -ht small-99", 11);
    }

    [Fact]
    public async Task A_stopped_volume_is_copied_to_a_plex_that_becomes_a_volume()
    {
        await using CommandLab lab = await WithVolumeAsync("small 16m datadg03");
        await using (LiveWriter writer = LiveWriter.Start(lab, "small"))
        {
            await writer.WritesAsync(100);
        }

        byte[] before = await ReadAsync(lab, "small");
        await lab.DoAsync("vxmake -g datadg sd neu datadg_n01,0,16m");
        await lab.DoAsync("vxmake -g datadg plex copy-01 sd=neu");
        await lab.FailAsync("vxplex -g datadg cp small copy-01", 20);
        await lab.DoAsync("vxvol -g datadg stop small");
        await lab.DoAsync("vxplex -g datadg cp small copy-01");
        await lab.DoAsync("vxmake -g datadg vol copy plex=copy-01");
        await lab.DoAsync("vxvol -g datadg init active copy");
        await lab.DoAsync("vxvol -g datadg start small");

        Assert.Equal(before, await ReadAsync(lab, "copy"));
        Assert.Equal(before, await ReadAsync(lab, "small"));
    }

    [Fact]
    public async Task An_aborted_move_leaves_everything_where_it_was()
    {
        await using CommandLab lab = await WithVolumeAsync(
            "small 16m datadg03", new CopyOptions { SlowMs = 20, IoSize = 1 << 20, Workers = 1 });
        string before = (await lab.AskAsync("vxprint -g datadg -ht small")).Out;
        await using (LiveWriter writer = LiveWriter.Start(lab, "small"))
        {
            await writer.WritesAsync(100);
            await lab.DoAsync("vxassist -g datadg -b -t off move small !datadg03 datadg_n01");
            await lab.FailAsync("vxassist -g datadg mirror small", 13);
            Assert.Contains(" SDMV small ", (await lab.AskAsync("vxtask list")).Out, StringComparison.Ordinal);
            VolumeTask task = lab.Host.Tasks.Find("off") ?? throw new InvalidOperationException("it runs");
            await lab.DoAsync("vxtask abort off");
            Assert.Equal(TaskState.Aborted, await task.Completion);
            await writer.WritesAsync(100);
        }

        Assert.Equal(before, (await lab.AskAsync("vxprint -g datadg -ht small")).Out);
    }

    [Fact]
    public async Task Volumes_of_a_disk_are_mirrored_in_one_command()
    {
        await using CommandLab lab = await WithVolumeAsync("small 16m datadg03");

        await lab.DoAsync("vxmirror -g datadg datadg03 datadg_n01");

        Assert.Equal(2, (await lab.AskAsync("vxprint -g datadg -ht small")).Rows
            .Count(row => row[0] == "pl" && row[4] == "ACTIVE"));
        await lab.FailAsync("vxmirror -g datadg nowhere", 11);
        await lab.FailAsync("vxmirror -g datadg", 1);
    }

    private static async Task<CommandLab> WithVolumeAsync(string make, CopyOptions? copy = null)
    {
        CommandLab lab = await CommandLab.PopulatedAsync(copy);
        foreach ((string device, int index) in new[] { "pure0_0012", "pure0_0013", "pure0_0014" }
            .Select((device, index) => (device, index)))
        {
            await lab.DoAsync($"vxdisksetup -i {device}");
            await lab.DoAsync($"vxdg -g datadg adddisk datadg_n0{index + 1}={device}");
        }

        await lab.DoAsync($"vxassist -g datadg make {make}");
        return lab;
    }

    private static async Task<byte[]> ReadAsync(CommandLab lab, string volume)
    {
        byte[] data = new byte[16 << 20];
        await (lab.Host.FindGroup("datadg")?.OpenVolume(volume)
            ?? throw new InvalidOperationException("it is started")).ReadAsync(0, data, CancellationToken.None);
        return data;
    }
}
