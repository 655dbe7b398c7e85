using VolMgr.Arrays;

namespace VolMgr.Commands.Tests.Running;

public sealed class VxdmpadmTests
{
    [Fact]
    public async Task Controllers_nodes_and_stanzas_have_the_columns_of_the_reference()
    {
        await using CommandLab lab = await CommandLab.StartAsync();

        Assert.Equal(
            [
                "CTLR-NAME       ENCLR-TYPE      STATE      ENCLR-NAME",
                "=====================================================",
                "c2              EMC             ENABLED      emc0",
                "c2              PURE            ENABLED      pure0",
            ],
            (await lab.AskAsync("vxdmpadm listctlr ctlr=c2")).Lines);
        Assert.Equal(
            [
                "NAME                 STATE        ENCLR-TYPE   PATHS  ENBL  DSBL  ENCLR-NAME",
                new string('=', 78),
                "emc0_01f4            ENABLED      EMC          2      2     0     emc0",
            ],
            (await lab.AskAsync("vxdmpadm getdmpnode nodename=sdb")).Lines);
        Assert.Equal(6, (await lab.AskAsync("vxdmpadm getdmpnode enclosure=pure0")).Lines.Count);

        IReadOnlyList<string> stanza = (await lab.AskAsync("vxdmpadm list dmpnode dmpnodename=pure0_0012")).Lines;
        Assert.Equal(
            [
                "dmpdev      = pure0_0012", "state       = enabled", "enclosure   = pure0",
                "cab-sno     = CB6F00112233", "asl     = libvxpure.so", "vid     = PURE", "pid     = FlashArray",
                "array-name  = PURE", "array-type  = ALUA", "iopolicy    = MinimumQ", "avid        = 0012",
                "lun-sno     = 624a9370cb6f00112233000000000012",
            ],
            stanza.Take(12));
        Assert.Equal("###path     = name state type transport ctlr hwpath aportID aportWWN attr", stanza[^3]);
        Assert.StartsWith("path        = sdf enabled(a) active/optimized FC c2 c2 1-1 52:4a:93:7", stanza[^2]);
        Assert.Equal(1 + 7 + (8 * 22), (await lab.AskAsync("vxdmpadm list dmpnode all")).Out.Split('\n').Length);
        await lab.FailAsync("vxdmpadm list dmpnode dmpnodename=nothing", 11);
        await lab.FailAsync("vxdmpadm cfgapm dmpaa", 41);
    }

    [Fact]
    public async Task Ports_groups_foreign_devices_and_modules_are_listed()
    {
        await using CommandLab lab = await CommandLab.StartAsync();

        CommandResult ports = await lab.AskAsync("vxdmpadm getportids dmpnodename=pure0_0012");
        Assert.Equal("NAME            ENCLR-NAME      ARRAY-PORT-ID pWWN", ports.Lines[0]);
        Assert.Equal(["sdf", "pure0", "1"], ports.Rows[2].Take(3));
        Assert.Equal(["sdn", "pure0", "2"], ports.Rows[3].Take(3));
        string wwn = ports.Rows[3][3];
        Assert.Equal(
            ["sdn", "sdo", "sdp", "sdq"],
            (await lab.AskAsync($"vxdmpadm getsubpaths pwwn={wwn}")).Rows.Skip(2).Select(row => row[0]));
        Assert.Equal(
            (await lab.AskAsync($"vxdmpadm getsubpaths pwwn={wwn}")).Out,
            (await lab.AskAsync("vxdmpadm getsubpaths enclosure=pure0 portid=2")).Out);
        Assert.Equal(2 + 8, (await lab.AskAsync("vxdmpadm getportids ctlr=c2")).Lines.Count);
        await lab.FailAsync("vxdmpadm getportids", 1);
        await lab.FailAsync("vxdmpadm getportids path=sdzz", 11);
        await lab.FailAsync("vxdmpadm getsubpaths portid=1", 1);
        await lab.FailAsync("vxdmpadm getsubpaths enclosure=pure0 portid=9", 11);
        await lab.FailAsync("vxdmpadm getsubpaths enclosure=nosuch", 11);

        Assert.Equal(
            (await lab.AskAsync("vxdmpadm getdmpnode dmpnodename=pure0_0012")).Out,
            (await lab.AskAsync("vxdmpadm getlungroup dmpnodename=pure0_0012")).Out);
        await lab.FailAsync("vxdmpadm getlungroup dmpnodename=nosuch", 11);
        await lab.FailAsync("vxdmpadm getlungroup", 1);

        Assert.Equal(2, (await lab.AskAsync("vxdmpadm gettpdnode")).Lines.Count);
        await lab.FailAsync("vxdmpadm gettpdnode nodename=sdb", 11);
        await lab.DoAsync("vxddladm addforeign blockpath=/dev/sdb charpath=/dev/raw/sdb");
        Assert.Equal(
            ["sdb", "ENABLED", "1", "OTHER_DISKS", "other_disks"],
            (await lab.AskAsync("vxdmpadm gettpdnode nodename=sdb")).Rows[2]);
        Assert.Equal("sdb", (await lab.AskAsync("vxdmpadm getsubpaths tpdnodename=sdb")).Rows[2][0]);
        await lab.FailAsync("vxdmpadm getsubpaths tpdnodename=emc0_01f5", 11);

        Assert.Equal(
            ["dmpaa", "dmpaa", "1", "A/A", "Active"], (await lab.AskAsync("vxdmpadm listapm all")).Rows[2]);
        Assert.Equal("Not-Active", (await lab.AskAsync("vxdmpadm listapm all")).Rows[4][^1]);
        Assert.Contains("State:                 Active", (await lab.AskAsync("vxdmpadm listapm dmpalua")).Lines);
        await lab.FailAsync("vxdmpadm listapm dmpnone", 11);
        await lab.FailAsync("vxdmpadm listapm", 1);
    }

