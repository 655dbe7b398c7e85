using VolMgr.Commands.Tests.Listings;
using VolMgr.Commands.Vxlist;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Commands.Tests.Running;

/// <summary>vxlist, vxtune, vxdefault and vxprivutil.</summary>
public sealed class GlanceTests
{
    [Fact]
    public void The_tables_of_vxlist() => GoldenFile.Matches(
        "vxlist",
        new[] { "dg", "vol", "disk" }.SelectMany(kind => ListTables.Of(kind, SampleGroup.Host).Lines(true)));

    [Fact]
    public async Task Vxlist_shows_all_kinds_or_one_or_what_is_named()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxdisk offline pure0_0012");
        IReadOnlyList<string[]> rows = (await lab.AskAsync("vxlist -q")).Rows;
        Assert.Equal(["dg", "vol", "disk"], rows.Select(row => row[0]).Distinct());
        Assert.Equal("offline", rows.Single(row => row[1] == "pure0_0012")[^1]);
        Assert.Equal(
            ["vol", "vol01", "datadg", "300.00m", "healthy", "concat", "-"],
            (await lab.AskAsync("vxlist vol vol01")).Rows[^1]);
        Assert.Equal(4, (await lab.AskAsync("vxlist -g datadg disk")).Lines.Count);
        Assert.Single((await lab.AskAsync("vxlist -q disk datadg02")).Lines);

        Assert.Contains("nowhere", (await lab.RunAsync("vxlist disk nowhere")).Error, StringComparison.Ordinal);
        await lab.FailAsync("vxlist plex", 41);
        await lab.FailAsync("vxlist nothing", 1);
        await lab.FailAsync("vxlist -g nowhere", 9);
    }

    [Fact]
    public async Task The_default_delay_of_a_slow_copy_is_tuned()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxassist -g datadg make small 16m datadg03");
        Assert.Equal("25", (await lab.AskAsync("vxtune vol_default_iodelay")).Rows[^1][1]);
        await lab.DoAsync("vxtune vol_default_iodelay 7");
        GoldenFile.Matches("vxtune", (await lab.AskAsync("vxtune")).Out);
        await lab.DoAsync("vxassist -g datadg -b -o slow mirror small datadg02");
        VolumeTask task = Assert.Single(lab.Host.Tasks.List);
        Assert.Equal(70, task.SlowMs);

        await lab.FailAsync("vxtune vol_maxio", 41);
        await lab.FailAsync("vxtune vol_maxio 2048", 41);
        await lab.FailAsync("vxtune dmp_path_age 300", 41);
        await lab.FailAsync("vxtune nothing", 11);
        await lab.FailAsync("vxtune vol_default_iodelay fast", 1);
        await lab.IdleAsync();
    }

    [Fact]
    public async Task The_host_does_not_start_volumes_of_an_imported_group_if_it_shall_not()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxdefault set autostartvolumes off");
        await lab.DoAsync("vxdefault set usefssmartmove none");
        GoldenFile.Matches("vxdefault-list", (await lab.AskAsync("vxdefault list")).Out);
        await lab.DoAsync("vxdg deport datadg");
        await lab.DoAsync("vxdg import datadg");
        Assert.Equal(
            VolumeKernelState.Disabled, lab.Host.FindGroup("datadg")?.Current.FindVolume("vol01")?.KernelState);
        await lab.DoAsync("vxdg deport datadg");
        await lab.DoAsync("vxdefault set autostartvolumes on");
        await lab.DoAsync("vxdg import datadg");
        Assert.Equal(
            VolumeKernelState.Enabled, lab.Host.FindGroup("datadg")?.Current.FindVolume("vol01")?.KernelState);

        await lab.FailAsync("vxdefault set usefssmartmove all", 41);
        await lab.FailAsync("vxdefault set reclaim_on_delete_wait_period 1", 41);
        await lab.FailAsync("vxdefault set autostartvolumes maybe", 1);
        await lab.FailAsync("vxdefault set nothing on", 11);
    }

    [Fact]
    public async Task The_private_region_tells_the_records_also_of_a_deported_group()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        string imported = (await lab.AskAsync("vxprivutil dumpconfig emc0_01f4")).Out;
        Assert.Contains("vol vol01\n", imported, StringComparison.Ordinal);
        await lab.DoAsync("vxdg deport datadg");
        lab.Input = (await lab.AskAsync("vxprivutil dumpconfig /dev/vx/rdmp/emc0_01f5s3")).Out;
        Assert.Contains((await lab.AskAsync("vxprint -D - -ht")).Rows, row => row is ["v", "vol01", ..]);

        GoldenFile.Matches(
            "vxprivutil-list",
            (await lab.AskAsync("vxprivutil list emc0_01f4")).Lines
                .Where(line => line.Split(':')[0] is not ("diskid" or "group" or "update")));
        Assert.Equal(12, (await lab.AskAsync("vxprivutil scan emc0_01f4")).Lines.Count);
        await lab.FailAsync("vxprivutil scan emc0_01f7", 21);
        await lab.FailAsync("vxprivutil scan nowhere", 11);
        await lab.FailAsync("vxprivutil set emc0_01f4", 41);
        await lab.DoAsync("vxdisksetup -i emc0_01f7");
        await lab.FailAsync("vxprivutil dumpconfig emc0_01f7", 11);
    }
}
