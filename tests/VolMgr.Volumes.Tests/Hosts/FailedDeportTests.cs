using VolMgr.Blocks;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.OnDisk;
using static VolMgr.Volumes.Tests.Groups.GroupTest;

namespace VolMgr.Volumes.Tests.Hosts;

/// <summary>Giving a group up when its disks do not take the news.</summary>
public sealed class FailedDeportTests
{
    private static readonly byte[] Data = Pattern(1, 4096);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_group_that_no_disk_lets_go_of_stays_usable(bool isDestroyed)
    {
        var lab = new TestLab();
        (VolumeHost host, DiskGroup group) = await WithDataAsync(lab);
        FailHeaders(lab, group, writes: 1);
        Refusal refusal = Refused(isDestroyed
            ? await host.DestroyGroupAsync("datadg")
            : await host.DeportGroupAsync("datadg", new GroupDeportRequest { NewName = "other", NewHostId = "host2" }));
        Assert.StartsWith("Disk group datadg: ", refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith("stays imported", refusal.Message, StringComparison.Ordinal);
        Assert.Same(group, host.FindGroup("datadg"));
        Assert.Equal("datadg", group.Name);
        Assert.Equal(Data, await ReadAsync(Open(group, "vol01"), 0, Data.Length));
        await CreateVolumeAsync(group, "vol02", 8 * MiB);

        host = await RebootAsync(lab);
        group = Assert.Single(host.Groups);
        Assert.Equal(("datadg", 4), (group.Name, group.Store.Holders.Count));
        Assert.Equal(Data, await ReadAsync(Open(group, "vol01"), 0, Data.Length));
        Done(await host.DeportGroupAsync("datadg", new GroupDeportRequest()));
        Assert.Empty(host.Groups);
    }

    [Fact]
    public async Task A_group_whose_disks_take_nothing_is_disabled_and_can_be_deported_and_imported()
    {
        var lab = new TestLab();
        (VolumeHost host, DiskGroup group) = await WithDataAsync(lab);
        FailHeaders(lab, group, writes: null);
        Refusal refusal = Refused(
            await host.DeportGroupAsync("datadg", new GroupDeportRequest { NewName = "other" }));
        Assert.Contains("is disabled", refusal.Message, StringComparison.Ordinal);
        Assert.True(group.Store.IsDisabled);
        Assert.Equal(
            "V-5-1-124", Refused(await group.RenameAsync("vol01", "vol02")).MessageId);
        Done(await host.DeportGroupAsync(group.Name, new GroupDeportRequest()));
        Assert.Empty(host.Groups);

        Heal(lab);
        group = Value(await host.ImportGroupAsync(group.GroupId, new GroupImportRequest()));
        Assert.Equal(4, group.Store.Holders.Count);
        Assert.Equal(Data, await ReadAsync(Open(group, "vol01"), 0, Data.Length));
    }

    private static async Task<(VolumeHost Host, DiskGroup Group)> WithDataAsync(TestLab lab)
    {
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 8 * MiB);
        await WriteAsync(volume, 0, Data);
        return (host, group);
    }

    private static async Task<VolumeHost> RebootAsync(TestLab lab)
    {
        await lab.CrashAsync();
        return await lab.BootAsync();
    }

    private static void FailHeaders(TestLab lab, DiskGroup group, long? writes)
    {
        // Of two equal copies the backup is rewritten first.
        long[] copies = writes is null
            ? [PrivateRegion.HeaderBackup, PrivateRegion.HeaderPrimary]
            : [PrivateRegion.HeaderBackup];
        foreach (string device in group.Store.Holders.Select(holder => holder.DeviceName))
        {
            foreach (long offset in copies)
            {
                FaultRule rule = FaultRule.InRange(
                    PrivateRegion.DiskOffset + offset, DiskHeader.Size, DeviceOperations.Write);
                LunOf(lab, group, device).Faults.Add(rule with { Limit = writes });
            }
        }
    }

    private static TestLun LunOf(TestLab lab, DiskGroup group, string device) =>
        lab.Lun(group.Host.FindDisk(device)!.Node.LunName);

    private static void Heal(TestLab lab) => lab.ForEachLun(lun => lun.Faults.Clear());
}
