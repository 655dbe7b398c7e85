using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Commands.Tests.Running;

/// <summary>Commands that copy: in the foreground, in the background, watched, steered, interrupted.</summary>
public sealed class CopyCommandTests
{
    private static readonly CopyOptions Slowly = new() { SlowMs = 20, IoSize = 1 << 20, Workers = 1 };

    [Fact]
    public async Task A_mirror_in_the_foreground_ends_with_two_active_plexes()
    {
        await using CommandLab lab = await WithTargetAsync(new CopyOptions());

        await lab.DoAsync("vxassist -g datadg mirror vol01 datadg_n01 datadg_n02");

        Assert.Equal(["ACTIVE", "ACTIVE"], await PlexStatesAsync(lab));
        Assert.Equal(["RW", "RW"], (await PlexesAsync(lab)).Select(row => row[^1]));
    }

    [Fact]
    public async Task An_interrupt_ends_the_waiting_and_not_the_copy()
    {
        await using CommandLab lab = await WithTargetAsync(Slowly);
        await FillAsync(lab);

        Task<CommandResult> mirror = lab.RunAsync("vxassist -g datadg -t m1 mirror vol01 datadg_n01 datadg_n02");
        VolumeTask task = await RunningAsync(lab);
        Assert.True(task.Pause());
        await lab.Interrupt.CancelAsync();

        Assert.Equal(130, (await mirror).Code);
        Assert.True(task.Resume());
        Assert.Equal(TaskState.Completed, await task.Completion);
        Assert.Equal(["ACTIVE", "ACTIVE"], await PlexStatesAsync(lab));
    }

    [Fact]
    public async Task A_copy_is_paused_shown_resumed_and_aborted_by_its_tag()
    {
        await using CommandLab lab = await WithTargetAsync(Slowly);
        await FillAsync(lab);

        await lab.DoAsync("vxassist -g datadg -b -t m1 -o slow=50,iosize=64k mirror vol01 datadg_n01 datadg_n02");
        Assert.Equal(["ACTIVE", "TEMPRMSD"], await PlexStatesAsync(lab));
        Assert.Equal("WO", (await PlexesAsync(lab))[1][^1]);
        await lab.DoAsync("vxtask pause m1");
        Assert.Equal("ATCOPY/P", (await lab.AskAsync("vxtask -p list m1")).Rows[1][1]);
        Assert.Contains("Throttle:  50", (await lab.AskAsync("vxtask -l list m1")).Out, StringComparison.Ordinal);
        await lab.DoAsync("vxtask set slow=70 m1");
        Assert.Contains("Throttle:  70", (await lab.AskAsync("vxtask -l list m1")).Out, StringComparison.Ordinal);
        await lab.FailAsync("vxtask pause m1", 20);
        await lab.FailAsync("vxassist -g datadg mirror vol01 datadg_n03", 13);
        await lab.DoAsync("vxtask resume m1");
        VolumeTask task = lab.Host.Tasks.List[0];
        Task<CommandResult> monitor = lab.RunAsync("vxtask -w 1 monitor m1");
        await lab.DoAsync("vxtask abort m1");

        Assert.Equal(TaskState.Aborted, await task.Completion);
        Assert.EndsWith(" EXITED\n", (await monitor).Out, StringComparison.Ordinal);
        Assert.Equal(["ACTIVE"], await PlexStatesAsync(lab));
        Assert.Contains("m1", (await lab.FailAsync("vxtask list m1", 11)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plex_is_detached_attached_and_dissociated()
    {
        await using CommandLab lab = await WithTargetAsync(new CopyOptions());
        await lab.DoAsync("vxassist -g datadg mirror vol01 datadg_n01 datadg_n02");

        await lab.DoAsync("vxplex -g datadg -v vol01 det vol01-01");
        Assert.Equal(["STALE", "ACTIVE"], await PlexStatesAsync(lab));
        await lab.DoAsync("vxplex -g datadg att vol01 vol01-01");
        Assert.Equal(["ACTIVE", "ACTIVE"], await PlexStatesAsync(lab));
        await lab.DoAsync("vxvol -g datadg rdpol prefer vol01 vol01-02");
        Assert.Equal(
            ["PREFER", "vol01-02"], (await lab.AskAsync("vxprint -g datadg -t vol01")).Rows[1][6..8]);
        await lab.DoAsync("vxplex -g datadg dis vol01-01");
        await lab.FailAsync("vxplex -g datadg dis vol01-02", 18);
        await lab.DoAsync("vxedit -g datadg -rf rm vol01-01");
        Assert.Equal(["ACTIVE"], await PlexStatesAsync(lab));
    }

    [Fact]
    public async Task A_stale_plex_is_recovered()
    {
        await using CommandLab lab = await WithTargetAsync(new CopyOptions());
        await lab.DoAsync("vxassist -g datadg mirror vol01 datadg_n01 datadg_n02");
        await lab.DoAsync("vxplex -g datadg det vol01-01");

        await lab.DoAsync("vxrecover -g datadg -t again vol01");

        Assert.Equal(["ACTIVE", "ACTIVE"], await PlexStatesAsync(lab));
        await lab.DoAsync("vxvol -g datadg resync vol01");
        await lab.FailAsync("vxrecover nowhere", 11);
    }

    private static async Task<CommandLab> WithTargetAsync(CopyOptions copy)
    {
        CommandLab lab = await CommandLab.PopulatedAsync(copy);
        foreach ((string device, int number) in new[] { ("pure0_0012", 1), ("pure0_0013", 2), ("pure0_0014", 3) })
        {
            await lab.DoAsync($"vxdisksetup -i {device}");
            await lab.DoAsync($"vxdg -g datadg adddisk datadg_n0{number}={device}");
        }

        return lab;
    }

    private static async Task FillAsync(CommandLab lab)
    {
        byte[] data = new byte[4 << 20];
        new Random(1).NextBytes(data);
        Volumes.InputOutput.VolumeDevice? volume = lab.Host.Groups[0].OpenVolume("vol01");
        Assert.NotNull(volume);
        await volume.WriteAsync(0, data, Blocks.WriteFlags.None, CancellationToken.None);
    }

    private static async Task<VolumeTask> RunningAsync(CommandLab lab)
    {
        while (lab.Host.Tasks.List.Count == 0)
        {
            await lab.Host.Tasks.WaitForChangeAsync(lab.Host.Tasks.Version);
        }

        return lab.Host.Tasks.List[0];
    }

    private static async Task<IReadOnlyList<string[]>> PlexesAsync(CommandLab lab) =>
        [.. (await lab.AskAsync("vxprint -g datadg -ht vol01")).Rows.Where(row => row[0] == "pl")];

    private static async Task<IEnumerable<string>> PlexStatesAsync(CommandLab lab) =>
        (await PlexesAsync(lab)).Select(row => row[4]);
}
