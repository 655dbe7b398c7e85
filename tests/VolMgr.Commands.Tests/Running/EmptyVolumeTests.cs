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

    private static int Plexes(CommandLab lab, string volume)
    {
        GroupConfiguration current = lab.Host.FindGroup("datadg")!.Current;
        return current.DataPlexesOf(current.FindVolume(volume)!.Id).Count;
    }
}
