namespace VolMgr.Commands.Tests.Running;

/// <summary>DCOs with a dirty region log, defaults of vxassist, and its keywords add and evacuate.</summary>
public sealed class DcoCommandTests
{
    [Fact]
    public async Task A_volume_is_made_with_a_dco_that_logs_dirty_regions()
    {
        await using CommandLab lab = await WithTargetAsync();
        await lab.DoAsync(
            "vxassist -g datadg make logged 16m nmirror=2 logtype=dco drl=on dcoversion=20 ndcomirror=1 tag=app "
            + "regionsize=128k datadg02 datadg03 datadg_n01");
        Assert.Contains(
            "logging:  type=DCO serial=0/0 (enabled)", (await lab.AskAsync("vxprint -g datadg -l logged")).Out,
            StringComparison.Ordinal);
        Assert.Equal("1", (await lab.AskAsync("vxprint -g datadg -F%nplex logged_dcl")).Out.Trim());
        Assert.Contains("regionsz=256", (await lab.AskAsync("vxprint -g datadg -m")).Out, StringComparison.Ordinal);
        await lab.DoAsync("vxplex -g datadg det logged-02");
        Assert.Contains("detmir", (await lab.AskAsync("vxsnap -g datadg list")).Out, StringComparison.Ordinal);
        await lab.DoAsync("vxplex -g datadg att logged logged-02");
        await lab.FailAsync("vxassist -g datadg addlog logged logtype=drl", 20);
        await lab.DoAsync("vxsnap -g datadg unprepare logged");
        await lab.DoAsync("vxassist -g datadg addlog logged logtype=seqdrl");
        Assert.Contains("seqdrl=on", (await lab.AskAsync("vxprint -g datadg -m logged")).Out, StringComparison.Ordinal);
        await lab.FailAsync("vxsnap -g datadg prepare logged drl=on", 20);
        await lab.DoAsync("vxassist -g datadg addlog logged logtype=dco fastresync=off");
        await lab.DoAsync("vxassist -g datadg remove volume logged");
        Assert.DoesNotContain("logged", (await lab.AskAsync("vxprint -g datadg -n")).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("make x 8m logtype=dco dcoversion=0", 41)]
    [InlineData("make x 8m logtype=dco dcoversion=7", 1)]
    [InlineData("make x 8m logtype=dco drl=maybe", 1)]
    [InlineData("make x 8m logtype=dco fastresync=maybe", 1)]
    [InlineData("make x 8m logtype=dco init=none", 1)]
    [InlineData("make x 8m logtype=dco regionsize=3k", 1)]
    [InlineData("make x 8m drl=on", 1)]
    [InlineData("make x 8m fastresync=on", 41)]
    [InlineData("make x 8m site=a", 41)]
    [InlineData("make x 8m loglen=2", 1)]
    [InlineData("make x 8m use_storage=allof{}", 41)]
    [InlineData("make x 8m mirror=site", 41)]
    [InlineData("make x 8m target:c1t0", 11)]
    [InlineData("make x 8m mediatype:ssd", 11)]
    [InlineData("addlog vol01 regionsize=64k", 1)]
    [InlineData("addlog vol01 logtype=raid5", 41)]
    [InlineData("add column vol01", 41)]
    [InlineData("add nothing vol01", 1)]
    [InlineData("-M add mirror", 1)]
    [InlineData("-t a add log vol01", 1)]
    [InlineData("evacuate plex vol01-01", 40)]
    [InlineData("-b evacuate disk datadg01", 41)]
    [InlineData("evacuate", 1)]
    public async Task What_is_wrong_or_missing_is_refused_and_changes_nothing(string words, int code)
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        long generation = lab.Host.Groups[0].Generation;
        await lab.FailAsync("vxassist -g datadg " + words, code);
        Assert.Equal(["vol01"], lab.Host.Groups[0].Current.Volumes.Values.Select(volume => volume.Name));
        Assert.True(code != 41 || lab.Host.Groups[0].Generation == generation);
    }

