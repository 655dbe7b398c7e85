using VolMgr.Arrays;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Tests.Running;

public sealed class VxddladmTests
{
    [Fact]
    public async Task The_naming_scheme_is_shown_and_set()
    {
        await using CommandLab lab = await CommandLab.StartAsync();

        Assert.Equal(
            [
                "NAMING_SCHEME       PERSISTENCE    LOWERCASE      USE_AVID",
                "============================================================",
                "Enclosure Based     Yes            Yes            Yes",
            ],
            (await lab.AskAsync("vxddladm get namingscheme")).Lines);
        await lab.DoAsync("vxddladm set namingscheme=ebn use_avid=no");
        Assert.Contains("emc0_0 ", (await lab.AskAsync("vxdisk list")).Out);
        await lab.DoAsync("vxddladm set namingscheme=osn");
        Assert.Contains("\nsdb ", (await lab.AskAsync("vxdisk list")).Out);
        Assert.Equal("OS", (await lab.AskAsync("vxddladm get namingscheme")).Rows[2][0]);
        await lab.DoAsync("vxddladm set namingscheme=ebn use_avid=yes");
        Assert.Contains("\nemc0_01f4 ", (await lab.AskAsync("vxdisk list")).Out);
        await lab.DoAsync("vxddladm set namingscheme=osn persistence=yes");
        Assert.Equal(
            ["OS", "Native", "Yes", "Yes", "Yes"], (await lab.AskAsync("vxddladm get namingscheme")).Rows[2]);
        Assert.Contains("\nsdb ", (await lab.AskAsync("vxdisk list")).Out);
        await lab.FailAsync("vxddladm set namingscheme=other", 1);
        await lab.FailAsync("vxddladm set namingscheme=ebn use_avid=maybe", 1);
        await lab.FailAsync("vxddladm addsupport", 41);
    }

    [Fact]
    public async Task Support_hardware_and_jbods_are_listed()
    {
        await using CommandLab lab = await CommandLab.StartAsync();

        Assert.Contains(
            "libvxemc.so         EMC                 SYMMETRIX",
            (await lab.AskAsync("vxddladm listsupport all")).Lines);
        Assert.Equal(
            ["ARRAY_TYPE    ALUA", "ARRAY_NAME    PURE"],
            (await lab.AskAsync("vxddladm listsupport libname=libvxpure.so")).Lines.Skip(5));
        await lab.FailAsync("vxddladm listsupport libname=libvxnone.so", 11);

        Assert.Equal(4, (await lab.AskAsync("vxddladm list hbas")).Lines.Count);
        Assert.Equal(4, (await lab.AskAsync("vxddladm list ports")).Lines.Count);
        Assert.Equal(6, (await lab.AskAsync("vxddladm list targets")).Lines.Count);
        Assert.Equal(
            "sdb         c2_p0_t0    Online   CLAIMED (libvxemc.so)",
            (await lab.AskAsync("vxddladm list devices hba=c2")).Lines[2]);

        await lab.DoAsync("vxddladm excludearray libname=libvxemc.so");
        Assert.Equal(["libname=libvxemc.so"], (await lab.AskAsync("vxddladm listexclude all")).Lines);
        Assert.Contains("disk_0 ", (await lab.AskAsync("vxdisk list")).Out);
        await lab.DoAsync("vxddladm includearray libname=libvxemc.so");
        Assert.Contains("emc0_01f4 ", (await lab.AskAsync("vxdisk list")).Out);
        await lab.FailAsync("vxddladm excludearray libname=libvxnone.so", 11);

        await lab.DoAsync("vxddladm addjbod vid=OSNEXUS pid=QUANTASTOR serialnum=18/080/4/0x14");
        Assert.Equal(
            "OSNEXUS  QUANTASTOR         18/-1/4/20                 -                  Disk      ",
            (await lab.AskAsync("vxddladm listjbod")).Out.Split('\n')[3]);
        await lab.DoAsync("vxddladm rmjbod vid=OSNEXUS pid=QUANTASTOR");
        await lab.FailAsync("vxddladm rmjbod vid=OSNEXUS pid=QUANTASTOR", 11);
        await lab.DoAsync("vxddladm addjbod vid=ACME cabinetnum=18/-1/16/4 policy=ap");
        Assert.Equal(
            "ACME     ALL                18/-1/4/32                 18/-1/16/4         A/P       ",
            (await lab.AskAsync("vxddladm listjbod")).Out.Split('\n')[3]);
        await lab.DoAsync("vxddladm rmjbod vid=ACME");
        Assert.Contains("cabinetnum=1/2:", (await lab.FailAsync("vxddladm addjbod vid=A cabinetnum=1/2", 1)).Error);
        Assert.Contains("policy=fast: Exp", (await lab.FailAsync("vxddladm addjbod vid=A policy=fast", 1)).Error);
    }