    [Fact]
    public async Task Paths_are_disabled_and_enabled_and_the_last_one_needs_force()
    {
        await using CommandLab lab = await CommandLab.StartAsync();

        await lab.DoAsync("vxdmpadm disable path=sdb");
        Assert.Contains("DISABLED(M)", (await lab.AskAsync("vxdmpadm getsubpaths dmpnodename=emc0_01f4")).Out);
        CommandResult last = await lab.FailAsync("vxdmpadm disable ctlr=c3", 20);
        Assert.Contains("use -f", last.Error);
        await lab.DoAsync("vxdmpadm -f disable ctlr=c3");
        Assert.Contains("DISABLED", (await lab.AskAsync("vxdmpadm getdmpnode nodename=sdb")).Out);
        Assert.Contains("DISABLED", (await lab.AskAsync("vxdmpadm listctlr ctlr=c3")).Out);
        await lab.DoAsync("vxdmpadm enable ctlr=c3");
        await lab.DoAsync("vxdmpadm enable path=sdb");
        await lab.DoAsync("vxdmpadm disable enclosure=pure0 portid=1");
        await lab.DoAsync("vxdmpadm enable dmpnodename=pure0_0012");
        await lab.FailAsync("vxdmpadm disable path=sdzz", 11);
        await lab.FailAsync("vxdmpadm disable path=sdb ctlr=c2", 1);
        await lab.FailAsync("vxdmpadm disable portid=1", 1);
    }

    [Fact]
    public async Task Attributes_and_tunables_are_set_shown_and_refused_by_name()
    {
        await using CommandLab lab = await CommandLab.StartAsync();

        await lab.DoAsync("vxdmpadm setattr enclosure emc0 iopolicy=round-robin redundancy=2");
        Assert.Equal(
            ["emc0", "MinimumQ", "Round-Robin"],
            (await lab.AskAsync("vxdmpadm getattr enclosure emc0 iopolicy")).Rows[2]);
        await lab.DoAsync("vxdmpadm setattr arraytype ALUA recoveryoption=timebound iotimeout=90");
        Assert.Equal(
            ["pure0", "Fixed-Retry[5]", "Timebound[90]"],
            (await lab.AskAsync("vxdmpadm getattr enclosure pure0 recoveryoption")).Rows[2]);
        await lab.DoAsync("vxdmpadm setattr path sdb pathtype=standby");
        Assert.Contains("sdb          ENABLED     ", (await lab.AskAsync("vxdmpadm getsubpaths")).Out);
        await lab.DoAsync("vxdmpadm setattr enclosure emc0 name=vmax_old");
        Assert.Contains("vmax_old_01f4", (await lab.AskAsync("vxdisk list")).Out);

        await lab.DoAsync("vxdmpadm settune dmp_restore_interval=60");
        Assert.Equal(
            "dmp_restore_interval                     60              300",
            (await lab.AskAsync("vxdmpadm gettune dmp_restore_interval")).Lines[2]);
        await lab.DoAsync("vxdmpadm start restore interval=400 policy=check_periodic period=5");
        Assert.Equal(
            [
                "The number of daemons running : 1", "The interval of daemon: 400",
                "The policy of daemon: check_periodic",
            ],
            (await lab.AskAsync("vxdmpadm stat restored")).Lines);
        await lab.DoAsync("vxdmpadm stop restore");
        Assert.Contains(": 0", (await lab.AskAsync("vxdmpadm stat restored")).Out);

        await lab.FailAsync("vxdmpadm settune dmp_cache_open=on", 1);
        await lab.FailAsync("vxdmpadm gettune dmp_cache_open", 41);
        await lab.FailAsync("vxdmpadm setattr enclosure emc0 failovermode=explicit", 1);
        await lab.FailAsync("vxdmpadm setattr enclosure pure0 iopolicy=fastest", 1);
        await lab.FailAsync("vxdmpadm setattr path sdb pathtype=active priority=2", 1);
    }

