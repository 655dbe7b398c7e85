using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Tests.Running;

/// <summary>Moves with a way back: <c>-k</c>, commit and rollback.</summary>
public sealed class TentativeMoveTests
{
    [Theory]
    [InlineData("commit", "datadg03")]
    [InlineData("rollback", "datadg02")]
    public async Task A_tentative_evacuation_ends_on_the_side_that_is_asked_for(string end, string disk)
    {
        await using CommandLab lab = await WithVolumesAsync();
        await using (LiveWriter writer = LiveWriter.Start(lab, "one"))
        {
            await writer.WritesAsync(50);
            await lab.DoAsync("vxevac -g datadg -k -O tonight datadg02 datadg03");
            await writer.WritesAsync(100);
            Assert.Equal(["datadg02", "datadg03"], Disks(lab, "one"));
            await lab.FailAsync("vxassist -g datadg growby one 1m", 13);
            await lab.FailAsync("vxassist -g datadg -O tomorrow commit two", 20);
            await lab.FailAsync($"vxevac -g datadg -O tomorrow {end} datadg02", 20);
            await lab.DoAsync($"vxevac -g datadg -O tonight {end} datadg02");
            await writer.WritesAsync(50);
        }

        Assert.Equal([disk], Disks(lab, "one"));
        Assert.Equal([disk], Disks(lab, "two"));
        await lab.FailAsync($"vxevac -g datadg {end} datadg02", 20);
        await lab.DoAsync("vxassist -g datadg growby one 1m");
    }

    [Theory]
    [InlineData("commit datadg02-03", "datadg03")]
    [InlineData("rollback new", "datadg02")]
    public async Task A_tentative_move_of_a_subdisk_is_ended_by_the_name_of_either(string end, string disk)
    {
        await using CommandLab lab = await WithVolumesAsync();
        string old = Subdisk(lab, "one");
        await lab.DoAsync("vxmake -g datadg sd new datadg03,0,16384");
        await lab.DoAsync($"vxsd -g datadg -k mv {old} new");
        await lab.DoAsync("vxsd -g datadg " + end.Replace("datadg02-03", old, StringComparison.Ordinal));
        Assert.Equal([disk], Disks(lab, "one"));
        Assert.Equal(disk == "datadg03" ? old : "new", Assert.Single(
            lab.Host.Groups[0].Current.Subdisks.Values, subdisk => subdisk.PlexId is null).Name);
    }

    [Fact]
    public async Task A_tentative_move_of_a_volume_is_rolled_back_by_a_stop()
    {
        await using CommandLab lab = await WithVolumesAsync();
        await lab.DoAsync("vxassist -g datadg -k move one !datadg02 datadg03");
        await lab.DoAsync("vxassist -g datadg -k move two !datadg02 datadg03");
        await lab.DoAsync("vxvol -g datadg -f stop one");
        Assert.Equal(["datadg02"], Disks(lab, "one"));
        await lab.DoAsync("vxassist -g datadg commit two");
        Assert.Equal(["datadg03"], Disks(lab, "two"));
        await lab.FailAsync("vxassist -g datadg -O x move two !datadg03", 1);
        await lab.FailAsync("vxassist -g datadg rollback", 1);
        await lab.FailAsync("vxassist -g datadg rollback two", 20);
    }

    [Fact]
    public async Task What_has_no_way_back_is_refused()
    {
        await using CommandLab lab = await WithVolumesAsync();
        await lab.DoAsync("vxassist -g datadg make logged 8m nmirror=2 logtype=drl logdisk=datadg02 datadg02 datadg03");
        await lab.FailAsync("vxassist -g datadg -k move logged !datadg02", 10);
        await lab.DoAsync("vxassist -g datadg remove log logged");
        await lab.FailAsync("vxassist -g datadg -k move logged !datadg02 !datadg03 datadg01", 10);
    }

    private static string Subdisk(CommandLab lab, string volume)
    {
        GroupConfiguration current = lab.Host.Groups[0].Current;
        PlexRecord plex = current.PlexesOf(current.FindVolume(volume)!.Id)[0];
        return current.SubdisksOf(plex.Id)[0].Name;
    }

    private static List<string> Disks(CommandLab lab, string volume)
    {
        GroupConfiguration current = lab.Host.Groups[0].Current;
        return [.. current.PlexesOf(current.FindVolume(volume)!.Id).SelectMany(plex => current.SubdisksOf(plex.Id))
            .Select(subdisk => current.Disks[subdisk.DiskId].Name).Distinct().Order(StringComparer.Ordinal)];
    }

    private static async Task<CommandLab> WithVolumesAsync()
    {
        CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxassist -g datadg remove volume vol01");
        await lab.DoAsync("vxassist -g datadg make one 8m datadg02");
        await lab.DoAsync("vxassist -g datadg make two 8m datadg02");
        return lab;
    }
}