    [Fact]
    public async Task A_dco_that_finds_no_space_leaves_no_volume()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.FailAsync("vxassist -g datadg make x 8m logtype=dco regionsize=4k dcologdisk=datadg09", 11);
        Assert.Equal("", (await lab.AskAsync("vxprint -g datadg -v -F%name -e assoc=='gen'")).Out.Trim());
        Assert.Null(lab.Host.Groups[0].Current.FindVolume("x"));
    }

    [Fact]
    public async Task A_layered_volume_is_prepared_as_a_whole()
    {
        await using CommandLab lab = await WithTargetAsync();
        await lab.DoAsync(
            "vxassist -g datadg make lay 16m layout=stripe-mirror ncol=2 datadg02 datadg03 datadg_n01 datadg_n02");
        await lab.DoAsync("vxsnap -g datadg prepare lay drl=sequential");
        GoldenFile.Matches("vxprint-layered-dco", (await lab.AskAsync("vxprint -g datadg -ht lay")).Out);
        await lab.DoAsync("vxplex -g datadg det lay-P01");
        string list = (await lab.AskAsync("vxsnap -g datadg list lay")).Out;
        Assert.Contains("lay-P01", list, StringComparison.Ordinal);
        Assert.Contains("lay-L01", list, StringComparison.Ordinal);
        await lab.DoAsync("vxplex -g datadg att lay-L01 lay-P01");
        await lab.DoAsync("vxvol -g datadg set fastresync=off lay");
        await lab.DoAsync("vxsnap -g datadg unprepare lay");
        await lab.DoAsync("vxassist -g datadg convert lay layout=mirror-stripe");
    }

    [Fact]
    public async Task Defaults_of_the_host_apply_unless_the_command_line_says_otherwise()
    {
        await using CommandLab lab = await WithTargetAsync();
        lab.HostFiles.Write(
            "etc/default/vxassist",
            "# by the administrator\nlayout=mirror,nostripe,span,nocontig,raid5log,noregionlog,diskalign\n"
            + "mirrors=2 stripes=2 stripeunit=32k\nraid5_stripeunit=16k user=oracle\n");
        await lab.DoAsync("vxassist -g datadg make twins 8m");
        Assert.Equal("2/oracle", (await lab.AskAsync("vxprint -g datadg -F %nplex/%user twins")).Out.Trim());
        await lab.DoAsync("vxassist -g datadg make wide 8m layout=stripe,nomirror user=root");
        Assert.Contains("2/64", (await lab.AskAsync("vxprint -g datadg -ht wide")).Out, StringComparison.Ordinal);
        Assert.Equal("1", (await lab.AskAsync("vxprint -g datadg -F%nplex wide")).Out.Trim());
        await lab.DoAsync("vxassist -g datadg mirror wide");
        Assert.Equal("2", (await lab.AskAsync("vxprint -g datadg -F%nplex wide")).Out.Trim());
        lab.UserFiles["/export/admin/mine"] = "layout=nomirror";
        await lab.DoAsync("vxassist -g datadg -d mine make single 8m");
        Assert.Equal("1", (await lab.AskAsync("vxprint -g datadg -F%nplex single")).Out.Trim());
        lab.UserFiles["/export/admin/mine"] = "max_ncolumns=4";
        await lab.FailAsync("vxassist -g datadg -d mine make other 8m", 41);
        lab.UserFiles["/export/admin/mine"] = "nonsense=4";
        await lab.FailAsync("vxassist -g datadg -d mine make other 8m", 1);
        await lab.FailAsync("vxassist -g datadg -d none make other 8m", 5);
    }

    [Fact]
    public async Task Mirrors_are_added_to_several_volumes_and_disks_evacuated()
    {
        await using CommandLab lab = await WithTargetAsync();
        await lab.DoAsync("vxassist -g datadg make one 8m datadg02");
        await lab.DoAsync("vxassist -g datadg make two 8m datadg02");
        await lab.DoAsync("vxassist -g datadg -M add mirror one two alloc=enclr:pure0 wantmirror=enclr");
        await lab.DoAsync("vxassist -g datadg add log one logtype=drl datadg03");
        Assert.Equal(["3", "2"], (await lab.AskAsync("vxprint -g datadg -F%nplex one two")).Lines);

        await lab.DoAsync("vxassist -g datadg evacuate disk datadg02 datadg03");
        Assert.Equal("0", (await lab.AskAsync("vxprint -g datadg -F%nsd datadg02")).Out.Trim());
        await lab.DoAsync("vxassist -g datadg evacuate volume two !enclr:emc0 enclr:pure0");
        await lab.DoAsync("vxassist -g datadg make apart 8m nmirror=2 wantmirror=enclr enclr:emc0");
        await lab.FailAsync("vxassist -g datadg make apart2 8m nmirror=2 mirror=enclr enclr:emc0", 40);
    }

    private static async Task<CommandLab> WithTargetAsync()
    {
        CommandLab lab = await CommandLab.PopulatedAsync();
        foreach ((string name, string device) in ((string, string)[])
            [("datadg_n01", "pure0_0012"), ("datadg_n02", "pure0_0013")])
        {
            await lab.DoAsync($"vxdisksetup -i {device} format=cdsdisk");
            await lab.DoAsync($"vxdg -g datadg adddisk {name}={device}");
        }

        return lab;
    }
}
