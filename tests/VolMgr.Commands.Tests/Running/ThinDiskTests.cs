using VolMgr.Blocks;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Commands.Tests.Running;

/// <summary>Space of thin LUNs: what they keep, and what they get back (vxdisk reclaim, vxdisk -o thin list).</summary>
public sealed class ThinDiskTests
{
    private const int MiB = 1 << 20;

    [Fact]
    public async Task What_a_removed_volume_left_on_a_thin_disk_goes_back_and_what_others_hold_stays()
    {
        await using CommandLab lab = await ThinAsync();
        await lab.DoAsync("vxassist -g datadg make old 40m thin1");
        await lab.DoAsync("vxassist -g datadg make kept 40m thin1");
        await WriteAsync(lab, "old", 1);
        await WriteAsync(lab, "kept", 2);
        await lab.DoAsync("vxassist -g datadg remove volume old");
        long before = await AllocatedAsync(lab);
        await lab.DoAsync("vxdisk reclaim pure0_0012");
        long after = await AllocatedAsync(lab);

        Assert.InRange(before - after, 30, 34);
        byte[] read = new byte[32 * MiB];
        Assert.Equal(IoStatus.Success, await Volume(lab, "kept").ReadAsync(0, read, CancellationToken.None));
        Assert.True(read.AsSpan().IndexOfAnyExcept((byte)2) < 0);
        Assert.Empty(lab.Host.Tasks.List);
    }

    [Theory]
    [InlineData("thin1")]
    [InlineData("datadg")]
    [InlineData("pure0")]
    public async Task A_disk_a_group_and_an_enclosure_can_be_named(string name)
    {
        await using CommandLab lab = await ThinAsync();
        await lab.DoAsync("vxassist -g datadg make old 40m thin1");
        await WriteAsync(lab, "old", 1);
        await lab.DoAsync("vxassist -g datadg remove volume old");
        long before = await AllocatedAsync(lab);
        await lab.DoAsync("vxdisk reclaim " + name);
        Assert.InRange(before - await AllocatedAsync(lab), 30, 34);
    }

    [Theory]
    [InlineData("vxdisk reclaim datadg01", "is not a thin LUN that reclaims")]
    [InlineData("vxdisk reclaim emc0", "It has no thin disk in an imported disk group")]
    [InlineData("vxdisk reclaim nothing", "Disk not in the configuration")]
    [InlineData("vxdisk reclaim", "No disk, disk group or enclosure given")]
    [InlineData("vxdisk -o full reclaim thin1", "full")]
    [InlineData("vxdisk -o thin list datadg01", "No thin disk")]
    [InlineData("vxdisk -s -o thin list", "do not apply to -o thin")]
    public async Task What_cannot_be_reclaimed_or_listed_is_refused(string line, string message)
    {
        await using CommandLab lab = await ThinAsync();
        CommandResult result = await lab.RunAsync(line);
        Assert.NotEqual(0, result.Code);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_has_thin_devices_only()
    {
        await using CommandLab lab = await ThinAsync();
        CommandResult all = await lab.AskAsync("vxdisk -o thin list");
        Assert.Equal(["DEVICE", "SIZE(mb)", "PHYS_ALLOC(mb)", "GROUP", "TYPE", "RECLAIM_CMD"], all.Rows[0]);
        Assert.All(all.Rows.Skip(1), row => Assert.StartsWith("pure0_", row[0], StringComparison.Ordinal));
        string[] one = Assert.Single((await lab.AskAsync("vxdisk -q -o thin list datadg")).Rows);
        Assert.Equal(["pure0_0012", "256", one[2], "datadg", "thinrclm", "UNMAP"], one);
        Assert.InRange(long.Parse(one[2]), 1, 64);
    }

    private static async Task<CommandLab> ThinAsync()
    {
        CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxdisksetup -i pure0_0012 format=cdsdisk");
        await lab.DoAsync("vxdg -g datadg adddisk thin1=pure0_0012");
        return lab;
    }

    private static async Task WriteAsync(CommandLab lab, string volume, byte value)
    {
        byte[] data = new byte[32 * MiB];
        data.AsSpan().Fill(value);
        Assert.Equal(
            IoStatus.Success, await Volume(lab, volume).WriteAsync(0, data, WriteFlags.None, CancellationToken.None));
    }

    private static async Task<long> AllocatedAsync(CommandLab lab) =>
        long.Parse((await lab.AskAsync("vxdisk -q -o thin list pure0_0012")).Rows[0][2]);

    private static VolumeDevice Volume(CommandLab lab, string name) =>
        lab.Host.Groups[0].OpenVolume(name) ?? throw new InvalidOperationException("the volume is started");
}
