using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Tests.Running;

/// <summary>Storage operands and attributes of the reference, one by one, by where the subdisks come to lie.</summary>
public sealed class StorageWordTests
{
    [Theory]
    [InlineData("datadg02", "datadg02")]
    [InlineData("dm:datadg02", "datadg02")]
    [InlineData("da:emc0_01f5", "datadg02")]
    [InlineData("enclr:pure0", "new1")]
    [InlineData("!enclr:emc0", "new1")]
    [InlineData("!datadg01 !datadg02 !enclr:pure0", "datadg03")]
    [InlineData("alloc=dm:datadg02", "datadg02")]
    [InlineData("mediatype:hdd !datadg01 !datadg03 !new1", "datadg02")]
    public async Task A_volume_lies_where_the_operands_say(string operands, string disk)
    {
        await using CommandLab lab = await TwoArraysAsync();
        await lab.DoAsync("vxassist -g datadg make one 8m " + operands);
        Assert.Equal([disk], Disks(lab, "one-01"));
    }

    [Fact]
    public async Task Controllers_and_targets_are_those_that_discovery_lists()
    {
        await using CommandLab lab = await TwoArraysAsync();
        IReadOnlyList<string[]> targets = [.. (await lab.AskAsync("vxddladm list targets")).Rows.Skip(2)];
        string[] ofNew = [.. lab.Host.FindDisk(Pure(lab))!.Node.Paths.Select(path => path.PortWwn)];
        string[] target = targets.First(row => ofNew.Contains(row[4]));
        Assert.DoesNotContain(lab.Host.FindDisk("emc0_01f4")!.Node.Paths, path => path.PortWwn == target[4]);

        await lab.DoAsync($"vxassist -g datadg make long 8m target:{target[0]}");
        Assert.Equal(["new1"], Disks(lab, "long-01"));
        await lab.DoAsync(
            $"vxassist -g datadg make short 8m target:{target[0].Replace("_p0_", "", StringComparison.Ordinal)}");
        Assert.Equal(["new1"], Disks(lab, "short-01"));
        await lab.DoAsync($"vxassist -g datadg make other 8m ctlr:{target[2]} !target:{target[0]}");
        Assert.DoesNotContain("new1", Disks(lab, "other-01"));
        await lab.FailAsync("vxassist -g datadg make x 8m target:c2t99", 11);
        await lab.FailAsync("vxassist -g datadg make x 8m target:", 1);
        await lab.FailAsync("vxassist -g datadg make x 8m mediatype:tape", 1);
        await lab.FailAsync("vxassist -g datadg make x 8m mediatype:ssd", 11);
    }

    [Fact]
    public async Task A_log_has_the_length_that_is_asked_for()
    {
        await using CommandLab lab = await TwoArraysAsync();
        await lab.DoAsync("vxassist -g datadg make one 8m nmirror=2 logtype=drl loglen=1m");
        await lab.DoAsync("vxassist -g datadg make two 8m nmirror=2 logtype=drl");
        Assert.Equal(1L << 20, Log(lab, "one"));
        Assert.Equal(80 * 512, Log(lab, "two"));
        await lab.DoAsync("vxassist -g datadg remove log two");
        await lab.DoAsync("vxassist -g datadg addlog two loglen=201");
        Assert.Equal(208 * 512, Log(lab, "two"));

        Assert.Contains("loglen=32: a log has 80 to", (await lab.FailAsync(
            "vxassist -g datadg addlog two loglen=32", 1)).Error, StringComparison.Ordinal);
        await lab.FailAsync("vxassist -g datadg make x 8m logtype=drl loglen=2g nmirror=2", 1);
        await lab.FailAsync("vxassist -g datadg make x 8m loglen=1m", 1);
        await lab.FailAsync("vxassist -g datadg addlog one logtype=dco loglen=1m", 1);
        await lab.FailAsync("vxassist -g datadg addlog one loglen=much", 1);
    }

    [Fact]
    public async Task The_stripe_unit_has_all_its_names()
    {
        await using CommandLab lab = await TwoArraysAsync();
        foreach (string name in new[] { "stripeunit", "stripewidth", "stwidth", "stwid" })
        {
            await lab.DoAsync($"vxassist -g datadg make {name} 8m layout=stripe ncol=2 {name}=128k");
            await lab.DoAsync($"vxassist -g datadg mirror {name} layout=stripe ncol=2 {name}=32k");
            Assert.Equal(
                [128L << 10, 32L << 10],
                Current(lab).PlexesOf(Current(lab).FindVolume(name)!.Id).Select(plex => plex.StripeUnit));
        }
    }

    [Fact]
    public async Task A_mirror_is_evacuated_from_its_disks()
    {
        await using CommandLab lab = await TwoArraysAsync();
        await lab.DoAsync("vxassist -g datadg make one 8m nmirror=2 datadg01 datadg02");
        string[] all = [.. Disks(lab, "one-01"), .. Disks(lab, "one-02")];
        Assert.Equal(["datadg01", "datadg02"], all.Order(StringComparer.Ordinal));

        await using (LiveWriter writer = LiveWriter.Start(lab, "one"))
        {
            await writer.WritesAsync(50);
            await lab.DoAsync("vxassist -g datadg evacuate mirror one-02 new1");
            await writer.WritesAsync(50);
        }

        Assert.Equal(all[0], Assert.Single(Disks(lab, "one-01")));
        Assert.Equal("new1", Assert.Single(Disks(lab, "one-02")));
        await lab.FailAsync("vxassist -g datadg evacuate mirror", 1);
        await lab.FailAsync("vxassist -g datadg evacuate mirror nothing", 11);
        await lab.FailAsync("vxassist -g datadg evacuate everything one", 1);
        await lab.DoAsync("vxplex -g datadg dis one-02");
        Assert.Contains("vxsd mv", (await lab.RunAsync("vxassist -g datadg evacuate mirror one-02")).Error,
            StringComparison.Ordinal);
    }

    private static GroupConfiguration Current(CommandLab lab) => lab.Host.FindGroup("datadg")!.Current;

    private static string[] Disks(CommandLab lab, string plex) =>
        [.. Current(lab).SubdisksOf(Current(lab).FindPlex(plex)!.Id)
            .Select(subdisk => Current(lab).Disks[subdisk.DiskId].Name).Distinct()];

    private static long Log(CommandLab lab, string volume) => Current(lab)
        .SubdisksOf(Current(lab).PlexesOf(Current(lab).FindVolume(volume)!.Id).Single(plex => plex.IsLog).Id)
        .Sum(subdisk => subdisk.Length);

    private static string Pure(CommandLab lab) =>
        lab.Host.Disks.First(disk => disk.Name.StartsWith("pure0", StringComparison.Ordinal)).Name;

    private static async Task<CommandLab> TwoArraysAsync()
    {
        CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxassist -g datadg remove volume vol01");
        await lab.DoAsync($"vxdisksetup -i {Pure(lab)}");
        await lab.DoAsync($"vxdg -g datadg adddisk new1={Pure(lab)}");
        return lab;
    }
}
