using VolMgr.Blocks;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Tests.Hosts;
using static VolMgr.Volumes.Tests.Groups.GroupTest;

namespace VolMgr.Volumes.Tests.Groups;

public sealed class LastPlexTests
{
    // The commit that takes the plex is held while a write waits at the gate: what waits must not find the plex.
    [Fact]
    public async Task A_write_that_waits_while_the_last_plex_is_removed_by_force_does_not_reach_it()
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 4 * MiB, "dg01");
        await WriteAsync(volume, 0, Pattern(1, 4096));
        FaultDevice other = lab.Lun(host.Disks.First(disk => disk.DiskMediaName == "new01").Name).Faults;
        Fault held = other.Add(FaultRule.Hang(DeviceOperations.Write));
        Task<Outcome> removing = group.DissociatePlexAsync(null, "vol01-01", remove: true, force: true);
        while (held.Hanging == 0)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        Task<IoStatus> write = volume.WriteAsync(
            0, Pattern(2, 4096), WriteFlags.None, CancellationToken.None).AsTask();
        Task<IoStatus> read = volume.ReadAsync(0, new byte[4096], CancellationToken.None).AsTask();
        Task<IoStatus> flush = volume.FlushAsync(CancellationToken.None).AsTask();
        other.Remove(held);
        Done(await removing);
        Assert.Equal(
            [IoStatus.NotReachable, IoStatus.NotReachable, IoStatus.NotReachable],
            await Task.WhenAll(write, read, flush));
        Assert.Null(group.OpenVolume("vol01"));
        Assert.Empty(group.Current.Plexes);
    }
}
