using VolMgr.Blocks;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Resync;

namespace VolMgr.Commands.Tests.Running;

/// <summary><c>vxrecover -E</c>, <c>vxmirror -d</c> and <c>vxresize -b</c>.</summary>
public sealed class EmptyVolumeTests
{
    [Fact]
    public async Task An_empty_mirror_starts_with_what_is_on_its_first_disk_and_is_made_equal()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxassist -g datadg make small 8m nmirror=2");
        await lab.IdleAsync();
        DiskGroup group = lab.Host.FindGroup("datadg")!;
        byte[] bytes = [.. Enumerable.Range(0, 65536).Select(at => (byte)(at % 251))];
        await group.OpenVolume("small")!.WriteAsync(0, bytes, WriteFlags.None, TestContext.Current.CancellationToken);
        lab.UserFiles["/export/admin/small"] = (await lab.AskAsync("vxprint -g datadg -hmvps small")).Out;
        await lab.DoAsync("vxvol -g datadg -f stop small");
        await lab.DoAsync("vxedit -g datadg -rf rm small");
        await lab.DoAsync("vxmake -g datadg -d small");
        Assert.Equal(VolumeState.Empty, group.Current.FindVolume("small")?.State);

        await lab.DoAsync("vxrecover -g datadg -s");
        Assert.Equal(VolumeKernelState.Disabled, group.Current.FindVolume("small")?.KernelState);
        await lab.FailAsync("vxrecover -g datadg -E", 1);
        await lab.FailAsync("vxrecover -g datadg -sEp", 1);
        Assert.Equal(
            "Volume small of disk group datadg started", (await lab.AskAsync("vxrecover -g datadg -sEv")).Lines[0]);

        Assert.Equal(VolumeState.Active, group.Current.FindVolume("small")?.State);
        byte[] read = new byte[bytes.Length];
        await group.OpenVolume("small")!.ReadAsync(0, read, TestContext.Current.CancellationToken);
        Assert.Equal(bytes, read);
        Outcome<VerifyResult> equal = await group.VerifyAsync(
            "small", progress: null, TestContext.Current.CancellationToken);
        Assert.True(equal.IsDone && equal.Value is { PlexCount: 2, Differences.Count: 0 });
        await lab.DoAsync("vxrecover -g datadg -sE small");
    }

    [Fact]
    public async Task A_layered_volume_that_is_empty_is_left_to_its_administrator()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxassist -g datadg make deep 8m layout=concat-mirror init=none");
        Assert.Contains("vxvol init active", (await lab.FailAsync("vxrecover -g datadg -sE", 20)).Error,
            StringComparison.Ordinal);
        Assert.Equal(
            VolumeState.Empty, lab.Host.FindGroup("datadg")?.Current.FindVolume("deep")?.State);
    }

    [Fact]
    public async Task Volumes_are_mirrored_by_default_or_not()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxmirror -d yes");
        await lab.DoAsync("vxassist -g datadg make one 8m");
        await lab.DoAsync("vxassist -g datadg make plain 8m nmirror=1");
        lab.HostFiles.Write("etc/default/vxassist", "# kept\nstripes=2 layout=nostripe,mirror,span # why\n");
        await lab.DoAsync("vxmirror -d no");
        await lab.DoAsync("vxassist -g datadg make two 8m");

        Assert.Equal(
            "# kept\nstripes=2 layout=nostripe,span,nomirror # why\n", lab.HostFiles.Read("etc/default/vxassist"));
        Assert.Equal([2, 1, 1], ((string[])["one", "plain", "two"]).Select(name => Plexes(lab, name)));
        await lab.FailAsync("vxmirror -d maybe", 1);
        await lab.FailAsync("vxmirror -d yes datadg01", 1);
        await lab.FailAsync("vxmirror -g datadg -d yes", 1);
    }

    [Fact]
    public async Task A_resize_in_the_background_is_done_when_it_returns()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxresize -g datadg -b vol01 +8m");
        Assert.Equal(308L << 20, lab.Host.FindGroup("datadg")?.Current.FindVolume("vol01")?.Length);
    }

    [Theory]
    [InlineData("vxresize -g datadg vol01 ++8m", 1)]
    [InlineData("vxresize -g datadg vol01 +-8m", 1)]
    [InlineData("vxresize -g datadg vol01 +", 1)]
    [InlineData("vxresize -g datadg vol01 +18014398509481983", 1)]
    [InlineData("vxevac -g datadg datadg03 nodisk", 11)]
    [InlineData("vxmirror -g datadg datadg03 nodisk", 11)]
    [InlineData("vxassist -g datadg make x 8m layout=", 1)]
    [InlineData("vxassist -g datadg make x 8m mode=9999", 1)]
    [InlineData("vxassist -g datadg make x 8m mode=rw", 1)]
    [InlineData("vxassist -g datadg make x 8m user=", 1)]
    [InlineData("vxassist -g datadg make x 8m tag=", 1)]
    [InlineData("vxassist -g datadg make x 8m nlog=2", 1)]
    [InlineData("vxassist -g datadg make x 8m logdisk=datadg01", 1)]
    [InlineData("vxassist -g datadg make x 8m nmirror=2 logtype=dco nlog=2", 1)]
    [InlineData("vxassist -g datadg make x 8m logtype=drl nmirror=2 logdisk=", 1)]
    public async Task A_slip_of_the_pen_changes_nothing(string line, int code)
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        GroupConfiguration before = lab.Host.FindGroup("datadg")!.Current;
        await lab.FailAsync(line, code);
        Assert.Same(before, lab.Host.FindGroup("datadg")!.Current);
    }

    [Fact]
    public async Task An_operand_that_is_empty_does_not_mean_any_disk()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        CommandResult result = await lab.RunAsync(["vxassist", "-g", "datadg", "mirror", "vol01", ""]);
        Assert.Equal(1, result.Code);
        Assert.Contains("A storage operand is empty", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_defaults_say_of_logs_is_for_volumes_with_a_log()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        lab.HostFiles.Write("etc/default/vxassist", "logs=2\n");
        await lab.DoAsync("vxassist -g datadg make plain 8m");
        await lab.DoAsync("vxassist -g datadg make logged 8m nmirror=2 logtype=drl");
        GroupConfiguration current = lab.Host.FindGroup("datadg")!.Current;
        Assert.Equal([0, 2], ((string[])["plain", "logged"]).Select(
            name => current.PlexesOf(current.FindVolume(name)!.Id).Count(plex => plex.IsLog)));
    }

    private static int Plexes(CommandLab lab, string volume)
    {
        GroupConfiguration current = lab.Host.FindGroup("datadg")!.Current;
        return current.DataPlexesOf(current.FindVolume(volume)!.Id).Count;
    }
}
