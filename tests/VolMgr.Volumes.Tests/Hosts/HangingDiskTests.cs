using VolMgr.Blocks;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.OnDisk;
using static VolMgr.Volumes.Tests.Groups.GroupTest;

namespace VolMgr.Volumes.Tests.Hosts;

/// <summary>A LUN that does not answer operations on its private region.</summary>
public sealed class HangingDiskTests
{
    private const string Device = "emc0_01f4";

    /// <summary>A commit waits for the LUN once and goes on without it; what the LUN does later, and a rescan while it
    /// still hangs, changes nothing; after it has come to its senses a rescan brings it back.</summary>
    [Fact]
    public async Task A_disk_that_hangs_is_dropped_from_the_holders_and_comes_back_with_a_rescan()
    {
        var lab = new TestLab { PrivateRegionTimeout = TimeSpan.FromMilliseconds(300) };
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 8 * MiB);
        Assert.Contains(group.Store.Holders, IsHung);
        TestLun lun = lab.Lun(Device);
        Fault hang = lun.Faults.Add(PrivateRegionHangs());

        await CreateVolumeAsync(group, "vol02", 8 * MiB, "enclr:pure0");
        Assert.DoesNotContain(group.Store.Holders, IsHung);
        Assert.Equal(3, group.Store.Holders.Count);
        Assert.Equal(1, hang.Hanging);
        await CreateVolumeAsync(group, "vol03", 8 * MiB, "enclr:pure0");
        await WriteAsync(volume, 0, Pattern(1, 4096)); // its public region answers
        await host.RescanAsync();
        Assert.DoesNotContain(group.Store.Holders, IsHung);
        Assert.Equal(1, hang.Hanging);

        lun.Faults.Remove(hang); // now the old commit lands
        await UntilAsync(async () =>
        {
            await host.RescanAsync();
            return group.Store.Holders.Any(IsHung);
        });
        Done(await host.DeportGroupAsync("datadg", new GroupDeportRequest()));
        group = Value(await host.ImportGroupAsync("datadg", new GroupImportRequest()));
        Assert.Equal(4, group.Store.Holders.Count);
        Assert.Equal(3, group.Current.Volumes.Count);
        Assert.Equal(Pattern(1, 4096), await ReadAsync(Open(group, "vol01"), 0, 4096));
    }

    [Fact]
    public async Task A_group_is_imported_and_deported_without_a_disk_that_hangs()
    {
        var lab = new TestLab { PrivateRegionTimeout = TimeSpan.FromMilliseconds(300) };
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        await CreateVolumeAsync(group, "vol01", 8 * MiB, "enclr:pure0");
        Fault hang = lab.Lun(Device).Faults.Add(PrivateRegionHangs(DeviceOperations.Read | DeviceOperations.Write));
        Done(await host.DeportGroupAsync("datadg", new GroupDeportRequest()));
        group = Value(await host.ImportGroupAsync("datadg", new GroupImportRequest()));
        Assert.DoesNotContain(group.Store.Holders, IsHung);
        Open(group, "vol01");
        lab.Lun(Device).Faults.Remove(hang);
        Done(await host.DeportGroupAsync("datadg", new GroupDeportRequest()));
    }

    private static bool IsHung(ConfigurationHolder holder) => holder.DeviceName == Device;

    private static FaultRule PrivateRegionHangs(DeviceOperations operations = DeviceOperations.Write) =>
        FaultRule.Hang(operations) with
        {
            Offset = PrivateRegion.DiskOffset,
            Length = TestLab.PrivateLength,
        };

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (int round = 0; !await condition(); round++)
        {
            Assert.True(round < 100, "it does not happen");
            await Task.Delay(20);
        }
    }
}