    /// <summary>What another driver controls is taken as it is: no library, no multipathing.</summary>
    [Fact]
    public async Task Foreign_devices_are_left_alone_until_that_is_taken_back()
    {
        await using CommandLab lab = await CommandLab.StartAsync();
        await lab.DoAsync("vxddladm addforeign blockpath=/dev/sdc charpath=/dev/raw/sdc");
        CommandResult path = await lab.AskAsync("vxdmpadm list dmpnode dmpnodename=sdc");
        Assert.Contains("enclosure   = other_disks", path.Lines);
        Assert.Contains("num_paths   = 1", path.Lines);
        Assert.Single((await lab.AskAsync("vxdmpadm getsubpaths dmpnodename=emc0_01f5")).Rows.Skip(2));
        Assert.Equal(
            ["path   /dev/sdc                       /dev/raw/sdc"],
            (await lab.AskAsync("vxddladm listforeign")).Lines.Skip(2));

        await lab.DoAsync("vxddladm addforeign blockdir=/dev chardir=/dev");
        Assert.All(lab.Host.Devices.Nodes, node => Assert.Equal("other_disks", node.Enclosure.Name));
        await lab.DoAsync("vxddladm rmforeign blockdir=/dev chardir=/dev");
        await lab.FailAsync("vxddladm rmforeign blockdir=/dev chardir=/dev", 11);
        await lab.DoAsync("vxddladm rmforeign blockpath=/dev/sdc");
        Assert.Equal(2, (await lab.AskAsync("vxdmpadm getsubpaths dmpnodename=emc0_01f5")).Rows.Skip(2).Count());

        await lab.FailAsync("vxddladm addforeign", 1);
        await lab.FailAsync("vxddladm addforeign blockdir=/dev", 1);
        await lab.FailAsync("vxddladm addforeign blockdir=/tmp chardir=/tmp", 1);
        await lab.FailAsync("vxddladm addforeign blockdir=/dev charpath=/dev/x", 1);
        await lab.FailAsync("vxddladm addforeign sdc", 1);
    }

    [Fact]
    public async Task NAME_5_names_are_exported_edited_and_assigned()
    {
        await using CommandLab lab = await CommandLab.StartAsync();

        string names = (await lab.AskAsync("vxgetdmpnames enclosure=emc0")).Out;
        lab.UserFiles["/export/admin/names"] = names.Replace("emc0_01f4", "payroll_1", StringComparison.Ordinal);
        await lab.DoAsync("vxddladm assign names file=names");
        Assert.Contains("\npayroll_1 ", (await lab.AskAsync("vxdisk list")).Out);
        lab.UserFiles["/export/admin/names"] = names.Replace("emc0_01f4", "emc0_01f5", StringComparison.Ordinal);
        await lab.FailAsync("vxddladm assign names file=names", 12);
        await lab.FailAsync("vxddladm assign names file=nothing", 11);
        await lab.DoAsync("vxdmpadm setattr dmpnode pure0_0012 name=target1");
        Assert.Contains("\ntarget1 ", (await lab.AskAsync("vxdisk list")).Out);
    }

    /// <summary>
    /// Index names that renumber, LUNs that come and go in a seeded order: a disk media name never stands for another
    /// LUN than the one that was given to it, and -e shows DM, DA and OS name together.
    /// </summary>
    [Fact]
    public async Task NAME_3_disk_media_names_never_change_by_rescans_while_device_names_do()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxddladm set namingscheme=ebn use_avid=no persistence=no");
        Dictionary<string, string> given = lab.Host.Disks.Where(disk => disk.DiskMediaName.Length > 0)
            .ToDictionary(disk => disk.DiskMediaName, disk => disk.Node.LunName, StringComparer.Ordinal);
        Assert.Equal(3, given.Count);
        HashSet<string> deviceNames = new(StringComparer.Ordinal);
        LabTopology topology = lab.Topology;
        Random random = new(7);
        string[] luns = [.. topology.Luns.Select(lun => lun.Name)];

