namespace VolMgr.Commands.Tests.Running;

/// <summary>mount, umount, df, lsblk and multipath of the emulated host, as runbooks use them.</summary>
public sealed class ForeignCommandTests
{
    [Fact]
    public async Task A_mounted_volume_is_listed_and_cannot_be_stopped_until_it_is_unmounted()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("mount -t vxfs -o largefiles /dev/vx/dsk/datadg/vol01 /data/");

        Assert.Equal(
            ["/dev/vx/dsk/datadg/vol01 on /data type vxfs (rw)"], (await lab.AskAsync("mount")).Lines);
        await lab.FailAsync("vxvol -g datadg stop vol01", (int)VolMgr.Volumes.ErrorCode.InUse);
        CommandResult table = await lab.AskAsync("df -h /data");
        Assert.Equal("Filesystem               Size Used Available Use% Mounted on", table.Lines[0]);
        Assert.EndsWith("/data", table.Lines[1], StringComparison.Ordinal);

        await lab.DoAsync("umount /data");
        Assert.Empty((await lab.RunAsync("mount")).Out);
        await lab.DoAsync("vxvol -g datadg stop vol01");
    }

    [Fact]
    public async Task A_mount_that_cannot_be_says_why_and_mounts_nothing()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("mount /dev/vx/dsk/datadg/vol01 /data");

        foreach ((string line, string why) in (IEnumerable<(string, string)>)
        [
            ("mount /dev/vx/dsk/datadg/vol01 /other", "already mounted"),
            ("mount /dev/vx/dsk/datadg/nothing /n", "no started volume"),
            ("mount /dev/sda1 /boot", "only /dev/vx/dsk/GROUP/VOLUME"),
            ("mount /data", "absolute directory"),
            ("mount --bind /a /b", "--bind: this option is not supported"),
        ])
        {
            CommandResult refused = await lab.FailAsync(line, 32);
            Assert.Contains(why, refused.Error, StringComparison.Ordinal);
        }

        Assert.Single((await lab.AskAsync("mount")).Lines);
        await lab.FailAsync("umount /nowhere", 32);
        await lab.FailAsync("df /nowhere", 1);
        await lab.FailAsync("df --inodes", 1);
    }

    [Fact]
    public async Task Lsblk_shows_a_node_for_each_path()
    {
        await using CommandLab lab = await CommandLab.StartAsync();

        CommandResult table = await lab.AskAsync("lsblk -d");

        Assert.Equal("NAME   MAJ:MIN RM  SIZE RO TYPE MOUNTPOINTS", table.Lines[0]);
        Assert.Equal(lab.Host.Disks.Sum(disk => disk.Node.Paths.Count), table.Lines.Count - 1);
        Assert.StartsWith("sdb       8:16  0", table.Lines[1], StringComparison.Ordinal);
        await lab.FailAsync("lsblk --json", 1);
    }

    [Fact]
    public async Task Multipath_lists_nothing_because_dmp_has_the_paths()
    {
        await using CommandLab lab = await CommandLab.StartAsync();

        Assert.Empty((await lab.RunAsync("multipath -ll")).Out);
        Assert.Contains("vxdmpadm getsubpaths", (await lab.FailAsync("multipath -F", 1)).Error);
    }
}
