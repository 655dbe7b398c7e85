using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Tasks;
using VolMgr.Volumes.Tests.Hosts;
using static VolMgr.Volumes.Tests.Groups.GroupTest;

namespace VolMgr.Volumes.Tests.Groups;

/// <summary>What a crash, a lost target and a lost source leave of a move of subdisks.</summary>
public sealed class MoveTests
{
    private static readonly CopyOptions Slow = new() { IoSize = 65536, SlowMs = 50, Workers = 1 };

    // Goal: a crash in the middle of a move leaves the volume on its old subdisks with everything that was flushed.
    // Method: move a slow volume, write and flush behind the copier, crash with the loss of what was not flushed.
    [Theory]
    [InlineData(PlexLayout.Concat)]
    [InlineData(PlexLayout.Stripe)]
    public async Task A_crash_ends_a_move_with_the_old_subdisks_in_use(PlexLayout layout)
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        Done(await group.CreateVolumeAsync(new VolumeRequest
        {
            Name = "vol01",
            Length = 4 * MiB,
            Layout = layout,
            ColumnCount = layout == PlexLayout.Stripe ? 2 : null,
            Storage = Storage("enclr:emc0"),
        }));
        VolumeDevice volume = Open(group, "vol01");
        string[] before = Subdisks(group);
        byte[] data = Pattern(3, (int)(4 * MiB));
        await WriteAsync(volume, 0, data);
        VolumeTask task = Value(await group.MoveVolumeAsync("vol01", Storage("!enclr:emc0"), Slow))!;
        while (host.Tasks.List.Max(child => child.ParentId == task.Id ? child.Current : 0) < 4 * 65536)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        byte[] late = Pattern(4, 65536);
        await WriteAsync(volume, 0, late);
        late.CopyTo(data, 0);
        Assert.Equal(IoStatus.Success, await volume.FlushAsync(CancellationToken.None));

        await lab.CrashAsync(random: new Random(5));
        host = await lab.BootAsync();
        await SettleAsync(host);
        group = Assert.Single(host.Groups);

        Assert.Equal(before, Subdisks(group));
        Assert.Single(group.Current.Plexes);
        Assert.Equal(data, await ReadAsync(Open(group, "vol01"), 0, data.Length));
        task = Value(await group.MoveVolumeAsync("vol01", Storage("!enclr:emc0"), new CopyOptions()))!;
        Assert.Equal(TaskState.Completed, await task.Completion);
        Assert.All(Subdisks(group), name => Assert.StartsWith("new", name, StringComparison.Ordinal));
        Assert.Equal(data, await ReadAsync(Open(group, "vol01"), 0, data.Length));
        await host.ShutdownAsync();
    }

    [Fact]
    public async Task A_move_to_a_disk_that_fails_is_backed_out_and_the_application_feels_nothing()
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 4 * MiB);
        byte[] data = Pattern(3, (int)(4 * MiB));
        await WriteAsync(volume, 0, data);
        string[] before = Subdisks(group);
        VolumeTask task = Value(await group.MoveVolumeAsync("vol01", Storage("!enclr:emc0 new01"), Slow))!;
        DiskRecord target = group.Current.FindDisk("new01")!;
        lab.Lun(target.LastDeviceName).Faults.Add(
            FaultRule.InRange(2 * MiB, 62 * MiB, DeviceOperations.Write));
        await WriteAsync(volume, 0, data);

        Assert.Equal(TaskState.Failed, await task.Completion);
        Assert.Equal(before, Subdisks(group));
        Assert.Equal(data, await ReadAsync(volume, 0, data.Length));
        await host.ShutdownAsync();
    }

    private static string[] Subdisks(DiskGroup group) =>
        [.. group.Current.Subdisks.Values.Select(subdisk => subdisk.Name).Order(StringComparer.Ordinal)];
}