        for (int step = 0; step < 40; step++)
        {
            topology = topology.WithLun(luns[random.Next(luns.Length)], "host1", random.Next(2) == 0);
            await lab.Host.Devices.ReplaceTopologyAsync(topology);
            await lab.DoAsync("vxdisk scandisks");
            foreach (DiskDevice disk in lab.Host.Disks.Where(disk => disk.DiskMediaName.Length > 0))
            {
                Assert.Equal(given[disk.DiskMediaName], disk.Node.LunName);
                deviceNames.Add($"{disk.DiskMediaName} {disk.Name}");
            }
        }

        Assert.True(deviceNames.Count > 3);
        Assert.Contains("OS_NATIVE_NAME", (await lab.AskAsync("vxdisk -e list")).Lines[0]);
    }

    /// <summary>
    /// The array copies a LUN of a deported group onto another: the copy is flagged, the group comes from its own disk
    /// as long as that is there, and from the copy only when it is asked for.
    /// </summary>
    [Fact]
    public async Task ASL_5_a_cloned_lun_is_flagged_and_imported_only_on_request()
    {
        await using CommandLab lab = await CommandLab.StartAsync();
        await lab.DoAsync("vxdisksetup -i emc0_01f4");
        await lab.DoAsync("vxdg init datadg datadg01=emc0_01f4");
        await lab.DoAsync("vxdg deport datadg");
        await lab.CloneAsync("emc0/01f4", "emc0/01f5");
        await lab.DoAsync("vxdisk scandisks");
        Assert.Contains("online udid_mismatch clone_disk", (await lab.AskAsync("vxdisk list")).Out);
        Assert.Contains("udid_mismatch clone_disk", (await lab.AskAsync("vxdisk list emc0_01f5")).Out);

        await lab.DoAsync("vxdg import datadg");
        Assert.Equal("emc0_01f4", lab.Host.Disks.Single(disk => disk.DiskMediaName == "datadg01").Name);
        await lab.DoAsync("vxdg deport datadg");

        await lab.Host.Devices.ReplaceTopologyAsync(lab.Topology.WithLun("emc0/01f4", null, isPresented: false));
        await lab.DoAsync("vxdisk scandisks");
        CommandResult refused = await lab.FailAsync("vxdg import datadg", 20);
        Assert.Contains("use -o useclonedev=on", refused.Error);
        await lab.DoAsync("vxdg -o useclonedev=on import datadg");
        Assert.True(lab.Host.Disks.Single(disk => disk.DiskMediaName == "datadg01").IsClone);
    }

    [Theory]
    [InlineData("vxdisk updateudid emc0_01f5", "vxdg import datadg")]
    [InlineData("vxdisk set emc0_01f5 clone=off", "vxdg import datadg")]
    [InlineData("vxdisk list emc0_01f5", "vxdg -o useclonedev=on,updateid import datadg")]
    public async Task A_clone_becomes_a_disk_of_its_own_on_request(string first, string import)
    {
        await using CommandLab lab = await CommandLab.StartAsync();
        await lab.DoAsync("vxdisksetup -i emc0_01f4");
        await lab.DoAsync("vxdg init datadg datadg01=emc0_01f4");
        await lab.FailAsync("vxdisk updateudid emc0_01f4", 31);
        await lab.DoAsync("vxdg deport datadg");
        await lab.CloneAsync("emc0/01f4", "emc0/01f5");
        await lab.Host.Devices.ReplaceTopologyAsync(lab.Topology.WithLun("emc0/01f4", null, isPresented: false));
        await lab.DoAsync("vxdisk scandisks");
        await lab.AskAsync(first);
        await lab.DoAsync(import);
        Assert.False(lab.Host.Disks.Single(disk => disk.DiskMediaName == "datadg01").IsClone);
        await lab.FailAsync("vxdisk updateudid emc0_01f6", 20);
        await lab.FailAsync("vxdisk updateudid nosuch", 11);
    }

    [Fact]
    public async Task The_lock_of_another_host_is_cleared_on_request()
    {
        await using CommandLab lab = await CommandLab.StartAsync();
        await lab.DoAsync("vxdisksetup -i emc0_01f4");
        await lab.DoAsync("vxdg init datadg datadg01=emc0_01f4");
        await lab.FailAsync("vxdisk clearimport emc0_01f4", 31);
        await lab.DoAsync("vxdg -h host9 deport datadg");
        await lab.FailAsync("vxdg import datadg", 20);
        await lab.DoAsync("vxdisk clearimport emc0_01f4");
        await lab.DoAsync("vxdg import datadg");
    }
}
