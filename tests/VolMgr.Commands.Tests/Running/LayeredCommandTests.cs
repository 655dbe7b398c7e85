namespace VolMgr.Commands.Tests.Running;

/// <summary>Layered volumes by commands, with an application at work.</summary>
public sealed class LayeredCommandTests
{
    private const string Disks = "datadg02 datadg03 datadg_n01 datadg_n02";

    [Fact]
    public async Task A_stripe_mirror_is_made_and_printed_with_what_is_below_it()
    {
        await using CommandLab lab = await WithTargetAsync();
        await lab.DoAsync($"vxassist -g datadg make layvol 32m layout=stripe-mirror ncol=2 {Disks}");
        GoldenFile.Matches("vxprint-layered", (await lab.AskAsync("vxprint -g datadg -ht layvol")).Out);
        GoldenFile.Matches("vxprint-layered-brief", (await lab.AskAsync("vxprint -g datadg -hr layvol")).Out);
        Assert.Equal(
            (await lab.AskAsync("vxprint -g datadg -ht layvol")).Out,
            (await lab.AskAsync("vxprint -g datadg -htr layvol")).Out);
        Assert.Contains("sv=layvol-S01,layvol-S02", (await lab.AskAsync("vxprint -g datadg -l layvol-03")).Out,
            StringComparison.Ordinal);
        Assert.Equal("layvol-L01", (await lab.AskAsync("vxprint -g datadg -F%vol layvol-S01")).Out.Trim());
        Assert.Equal(2, (await lab.AskAsync("vxprint -g datadg -m")).Out.Split("\nsv layvol-S").Length - 1);
    }

    [Fact]
    public async Task A_layered_volume_is_grown_moved_converted_and_removed_under_live_writes()
    {
        await using CommandLab lab = await WithTargetAsync();
        await lab.DoAsync($"vxassist -g datadg make layvol 16m layout=concat-mirror datadg02 datadg03");
        await lab.DoAsync("vxassist -g datadg growby layvol 8m");
        await using (LiveWriter writer = LiveWriter.Start(lab, "layvol"))
        {
            await writer.WritesAsync(100);
            await lab.DoAsync("vxassist -g datadg move layvol !datadg03 datadg_n01");
            await lab.DoAsync("vxassist -g datadg convert layvol layout=mirror-concat");
            await writer.WritesAsync(100);
            GoldenFile.Matches("vxassist-convert", (await lab.AskAsync("vxprint -g datadg -ht layvol")).Out);
            await lab.DoAsync("vxassist -g datadg convert layvol layout=concat-mirror");
            await lab.DoAsync("vxevac -g datadg datadg02 datadg_n02");
            await writer.WritesAsync(100);
        }

        await lab.DoAsync("vxassist -g datadg shrinkto layvol 16m");
        await lab.FailAsync("vxassist -g datadg convert layvol layout=mirror-stripe", 10);
        await lab.FailAsync("vxassist -g datadg mirror layvol", 10);
        await lab.FailAsync("vxassist -g datadg growby layvol-L01 1m", 31);
        await lab.FailAsync("vxassist -g datadg remove volume layvol-L01", 31);
        Assert.Equal("0", (await lab.AskAsync("vxprint -g datadg -F%nsd datadg02")).Out.Trim());
        await lab.DoAsync("vxvol -g datadg stop layvol");
        await lab.DoAsync("vxvol -g datadg start layvol");
        await lab.DoAsync("vxassist -g datadg remove volume layvol");
        await lab.FailAsync("vxprint -g datadg layvol-L01", 11);
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
