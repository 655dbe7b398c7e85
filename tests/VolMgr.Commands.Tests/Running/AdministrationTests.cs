using VolMgr.Blocks;
using VolMgr.Commands.Views;
using VolMgr.Commands.Vxnotify;
using VolMgr.Commands.Vxstat;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Commands.Tests.Running;

/// <summary>Default group, properties of groups and disks, tags, statistics, events.</summary>
public sealed class AdministrationTests
{
    [Fact]
    public async Task The_default_disk_group_stands_in_for_the_option()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.FailAsync("vxinfo", 9);
        await lab.DoAsync("vxdctl defaultdg datadg");

        Assert.Equal("vol01            fsgen    Started\n", (await lab.AskAsync("vxinfo")).Out);
        Assert.Equal("datadg\n", (await lab.AskAsync("vxdg defaultdg")).Out);
        Assert.Contains("defaultdg: datadg", (await lab.AskAsync("vxdctl list")).Lines);
        await lab.DoAsync("vxdctl defaultdg nodg");
        await lab.FailAsync("vxassist remove volume vol01", 9);
        Assert.Equal("nodg\n", (await lab.AskAsync("vxdg bootdg")).Out);
    }

    [Fact]
    public async Task A_group_changes_its_properties()
    {
        await using CommandLab lab = await CommandLab.StartAsync();
        foreach (string device in new[] { "emc0_01f4", "emc0_01f5" })
        {
            await lab.DoAsync($"vxdisk init {device} format=cdsdisk privlen=1m");
        }

        await lab.DoAsync("vxdg init olddg a=emc0_01f4 b=emc0_01f5 version=160 cds=off");
        await lab.FailAsync("vxdg -T 150 upgrade olddg", 1);
        await lab.DoAsync("vxdg upgrade olddg");
        await lab.DoAsync("vxdg -g olddg set cds=on");
        await lab.FailAsync("vxdg -g olddg set coordinator=on", 41);
        await lab.DoAsync("vxdg reminor olddg 7000");
        await lab.DoAsync("vxdg flush olddg");
        await lab.DoAsync("vxdisk set b spare=on");
        await lab.DoAsync("vxdisk online emc0_01f5");
        Assert.Equal("b", (await lab.AskAsync("vxdg -g olddg -q spare")).Rows[0][0]);
        await lab.DoAsync("vxdg renamedg olddg newdg");

        Assert.Equal(
            "200 on 7000",
            (await lab.AskAsync("vxprint -g newdg -G -F%version|%cds|%base_minor")).Out.Trim().Replace('|', ' '));
        await lab.FailAsync("vxdg flush olddg", 11);
    }

    [Fact]
    public async Task A_cds_group_needs_aligned_subdisks()
    {
        await using CommandLab lab = await CommandLab.StartAsync();
        await lab.DoAsync("vxdisksetup -i emc0_01f4");
        await lab.DoAsync("vxdg init datadg a=emc0_01f4 cds=off");
        await lab.DoAsync("vxmake -g datadg sd odd a,1,3");

        await lab.FailAsync("vxdg -g datadg set cds=on", 20);
    }

    [Fact]
    public async Task Volumes_have_tags()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxassist -g datadg settag vol01 wave=2");
        await lab.DoAsync("vxassist -g datadg settag vol01 critical");
        await lab.DoAsync("vxassist -g datadg settag vol01 wave=3");
        GoldenFile.Matches("vxassist-listtag", (await lab.AskAsync("vxassist -g datadg listtag")).Out);
        await lab.DoAsync("vxassist -g datadg replacetag vol01 critical calm");
        await lab.DoAsync("vxassist -g datadg removetag vol01 wave");
        await lab.FailAsync("vxassist -g datadg removetag vol01 wave", 11);

        Assert.Equal("calm", (await lab.AskAsync("vxassist -g datadg listtag vol01")).Rows[^1][^1]);
    }

    [Fact]
    public async Task Disks_have_tags_in_and_out_of_groups()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxdisk settag pure0_0012 wave=2 target");
        await lab.DoAsync("vxdisk settag datadg01 wave=1");
        await lab.DoAsync("vxdisk settag emc0_01f4 wave=3");
        GoldenFile.Matches("vxdisk-listtag", (await lab.AskAsync("vxdisk listtag")).Out);
        await lab.DoAsync("vxdisk rmtag pure0_0012 target");
        await lab.FailAsync("vxdisk rmtag pure0_0012 target", 11);
        await lab.FailAsync("vxdisk settag nowhere x=1", 11);

        Assert.Equal(["pure0_0012", "wave", "2"], (await lab.AskAsync("vxdisk -q listtag pure0_0012")).Rows[0]);
    }

    [Fact]
    public async Task Type_letters_restrict_what_a_name_means()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.FailAsync("vxedit -g datadg -p set comment=x vol01", 11);
        await lab.FailAsync("vxedit -g datadg -sd rename vol01 vol02", 11);
        await lab.FailAsync("vxmend -g datadg -p clear all vol01", 11);
        await lab.DoAsync("vxedit -g datadg -v set comment=x vol01");
        await lab.DoAsync("vxmend -g datadg -pv clear all vol01 vol01-01");
        await lab.DoAsync("vxedit -g datadg -v -rf rm vol01");
    }

    [Fact]
    public async Task A_volume_is_resized_upwards_only()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxassist -g datadg make small 8m");
        await lab.DoAsync("vxresize -g datadg small +8m");
        await lab.DoAsync("vxresize -g datadg -x small 20m datadg03");
        await lab.FailAsync("vxresize -g datadg small 10m", 41);
        await lab.FailAsync("vxresize -g datadg -F vxfs small 30m", 41);

        Assert.Equal("40960", (await lab.AskAsync("vxprint -g datadg -F%len small")).Out.Trim());
    }

    [Fact]
    public async Task Statistics_count_what_applications_did()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        VolumeDevice? volume = lab.Host.FindGroup("datadg")?.OpenVolume("vol01");
        Assert.NotNull(volume);
        await volume.WriteAsync(0, new byte[4096], Blocks.WriteFlags.None, CancellationToken.None);
        await volume.ReadAsync(0, new byte[8192], CancellationToken.None);

        string[] row = (await lab.AskAsync("vxstat -g datadg vol01")).Rows[^1];

        Assert.Equal(["vol", "vol01", "1", "1", "16", "8"], row[..6]);
        Assert.Equal(8, (await lab.AskAsync("vxstat -g datadg -i 1 -c 2")).Out.Count(c => c == '\n'));
    }

    [Fact]
    public async Task Statistics_of_disks_count_while_those_of_paths_do()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.FailAsync("vxstat -g datadg -d", 20);
        await lab.DoAsync("vxdmpadm iostat start");
        VolumeDevice? volume = lab.Host.FindGroup("datadg")?.OpenVolume("vol01");
        Assert.NotNull(volume);
        await volume.ReadAsync(0, new byte[8192], CancellationToken.None);

        IReadOnlyList<string[]> rows = (await lab.AskAsync("vxstat -g datadg -dv")).Rows;
        Assert.Equal(["vol", "dm", "dm", "dm"], rows.TakeLast(4).Select(row => row[0]));
        string[] disk = (await lab.AskAsync("vxstat -g datadg -d datadg01")).Rows[^1];
        Assert.Equal(["dm", "datadg01", "1", "0", "16", "0"], disk[..6]);
        await lab.FailAsync("vxstat -g datadg datadg01", 11);
        await lab.FailAsync("vxstat -g datadg -f c", 41);
        await lab.FailAsync("vxstat -g datadg -o alldgs", 1);
    }

    [Fact]
    public async Task Statistics_of_plexes_and_subdisks_tell_where_a_write_went_until_they_are_reset()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxassist -g datadg make mir 8m layout=mirror nmirror=2");
        VolumeDevice? volume = lab.Host.FindGroup("datadg")?.OpenVolume("mir");
        Assert.NotNull(volume);
        await lab.DoAsync("vxstat -g datadg -r");
        await volume.WriteAsync(4096, new byte[8192], WriteFlags.None, CancellationToken.None);
        await volume.ReadAsync(4096, new byte[4096], CancellationToken.None);

        List<string[]> plexes = [.. (await lab.AskAsync("vxstat -g datadg -ps")).Rows
            .Where(row => row[0] is "pl" or "sd" && row[3] != "0")];
        Assert.Equal(["mir-01", "mir-02"], plexes.Where(row => row[0] == "pl").Select(row => row[1]));
        Assert.All(plexes, row => Assert.Equal(("1", "16"), (row[3], row[5])));
        Assert.Equal(1, plexes.Where(row => row[0] == "pl").Sum(row => int.Parse(row[2])));
        Assert.Equal(2, plexes.Count(row => row[0] == "sd"));

        await lab.DoAsync("vxstat -g datadg -r mir");
        Assert.Equal(["0", "0", "0", "0"], (await lab.AskAsync("vxstat -g datadg -p mir-02")).Rows[^1][2..6]);
        Assert.Equal(["vol", "mir", "0", "0", "0", "0"], (await lab.AskAsync("vxstat -g datadg mir")).Rows[^1][..6]);
        await lab.FailAsync("vxstat -g datadg -r nothing", 11);
        await lab.FailAsync("vxstat -g datadg -r -i 1", 1);
    }

    [Fact]
    public async Task Statistics_of_all_groups_stand_behind_their_names()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxdisksetup -i emc0_01f7");
        await lab.DoAsync("vxdg init appdg appdg01=emc0_01f7");
        await lab.DoAsync("vxassist -g appdg make vol01 10m");
        IReadOnlyList<string[]> rows = (await lab.AskAsync("vxstat -o alldgs")).Rows;
        Assert.Equal(["DG", "appdg"], rows[3]);
        Assert.Equal(["vol", "vol01"], rows[4][..2]);
        Assert.Equal(["DG", "datadg"], rows[5]);
        Assert.Equal(["vol", "vol01"], rows[6][..2]);
    }

    [Fact]
    public void The_table_of_statistics() => GoldenFile.Matches(
        "vxstat",
        [
            .. StatisticsTable.Header,
            StatisticsTable.Row("vol", "datavol", default, Counts(39740, 2334714, 8.3, 862968, 110265545, 0.47)),
            StatisticsTable.Row("vol", "oracle_archive_vol01", default, Counts(1, 16, 1, 0, 0, 0)),
            StatisticsTable.Row("dm", "datadg01", default, Counts(12, 96, 0.5, 3, 24, 0.25)),
        ]);

    [Fact]
    public async Task Events_are_told_in_the_order_of_their_groups()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        IReadOnlyList<GroupView> before = HostReading.Of(lab.Host).Groups;
        await lab.DoAsync("vxassist -g datadg make more 8m");
        IReadOnlyList<GroupView> between = HostReading.Of(lab.Host).Groups;
        await lab.DoAsync("vxvol -g datadg stop more");
        IReadOnlyList<GroupView> after = HostReading.Of(lab.Host).Groups;
        string id = before[0].Configuration.Group.GroupId;

        Assert.Equal(
            [$"start volume more dg datadg dgid {id}", $"change dg datadg dgid {id}"],
            ConfigurationEvents.Between(before, between));
        Assert.Equal(
            [$"stop volume more dg datadg dgid {id}", $"change dg datadg dgid {id}"],
            ConfigurationEvents.Between(between, after));
        Assert.Equal([$"import dg datadg dgid {id}"], ConfigurationEvents.Between([], before));
        Assert.Equal([$"deport dg datadg dgid {id}"], ConfigurationEvents.Between(before, []));
        Assert.Equal("connected\n", (await lab.AskAsync("vxnotify -w 1")).Out);
    }

    [Fact]
    public async Task A_disk_that_came_back_is_reattached()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();

        Assert.Equal("datadg datadg02\n", (await lab.AskAsync("vxreattach -c emc0_01f5")).Out);
        await lab.FailAsync("vxreattach -c pure0_0012", 11);
        await lab.DoAsync("vxreattach -r emc0_01f5");
    }

    private static VolumeStatistics Counts(
        long reads, long readBlocks, double readMs, long writes, long writeBlocks, double writeMs) => new(
        new DirectionStatistics(reads, readBlocks * 512, TimeSpan.FromMilliseconds(readMs * reads), 0),
        new DirectionStatistics(writes, writeBlocks * 512, TimeSpan.FromMilliseconds(writeMs * writes), 0),
        default);
}
