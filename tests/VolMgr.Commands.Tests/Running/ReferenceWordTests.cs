namespace VolMgr.Commands.Tests.Running;

/// <summary>Attributes, operands and keywords of the real commands are honoured, or refused by name with exit 41; none
/// is taken for a typing error.</summary>
public sealed class ReferenceWordTests
{
    [Theory]
    [InlineData("vxdisk init emc0_01f7 format=sliced")]
    [InlineData("vxdisk init emc0_01f7 puboffset=1")]
    [InlineData("vxdisk init emc0_01f7 nconfig=1")]
    [InlineData("vxdisk init emc0_01f7 privoffset=256")]
    [InlineData("vxdisk -g datadg set datadg01 clone=on")]
    [InlineData("vxdisk -g datadg set datadg01 site=a")]
    [InlineData("vxdisk -p list")]
    [InlineData("vxdisk -g datadg resize datadg01")]
    [InlineData("vxdisk define emc0_01f7")]
    [InlineData("vxdisksetup -i emc0_01f7 format=simple")]
    [InlineData("vxdisksetup -i emc0_01f7 noconfig")]
    [InlineData("vxdisksetup -i emc0_01f7 noreserve")]
    [InlineData("vxdisksetup -i emc0_01f7 privoffset=256")]
    [InlineData("vxdg init x nconfig=2 x1=emc0_01f7")]
    [InlineData("vxdg -s init x x1=emc0_01f7")]
    [InlineData("vxdg -g datadg set activation=ro")]
    [InlineData("vxdg -g datadg set align=1")]
    [InlineData("vxdg -g datadg set diskdetpolicy=local")]
    [InlineData("vxdg -g datadg set dgfailpolicy=leave")]
    [InlineData("vxdg -g datadg set maxdev=100")]
    [InlineData("vxdg -g datadg set coordinator=on")]
    [InlineData("vxassist -g datadg make x 8m layout=raid5")]
    [InlineData("vxassist -g datadg relayout vol01 layout=stripe")]
    [InlineData("vxassist -g datadg snapstart vol01")]
    [InlineData("vxassist -g datadg growlogby vol01 1m")]
    [InlineData("vxplex -g datadg convert state=ACTIVE vol01-01")]
    [InlineData("vxplex -g datadg -s vol01-01 att vol01 vol01-02")]
    [InlineData("vxsd -g datadg aslog vol01-01 x")]
    [InlineData("vxvol -g datadg maint vol01")]
    [InlineData("vxvol -g datadg rdpol siteread vol01")]
    [InlineData("vxvol -g datadg set logtype=drl vol01")]
    [InlineData("vxrecover -c")]
    [InlineData("vxmake -g datadg cache c")]
    [InlineData("vxmake -g datadg dco d")]
    [InlineData("vxresize -g datadg -F vxfs vol01 +1m")]
    [InlineData("vxsnap -g datadg make source=vol01")]
    [InlineData("vxsnap -g datadg print")]
    [InlineData("vxsnap -g datadg addmap vol01")]
    [InlineData("vxstat -g datadg -ff")]
    [InlineData("vxstat -g datadg -a")]
    [InlineData("vxdg -g datadg -f adddisk datadg04=emc0_01f7")]
    [InlineData("vxsd -g datadg -o force assoc vol01-01 datadg01-01")]
    [InlineData("vxdctl license")]
    [InlineData("vxdctl init host9")]
    [InlineData("vxrelayout -g datadg status vol01")]
    [InlineData("vxrelayout -g datadg reverse vol01")]
    [InlineData("vxvset -g datadg make vs vol01")]
    [InlineData("vxcache -g datadg list")]
    [InlineData("vxconfigd -k -x syslog")]
    public async Task A_word_that_means_nothing_here_is_refused_by_name(string line)
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        CommandResult result = await lab.RunAsync(line);
        Assert.Equal("41 " + line, $"{result.Code} {line}" + (result.Code == 41 ? "" : " " + result.Error));
        Assert.Contains("Not supported", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vxassist -g datadg growlogto vol01 1m", "loglen=")]
    [InlineData("vxassist -g datadg relayout vol01 layout=stripe", "add a mirror with the new layout")]
    [InlineData("vxassist -g datadg add column vol01", "add a mirror with the new layout")]
    [InlineData("vxassist -g datadg remove column vol01", "add a mirror with the new layout")]
    [InlineData("vxassist -g datadg list", "see vxprint -ht")]
    [InlineData("vxassist -g datadg snapshot vol01", "vxplex dis")]
    [InlineData("vxassist -g datadg make x 8m fixed", "a multiple of 16 sectors")]
    [InlineData("vxassist -g datadg make x 8m site=a", "enclr:name")]
    [InlineData("vxassist -g datadg make x 8m use_storage=allof{enclr:emc0}", "operands or alloc=")]
    [InlineData("vxassist -g datadg make x 8m require=a", "operands or alloc=")]
    [InlineData("vxassist -g datadg make x 8m prefer_storage=a", "operands or alloc=")]
    [InlineData("vxassist -g datadg make x 8m mediatype=ssd", "mediatype:hdd")]
    [InlineData("vxassist -g datadg make x 8m lun:1", "name disks by")]
    [InlineData("vxassist -g datadg make x 8m nmirror=2 mirror=site", "use mirror=enclr or mirror=ctlr")]
    [InlineData("vxassist -g datadg make x 8m layout=raid5", "use mirror-stripe")]
    [InlineData("vxassist -g datadg make x 8m logtype=dco dcoversion=0", "use dcoversion=20")]
    [InlineData("vxassist -g datadg make x 8m fastresync=on", "add logtype=dco")]
    [InlineData("vxassist -g datadg make x 8m logtype=raid5", "use logtype=drl")]
    [InlineData("vxassist -g datadg -b mirror vol01 nmirror=2", "leave -b out")]
    [InlineData("vxassist -g datadg -b evacuate disk datadg01", "evacuate volume")]
    [InlineData("vxassist -g datadg evacuate subdisk datadg01-01", "use vxsd mv")]
    [InlineData("vxassist -g datadg evacuate log vol01", "vxassist addlog")]
    [InlineData("vxrecover -c", "not shared")]
    [InlineData("vxresize -g datadg -F vxfs vol01 +1m", "its own command")]
    [InlineData("vxresize -g datadg -s vol01 100m", "vxassist shrinkto")]
    [InlineData("vxresize -g datadg vol01 -100m", "vxassist shrinkto")]
    [InlineData("vxresize -g datadg -t now vol01 +1m", "no task to tag")]
    [InlineData("vxmirror -g datadg -R x datadg01", "boot")]
    [InlineData("vxdg -g datadg -f adddisk datadg04=emc0_01f7", "vxdg rmdisk")]
    [InlineData("vxdisk -g datadg resize datadg01", "take a larger one")]
    [InlineData("vxdisk define emc0_01f7", "vxdisk scandisks")]
    [InlineData("vxdisk -p list", "vxdisk list device")]
    [InlineData("vxdisk -o full reclaim datadg01", "without it")]
    [InlineData("vxvol -g datadg maint vol01", "vxvol stop")]
    [InlineData("vxvol -g datadg init enable vol01", "vxvol init active")]
    [InlineData("vxvol -g datadg set logtype=drl vol01", "vxassist remove log")]
    [InlineData("vxsd -g datadg aslog vol01-01 x", "vxassist addlog")]
    [InlineData("vxstat -g datadg -f c", "-p")]
    [InlineData("vxdg -g datadg set activation=ro", "one host")]
    [InlineData("vxdg -g datadg set align=1", "cds=on")]
    [InlineData("vxdg -g datadg set coordinator=on", "volmgr scsi")]
    public async Task A_refusal_says_what_to_do_instead(string line, string remedy)
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        CommandResult result = await lab.FailAsync(line, 41);
        Assert.Contains(remedy, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cache_that_is_not_there_is_said_as_the_field_says_it()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        CommandResult result = await lab.FailAsync("vxcache -g datadg stop snapcache", 11);
        Assert.Contains("V-5-1-6332 Cache snapcache not in configuration", result.Error, StringComparison.Ordinal);
    }
}