    [Fact]
    public async Task Statistics_count_what_went_down_each_path()
    {
        await using CommandLab lab = await CommandLab.StartAsync();

        await lab.FailAsync("vxdmpadm iostat show all", 20);
        await lab.DoAsync("vxdmpadm iostat start");
        await lab.DoAsync("vxdisksetup -i emc0_01f4");
        CommandResult shown = await lab.AskAsync("vxdmpadm iostat show dmpnodename=emc0_01f4 interval=0.01 count=2");
        Assert.Equal(10, shown.Lines.Count);
        Assert.Equal("PATHNAME             READS    WRITES     READS    WRITES     READS    WRITES", shown.Lines[2]);
        Assert.True(long.Parse(shown.Rows[3][1]) > 0);
        Assert.True(long.Parse(shown.Rows[4][2]) > 0);
        await lab.DoAsync("vxdmpadm iostat reset");
        Assert.Equal("0", (await lab.AskAsync("vxdmpadm iostat show pathname=sdb")).Rows[3][1]);
        await lab.DoAsync("vxdmpadm iostat stop");
        Assert.Contains("interval=0: iostat start takes no operand; interval= and count= belong to show",
            (await lab.FailAsync("vxdmpadm iostat start interval=0", 1)).Error);
        Assert.Contains("above zero", (await lab.FailAsync("vxdmpadm iostat show all interval=0", 1)).Error);
    }

    [Fact]
    public async Task BOOT_2_exclusion_persists_over_rescan_and_rename()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();

        await lab.FailAsync("vxdmpadm exclude dmpnodename=emc0_01f4", 20);
        await lab.DoAsync("vxdmpadm exclude dmpnodename=emc0_01f7");
        await lab.DoAsync("vxdisk scandisks");
        await lab.DoAsync("vxdmpadm setattr enclosure emc0 name=old0");
        CommandResult list = await lab.AskAsync("vxdisk list");
        Assert.DoesNotContain("01f7", list.Out);
        Assert.Contains("old0_01f6", list.Out);
        Assert.Contains("dmpnodename     emc0_01f7", (await lab.AskAsync("vxdmpadm listexclude")).Out);
        await lab.DoAsync("vxdmpadm include dmpnodename=emc0_01f7");
        Assert.Contains("old0_01f7", (await lab.AskAsync("vxdisk list")).Out);
        await lab.FailAsync("vxdmpadm include path=sdb", 11);
    }

    /// <summary>
    /// Both cables of the old array's disk are pulled under a mirrored volume: no error reaches the application, the
    /// plex is detached after the retry time, and the log says why.
    /// </summary>
    [Fact]
    public async Task DMP_1_the_plex_of_a_lun_without_paths_is_detached_after_the_retry_period()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxdisksetup -i pure0_0012");
        await lab.DoAsync("vxdg -g datadg adddisk datadg04=pure0_0012");
        await lab.DoAsync("vxassist -g datadg make vol02 10m datadg03");
        await lab.DoAsync("vxassist -g datadg mirror vol02 datadg04");
        await lab.DoAsync("vxdmpadm settune dmp_lun_retry_timeout=1");
        var volume = lab.Host.FindGroup("datadg")!.OpenVolume("vol02")!;

        DmpNode node = lab.Host.Devices.FindNode("emc0_01f6")!;
        foreach (DevicePath path in node.Paths)
        {
            lab.Host.Devices.SetLink(path.Name, isUp: false);
        }

        Assert.Equal(
            VolMgr.Blocks.IoStatus.Success,
            await volume.WriteAsync(0, new byte[4096], VolMgr.Blocks.WriteFlags.None, CancellationToken.None));
        Assert.Contains("DETACHED", (await lab.AskAsync("vxprint -g datadg -p")).Out);
        Assert.Contains(lab.Host.Log.Lines, line => line.Contains("V-5-0-111", StringComparison.Ordinal));
    }
}
