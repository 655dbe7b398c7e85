namespace VolMgr.Commands.Tests.Running;

/// <summary>Records made and changed by hand: vxmake, vxsd, vxvol init and set len.</summary>
public sealed class HandMadeTests
{
    [Fact]
    public async Task A_mirrored_volume_is_built_of_subdisks_and_plexes()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxmake -g datadg sd handa datadg03,0,20m");
        await lab.DoAsync("vxmake -g datadg sd handb dm_name=datadg03 dm_offset=64m len=20m");
        await lab.DoAsync("vxmake -g datadg plex hand-01 sd=handa");
        await lab.DoAsync("vxmake -g datadg plex hand-02 sd=handb");
        await lab.DoAsync("vxmake -g datadg -U gen vol hand plex=hand-01,hand-02 len=16m");
        Assert.Equal(["DISABLED", "EMPTY"], await StatesAsync(lab, "v", "hand"));

        await lab.DoAsync("vxvol -g datadg init clean hand hand-01");
        Assert.Equal(["DISABLED", "STALE"], await StatesAsync(lab, "pl", "hand-02"));
        await lab.DoAsync("vxvol -g datadg start hand");
        await lab.IdleAsync();

        Assert.Equal(["ENABLED", "ACTIVE"], await StatesAsync(lab, "pl", "hand-02"));
        await lab.DoAsync("vxvol -g datadg set len=20m comment=grown hand");
        Assert.Equal("40960", (await lab.AskAsync("vxprint -g datadg -F%len hand")).Out.Trim());
        await lab.DoAsync("vxvol -g datadg set len=10m hand");
        await lab.FailAsync("vxvol -g datadg set len=30m hand", 20);
    }

    [Fact]
    public async Task A_listing_in_description_form_is_made_again()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxassist -g datadg make s 8m layout=stripe ncol=2 datadg02 datadg03");
        string description = (await lab.AskAsync("vxprint -g datadg -hvpsm s")).Out;
        string before = (await lab.AskAsync("vxprint -g datadg -ht s")).Out;
        await lab.DoAsync("vxassist -g datadg remove volume s");
        lab.UserFiles["/export/admin/s.desc"] = description;

        await lab.DoAsync("vxmake -g datadg -d s.desc");
        await lab.DoAsync("vxvol -g datadg init active s");

        Assert.Equal(before, (await lab.AskAsync("vxprint -g datadg -ht s")).Out);
        await lab.FailAsync("vxmake -g datadg -d s.desc", 12);
        await lab.FailAsync("vxmake -g datadg -d missing.desc", 2);
    }

    [Fact]
    public async Task Subdisks_are_split_and_joined_under_a_started_volume()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxassist -g datadg make small 8m datadg03");
        string before = (await lab.AskAsync("vxprint -g datadg -ht small")).Out;

        await lab.DoAsync("vxsd -g datadg -s 2m split datadg03-01 datadg03-07");
        Assert.Equal(
            ["sd datadg03-01 4096 0", "sd datadg03-07 12288 4096"],
            (await lab.AskAsync("vxprint -g datadg -s -F%type|%name|%len|%pl_offset")).Lines
                .Select(line => line.Replace('|', ' '))
                .Where(line => line.Contains("datadg03", StringComparison.Ordinal)));
        await lab.FailAsync("vxsd -g datadg join datadg01-01 datadg03-07 x", 20);
        await lab.DoAsync("vxsd -g datadg join datadg03-01 datadg03-07 datadg03-01");

        Assert.Equal(before, (await lab.AskAsync("vxprint -g datadg -ht small")).Out);
    }

    [Fact]
    public async Task Subdisks_join_and_leave_a_plex_that_is_being_built()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxmake -g datadg sd a datadg03,0,1m");
        await lab.DoAsync("vxmake -g datadg sd b datadg03,1m,1m");
        await lab.DoAsync("vxmake -g datadg plex p sd=a");

        await lab.DoAsync("vxsd -g datadg assoc p b:2048");
        await lab.FailAsync("vxsd -g datadg dis a", 20);
        await lab.FailAsync("vxsd -g datadg dis datadg01-01", 16);
        await lab.DoAsync("vxsd -g datadg -o rm dis b");
        await lab.DoAsync("vxsd -g datadg set comment=lone a");
        await lab.DoAsync("vxsd -g datadg dis a");
        await lab.FailAsync("vxmake -g datadg sd c datadg03,512k,1m", 40);
        await lab.FailAsync("vxmake -g datadg sd c datadg03,3,1m", 1);
        await lab.FailAsync("vxmake -g datadg plex q layout=raid5", 41);
        await lab.FailAsync("vxmake -g datadg cache c", 41);

        Assert.Contains("pl p ", (await lab.AskAsync("vxprint -g datadg")).Out, StringComparison.Ordinal);
    }

    private static async Task<string[]> StatesAsync(CommandLab lab, string tag, string name) =>
        (await lab.AskAsync($"vxprint -g datadg -t {name}")).Rows.First(row => row[0] == tag)[3..5];
}
