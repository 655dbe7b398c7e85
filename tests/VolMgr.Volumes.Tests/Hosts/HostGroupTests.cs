using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;
using static VolMgr.Volumes.Tests.Groups.GroupTest;

namespace VolMgr.Volumes.Tests.Hosts;

public sealed class HostGroupTests
{
    [Fact]
    public async Task A_group_survives_reboot_and_its_disks_say_so()
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        string id = group.GroupId;
        await CreateVolumeAsync(group, "vol01", 4 * MiB);
        await host.ShutdownAsync();
        host = await lab.BootAsync();
        group = Assert.Single(host.Groups);
        Assert.Equal(id, group.GroupId);
        DiskDevice disk = host.FindDisk("emc0_01f4")!;
        Assert.Equal(("datadg", "dg01", true), (disk.GroupName, disk.DiskMediaName, disk.IsImported));
        Assert.Equal(VolumeKernelState.Enabled, Volume(group, "vol01").KernelState);
        Assert.Empty(host.Tasks.List);
    }

    [Fact]
    public async Task Creating_is_refused_for_taken_names_foreign_disks_and_raw_devices()
    {
        VolumeHost host = await new TestLab().BootAsync();
        await CreateGroupAsync(host);
        var plain = new GroupCreateRequest();
        Refusal twice = Refused(await host.CreateGroupAsync("datadg", [("d", "emc0_01f7")], plain));
        Assert.Equal("V-5-1-585", twice.MessageId);
        Assert.Equal("V-5-1-2349", Refused(await host.CreateGroupAsync("dg2", [("d", "emc0_01f4")], plain)).MessageId);
        Assert.Equal("V-5-1-543", Refused(await host.CreateGroupAsync("dg2", [("d", "emc0_01f7")], plain)).MessageId);
        Assert.Equal("V-5-1-539", Refused(await host.CreateGroupAsync("dg2", [("d", "nope")], plain)).MessageId);
        Assert.Equal(ErrorCode.Usage, Refused(await host.CreateGroupAsync("nodg", [("d", "emc0_01f7")], plain)).Code);
        Assert.Equal(ErrorCode.Usage, Refused(await host.CreateGroupAsync("dg2", [], plain)).Code);
        Assert.Single(host.Groups);
    }

    [Fact]
    public async Task Deported_data_is_there_on_the_other_host()
    {
        var lab = new TestLab();
        VolumeHost first = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(first);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 8 * MiB, "", mirrors: 2);
        byte[] data = Pattern(1, 256 * 1024);
        await WriteAsync(volume, MiB, data);
        Done(await first.DeportGroupAsync("datadg", new GroupDeportRequest()));
        Assert.Empty(first.Groups);
        VolumeHost second = await lab.BootAsync("host2");
        Assert.Empty(second.Groups);
        DiskGroup there = Value(await second.ImportGroupAsync("datadg", new GroupImportRequest { NewName = "moved" }));
        Assert.Equal("moved", there.Name);
        Assert.Equal(data, await ReadAsync(Open(there, "vol01"), MiB, data.Length));
        Assert.Empty(second.Tasks.List);
        Refusal gone = Refused(await first.DeportGroupAsync("datadg", new GroupDeportRequest()));
        Assert.Equal(ErrorCode.NotFound, gone.Code);
    }

    [Fact]
    public async Task A_group_is_let_go_also_when_it_is_renamed()
    {
        VolumeHost host = await new TestLab().BootAsync();
        await CreateGroupAsync(host);
        Done(await host.DeportGroupAsync("datadg", new GroupDeportRequest { NewName = "other" }));
        Assert.Empty(host.Groups);
        Value(await host.ImportGroupAsync("other", new GroupImportRequest { NewName = "passing", IsTemporary = true }));
        Assert.Equal("passing", Assert.Single(host.Groups).Name);
        Refusal twice = Refused(await host.ImportGroupAsync("other", new GroupImportRequest()));
        Assert.Equal("V-5-1-19179", twice.MessageId);
        Done(await host.DeportGroupAsync("passing", new GroupDeportRequest()));
        Assert.Empty(host.Groups);
        Value(await host.ImportGroupAsync("other", new GroupImportRequest()));
    }

    [Fact]
    public async Task The_host_lock_keeps_others_out_unless_cleared()
    {
        var lab = new TestLab();
        VolumeHost first = await lab.BootAsync();
        await CreateGroupAsync(first);
        VolumeHost second = await lab.BootAsync("host2");
        Refusal locked = Refused(await second.ImportGroupAsync("datadg", new GroupImportRequest()));
        Assert.Contains("another host", locked.Message, StringComparison.Ordinal);
        await lab.CrashAsync("host1");
        Value(await second.ImportGroupAsync("datadg", new GroupImportRequest { ClearsHostLock = true }));
        VolumeHost rebooted = await lab.BootAsync("host1");
        Assert.Empty(rebooted.Groups);
    }

    [Fact]
    public async Task A_group_in_use_is_not_deported()
    {
        VolumeHost host = await new TestLab().BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 4 * MiB);
        using (volume.Open())
        {
            Refusal inUse = Refused(await host.DeportGroupAsync("datadg", new GroupDeportRequest()));
            Assert.Equal("V-5-1-584", inUse.MessageId);
        }
        await WriteAsync(volume, 0, Pattern(3, 4096));
        Done(await host.DeportGroupAsync("datadg", new GroupDeportRequest()));
        Assert.Equal(
            IoStatus.NotReachable, await volume.WriteAsync(0, new byte[512], WriteFlags.None, CancellationToken.None));
    }

    [Fact]
    public async Task A_destroyed_group_leaves_free_disks()
    {
        VolumeHost host = await new TestLab().BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        await CreateVolumeAsync(group, "vol01", 4 * MiB);
        Done(await host.DestroyGroupAsync("datadg"));
        Assert.Empty(host.Groups);
        Assert.All(host.Disks, disk => Assert.Equal("", disk.GroupName));
        Value(await host.CreateGroupAsync("again", [("d1", "emc0_01f4")], new GroupCreateRequest()));
        Assert.Equal("V-5-1-2275", Refused(await host.DestroyGroupAsync("datadg")).MessageId);
    }

    [Fact]
    public async Task A_group_that_cannot_be_imported_is_reported_and_the_host_boots()
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        await CreateGroupAsync(host, disksPerArray: 2);
        await host.ShutdownAsync();
        foreach (string device in new[] { "emc0_01f5", "pure0_0012", "pure0_0013" })
        {
            string real = host.Disks.First(disk => disk.Name == device
                || (device.StartsWith("pure0", StringComparison.Ordinal) && disk.DiskMediaName.Length == 0
                    && disk.Name.EndsWith(device[^2..], StringComparison.Ordinal))).Node.LunName;
            lab.Lun(real).Faults.Add(FaultRule.Always(DeviceOperations.Read));
        }
        host = await lab.BootAsync();
        Assert.Empty(host.Groups);
        Assert.Contains(host.Log.Lines, line => line.Contains("V-5-1-569", StringComparison.Ordinal));
        Assert.Equal(8, host.Disks.Count);
    }

    [Fact]
    public async Task Import_is_refused_for_unknown_and_imported_groups()
    {
        VolumeHost host = await new TestLab().BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        Assert.Equal("V-5-1-10978", Refused(await host.ImportGroupAsync("nope", new GroupImportRequest())).MessageId);
        Assert.Equal("V-5-1-19179", Refused(await host.ImportGroupAsync("datadg", new GroupImportRequest())).MessageId);
        Assert.Equal(
            "V-5-1-19179", Refused(await host.ImportGroupAsync(group.GroupId, new GroupImportRequest())).MessageId);
    }
}
