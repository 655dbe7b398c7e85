using VolMgr.Commands.Runbooks;

namespace VolMgr.Commands.Tests.Runbooks;

/// <summary>What a runbook names by its place, and what of that it uses as a file.</summary>
public sealed class AbsolutePathsTests
{
    [Theory]
    [InlineData("/etc/vx/bin/vxdisksetup -i emc0_1", "/etc/vx/bin/vxdisksetup")]
    [InlineData("sudo /usr/sbin/vxprint -ht", "/usr/sbin/vxprint")]
    [InlineData("/sbin/vxdg list", "/sbin/vxdg")]
    [InlineData("out=$(/opt/VRTS/bin/vxlist disk)", "/opt/VRTS/bin/vxlist")]
    [InlineData("cat /etc/vx/array.info", "/etc/vx/array.info")]
    [InlineData("/usr/lib/vxvm/bin/vxreattach", "/usr/lib/vxvm/bin/vxreattach")]
    [InlineData("vxdisksetup -i emc0_1", null)]
    [InlineData("# /etc/vx/bin/vxdisksetup -i emc0_1", null)]
    [InlineData("ls /backup/etc/vx/bin; /usr/sbin/lvs", null)]
    public void Files_of_the_volume_manager_are_found(string commands, string? path) =>
        Assert.Equal(path, AbsolutePaths.FileOf(Step(commands)));

    [Theory]
    [InlineData("dd if=/dev/vx/rdsk/datadg/vol01 of=/dev/null", "datadg/vol01")]
    [InlineData("cmp /dev/vx/rdsk/datadg/vol02 /dev/vx/dsk/datadg/vol01", "datadg/vol01 datadg/vol02")]
    [InlineData("head -c 512 </dev/vx/rdsk/datadg/vol01", "datadg/vol01")]
    [InlineData("printf x > \"/dev/vx/dsk/datadg/vol01\"", "datadg/vol01")]
    [InlineData("mount /dev/vx/dsk/datadg/vol01 /mnt; umount /dev/vx/dsk/datadg/vol01", "")]
    [InlineData("mount /dev/vx/dsk/datadg/vol01 /mnt; od /dev/vx/dsk/datadg/vol01", "datadg/vol01")]
    [InlineData("vxassist -g datadg mirror vol01", "")]
    [InlineData("# dd if=/dev/vx/rdsk/datadg/vol01", "")]
    public void Volumes_count_where_something_else_than_the_emulated_host_uses_them(string commands, string volumes) =>
        Assert.Equal(volumes, string.Join(' ', new AbsolutePaths().VolumesOf(Step(commands))));

    [Fact]
    public void A_variable_of_an_earlier_step_is_a_use_in_a_later_one()
    {
        AbsolutePaths paths = new();
        Assert.Empty(paths.VolumesOf(Step("dev=/dev/vx/rdsk/datadg/vol01; mount $dev /mnt")));
        Assert.Empty(paths.VolumesOf(Step("umount $dev; test -z \"$(ls /mnt)\"")));
        Assert.Equal(["datadg/vol01"], paths.VolumesOf(Step("fsck -n $dev")));
    }

    private static RunbookStep Step(string commands) => new(1, 1, "", commands);
}
