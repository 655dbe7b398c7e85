using VolMgr.Blocks;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Commands.Tests.Running;

/// <summary>vxtrace: what single I/Os become.</summary>
public sealed class TraceTests
{
    [Fact]
    public async Task A_write_to_a_mirror_is_one_of_the_volume_and_one_of_a_disk_of_each_plex()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxassist -g datadg make mir 20m layout=mirror nmirror=2 datadg02 datadg03");
        CommandResult result = await TraceAsync(lab, "vxtrace -g datadg -t 1 mir", "mir");

        string[] begin = Assert.Single(result.Rows, row => row[1] == "START" && row[3] == "vdev" && row[2] == "write");
        Assert.Equal(["write", "vdev", "mir", "block", "16", "len", "8", "concurrency", "1"], begin[2..]);
        List<string[]> disks = [.. result.Rows.Where(row => row is [_, "START", "write", "disk", ..])];
        Assert.Equal(["mir-01", "mir-02"], disks.Select(row => row[6]).Order());
        Assert.Equal(2, disks.Select(row => row[4]).Distinct().Count());
        Assert.All(disks, row => Assert.Equal(["op", begin[0]], row[7..9]));
        string[] end = Assert.Single(result.Rows, row => row[1] == "END" && row[2] == "write" && row[3] == "vdev");
        Assert.Equal(["op", begin[0], "block", "16", "len", "8", "time"], end[5..12]);
        Assert.Equal(2, result.Rows.Count(row => row is [_, "END", "write", "disk", ..]));
        string[] read = Assert.Single(result.Rows, row => row is [_, "START", "read", "vdev", ..]);
        Assert.Single(result.Rows, row => row is [_, "START", "read", "disk", ..] && row[8] == read[0]);
    }

    [Theory]
    [InlineData("dev", "vdev")]
    [InlineData("disk", "disk")]
    public async Task One_kind_can_be_asked_for(string kind, string word)
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        CommandResult result = await TraceAsync(lab, $"vxtrace -g datadg -l -t 1 -o {kind}", "vol01");
        Assert.NotEmpty(result.Rows);
        Assert.All(result.Rows, row => Assert.Equal(word, row[3]));
        Assert.All(result.Rows.Where(row => row[1] == "END"), row => Assert.Equal("Success", row[^1]));
    }

    [Fact]
    public async Task A_plex_that_comes_while_it_runs_is_traced_too_and_one_of_a_copy_has_no_request()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxassist -g datadg make v 20m datadg02");
        VolumeDevice volume = Volume(lab, "v");
        byte[] data = new byte[4096];
        data.AsSpan().Fill(7);
        await volume.WriteAsync(0, data, WriteFlags.None, CancellationToken.None);
        Task<CommandResult> tracing = lab.RunAsync("vxtrace -g datadg -t 3 -o disk v");
        await TracedAsync(lab, volume);
        await lab.DoAsync("vxassist -g datadg mirror v datadg03");
        await volume.WriteAsync(0, data, WriteFlags.None, CancellationToken.None);

        CommandResult result = await tracing;
        Assert.Equal(0, result.Code);
        Assert.Contains(result.Rows, row => row is [_, "START", "read", "disk", _, "plex", "v-01", "block", ..]);
        Assert.Contains(result.Rows, row => row is [_, "START", "write", "disk", _, "plex", "v-02", "block", ..]);
        Assert.Contains(result.Rows, row => row is [_, "START", "write", "disk", _, "plex", "v-02", "op", ..]);
    }

    [Fact]
    public async Task A_volume_is_traced_by_one_command_at_a_time_and_by_nobody_afterwards()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        VolumeDevice volume = Volume(lab, "vol01");
        using (IDisposable? first = volume.TryTrace(new IoTrace(TimeProvider.System, _ => "")))
        {
            Assert.NotNull(first);
            await lab.FailAsync("vxtrace -g datadg vol01", 31);
        }

        Assert.Equal(0, (await lab.RunAsync("vxtrace -g datadg -t 1 vol01")).Code);
        using IDisposable? again = volume.TryTrace(new IoTrace(TimeProvider.System, _ => ""));
        Assert.NotNull(again);
    }

    [Theory]
    [InlineData("vxtrace -g datadg nothing", 11)]
    [InlineData("vxtrace -g datadg -t 0 vol01", 1)]
    [InlineData("vxtrace -g datadg -k x vol01", 41)]
    [InlineData("vxtrace -g datadg -o plex vol01", 1)]
    public async Task What_cannot_be_traced_is_refused(string line, int code)
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.FailAsync(line, code);
    }

    /// <summary>Runs the trace, and one write and one read of 4 KiB at 8 KiB under it.</summary>
    private static async Task<CommandResult> TraceAsync(CommandLab lab, string line, string name)
    {
        VolumeDevice volume = Volume(lab, name);
        Task<CommandResult> tracing = lab.RunAsync(line);
        await TracedAsync(lab, volume);
        byte[] data = new byte[4096];
        Assert.Equal(IoStatus.Success, await volume.WriteAsync(8192, data, WriteFlags.None, CancellationToken.None));
        Assert.Equal(IoStatus.Success, await volume.ReadAsync(8192, data, CancellationToken.None));
        CommandResult result = await tracing;
        Assert.Equal((0, ""), (result.Code, result.Error));
        return result;
    }

    private static async Task TracedAsync(CommandLab lab, VolumeDevice volume)
    {
        while (!volume.IsTraced)
        {
            await lab.Host.Engine.DelayAsync(TimeSpan.FromMilliseconds(5), CancellationToken.None);
        }
    }

    private static VolumeDevice Volume(CommandLab lab, string name) =>
        lab.Host.Groups[0].OpenVolume(name) ?? throw new InvalidOperationException("the volume is started");
}
