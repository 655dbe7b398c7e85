using VolMgr.Arrays;
using VolMgr.Arrays.Faults;
using VolMgr.Blocks;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Commands.Tests.Running;

/// <summary>
/// LUNs appear, disappear, move and return while I/O runs, with the states and flags of the reference.
/// </summary>
public sealed class RescanTests
{
    /// <summary>
    /// Goal: a LUN of a mirror goes and comes back under load without an application error. Method: one writer goes on
    /// over a mirrored volume while its new plex's LUN is hidden, scanned, shown again and reattached.
    /// </summary>
    [Fact]
    public async Task A_lun_of_a_mirror_disappears_and_returns_under_load()
    {
        await using CommandLab lab = await MirroredAsync();
        using CancellationTokenSource stop = new();
        Task<int> load = WriteAsync(Volume(lab), stop.Token);

        await lab.Host.Devices.ReplaceTopologyAsync(lab.Topology.WithLun("pure0/0012", null, isPresented: false));
        await WaitForAsync(async () => (await lab.AskAsync("vxprint -g datadg -p")).Out.Contains("DETACHED"));
        await lab.DoAsync("vxdisk scandisks");
        Assert.Contains("failed was:pure0_0012", (await lab.AskAsync("vxdisk list")).Out);
        Assert.DoesNotContain(
            (await lab.AskAsync("vxdmpadm getsubpaths")).Lines,
            line => line.Contains("pure0_0012", StringComparison.Ordinal));
        await lab.FailAsync("vxdmpadm getsubpaths dmpnodename=pure0_0012", 11);

        await lab.Host.Devices.ReplaceTopologyAsync(lab.Topology);
        CommandResult back = await lab.RunAsync("vxreattach -r");
        Assert.Equal((0, ""), (back.Code, back.Error));
        Assert.Contains(
            "pure0_0012   auto:cdsdisk    datadg04     datadg       online", (await lab.AskAsync("vxdisk list")).Out);
        await WaitForAsync(async () => !(await lab.AskAsync("vxprint -g datadg -p")).Out.Contains("DETACHED"));
        Assert.DoesNotContain("failed was", (await lab.AskAsync("vxdisk list")).Out);
        await stop.CancelAsync();
        Assert.True(await load > 0);
    }

    [Fact]
    public async Task A_new_lun_appears_with_vxdctl_enable_and_its_paths_have_the_next_letters()
    {
        await using CommandLab lab = await CommandLab.StartAsync();
        await lab.Host.Devices.ReplaceTopologyAsync(lab.Topology.WithLun("emc0/01f7", null, isPresented: false));
        await lab.DoAsync("vxdctl enable");
        int before = (await lab.AskAsync("vxdisk list")).Lines.Count;

        await lab.Host.Devices.ReplaceTopologyAsync(lab.Topology);
        Assert.Equal(before, (await lab.AskAsync("vxdisk list")).Lines.Count);
        await lab.DoAsync("vxdctl enable");
        Assert.Contains("emc0_01f7    auto:none       -            -            online invalid",
            (await lab.AskAsync("vxdisk list")).Lines);
        Assert.Equal(
            ["sde", "sdm"],
            (await lab.AskAsync("vxdmpadm getsubpaths dmpnodename=emc0_01f7")).Rows.Skip(2).Select(row => row[0]));
    }

    /// <summary>
    /// The array administrator rezones: the LUN stays the same device on other paths, and I/O goes on.
    /// </summary>
    [Fact]
    public async Task A_lun_that_moves_to_other_ports_keeps_its_name_and_its_io()
    {
        await using CommandLab lab = await MirroredAsync();
        using CancellationTokenSource stop = new();
        Task<int> load = WriteAsync(Volume(lab), stop.Token);
        string[] before = Paths(await lab.AskAsync("vxdmpadm getsubpaths dmpnodename=pure0_0012"));

        LabTopology moved = lab.Topology with
        {
            Hosts = [.. lab.Topology.Hosts.Select(host => host with
            {
                Hbas = [.. host.Hbas, new HbaTopology { Controller = "c5", Targets = [new PortTarget("pure0", null)] }],
            })],
        };
        await lab.Host.Devices.ReplaceTopologyAsync(moved);
        await lab.DoAsync("vxdisk scandisks");
        Assert.Equal(4, Paths(await lab.AskAsync("vxdmpadm getsubpaths dmpnodename=pure0_0012")).Length);
        await lab.Host.Devices.ReplaceTopologyAsync(moved with
        {
            Hosts = [.. moved.Hosts.Select(host => host with { Hbas = [.. host.Hbas.Select(hba => hba with
            {
                Targets = [.. hba.Targets.Where(target => target.Array != "pure0" || hba.Controller == "c5")],
            })] })],
        });
        await lab.DoAsync("vxdisk scandisks");
        string[] after = Paths(await lab.AskAsync("vxdmpadm getsubpaths dmpnodename=pure0_0012"));
        Assert.Equal(2, after.Length);
        Assert.Empty(after.Intersect(before));
        Assert.DoesNotContain("DETACHED", (await lab.AskAsync("vxprint -g datadg -p")).Out);
        await stop.CancelAsync();
        Assert.True(await load > 0);
    }

    /// <summary>What discovery leaves out is told in the host's log, once.</summary>
    [Fact]
    public async Task A_lun_that_is_left_out_is_reported_in_the_log()
    {
        await using CommandLab lab = await CommandLab.StartAsync();
        lab.Host.Devices.Arrays.Faults.Inject(lab.Topology, "duplicate-lun", "emc0/01f5", "of=emc0/01f4");
        await lab.DoAsync("vxdisk scandisks");
        await lab.DoAsync("vxdisk scandisks");
        string log = "";
        await WaitForAsync(() =>
        {
            log = lab.HostFiles.Read("var/log/messages") ?? "";
            return Task.FromResult(log.Split("V-5-0-9160 DDL: ").Length > 2);
        });
        Assert.Equal(2, log.Split("V-5-0-9160 DDL: ").Length - 1); // one for each path
        Assert.Contains("reports the identity of LUN emc0/01f4", log);
    }

    /// <summary>
    /// What a fault of the catalogue does to the disks of a group, as `vxdisk list` and import show it.
    /// </summary>
    [Fact]
    public async Task A_disk_whose_serial_changed_is_flagged_and_its_group_is_not_imported_unasked()
    {
        await using CommandLab lab = await CommandLab.StartAsync();
        await lab.DoAsync("vxdisksetup -i emc0_01f4");
        await lab.DoAsync("vxdg init datadg datadg01=emc0_01f4");
        await lab.DoAsync("vxdg deport datadg");
        (LabFault? fault, _) = lab.Host.Devices.Arrays.Faults.Inject(
            lab.Topology, "changed-serial", "emc0/01f4", "to=9BADBAD000");
        Assert.NotNull(fault);
        await lab.DoAsync("vxdisk scandisks");
        Assert.Contains("online udid_mismatch clone_disk", (await lab.AskAsync("vxdisk list")).Out);
        await lab.FailAsync("vxdg import datadg", 20);
        lab.Host.Devices.Arrays.Faults.ClearAll();
        await lab.DoAsync("vxdisk scandisks");
        await lab.DoAsync("vxdg import datadg");
    }

    [Fact]
    public async Task An_array_that_is_removed_before_its_disks_leaves_failed_disks_behind()
    {
        await using CommandLab lab = await MirroredAsync();
        lab.Host.Devices.Arrays.Faults.Inject(lab.Topology, "array-removed", "pure0");
        Assert.Equal(
            IoStatus.Success, await Volume(lab).WriteAsync(0, new byte[512], WriteFlags.None, CancellationToken.None));
        await lab.DoAsync("vxdisk scandisks");
        Assert.Contains(
            "-            -               datadg04     datadg       failed was:pure0_0012",
            (await lab.AskAsync("vxdisk list")).Lines);
        Assert.Contains("DISCONNECTED", (await lab.AskAsync("vxdmpadm listenclosure pure0")).Out);
    }

    /// <summary>A disk that fails and works again without a scan in between: its plex is IOFAIL.</summary>
    [Fact]
    public async Task Vxreattach_r_brings_an_IOFAIL_plex_back_and_leaves_other_devices_alone()
    {
        await using CommandLab lab = await MirroredAsync();
        LabFaults faults = lab.Host.Devices.Arrays.Faults;
        faults.Inject(lab.Topology, "write-error", "pure0/0012", "length=200m");
        Assert.Equal(
            IoStatus.Success, await Volume(lab).WriteAsync(0, new byte[512], WriteFlags.None, CancellationToken.None));
        Assert.Contains("IOFAIL", (await lab.AskAsync("vxprint -g datadg -p")).Out);
        faults.ClearAll();

        await lab.DoAsync("vxreattach -r emc0_01f5");
        Assert.Contains("IOFAIL", (await lab.AskAsync("vxprint -g datadg -p")).Out);
        CommandResult back = await lab.RunAsync("vxreattach -r pure0_0012");
        Assert.Equal((0, ""), (back.Code, back.Error));
        Assert.DoesNotContain("IOFAIL", (await lab.AskAsync("vxprint -g datadg -p")).Out);
        Assert.Equal(2, (await lab.AskAsync("vxprint -g datadg -p")).Rows.Count(row => row.Contains("vol02")
            && row.Contains("ACTIVE")));
    }

    /// <summary>A scan may look at a part: what it does not look at stays as it was.</summary>
    [Fact]
    public async Task Scandisks_looks_where_its_operand_says()
    {
        await using CommandLab lab = await CommandLab.StartAsync();
        LabTopology without = lab.Topology.WithLun("emc0/01f7", null, false).WithLun("pure0/0012", null, false);
        await lab.Host.Devices.ReplaceTopologyAsync(without);
        await lab.DoAsync("vxdisk scandisks device=sde");
        Assert.Equal(["sdm"], await PathsOfAsync(lab, "emc0_01f7"));
        await lab.DoAsync("vxdisk scandisks ctlr=c3");
        Assert.Empty(await PathsOfAsync(lab, "emc0_01f7"));
        Assert.Single(await PathsOfAsync(lab, "pure0_0012"));
        await lab.DoAsync("vxdisk scandisks !device=emc0_01f4");
        Assert.Empty(await PathsOfAsync(lab, "pure0_0012"));

        await lab.Host.Devices.ReplaceTopologyAsync(lab.Topology.WithLun("emc0/01f4", null, false));
        await lab.DoAsync("vxdisk scandisks !ctlr=c2,c3");
        Assert.Empty(await PathsOfAsync(lab, "emc0_01f7"));
        await lab.DoAsync("vxdisk scandisks new");
        Assert.Equal(2, (await PathsOfAsync(lab, "emc0_01f7")).Count);
        Assert.Equal(2, (await PathsOfAsync(lab, "pure0_0012")).Count);
        Assert.Equal(2, (await PathsOfAsync(lab, "emc0_01f4")).Count);
        await lab.DoAsync("vxdisk scandisks fabric");
        Assert.Empty(await PathsOfAsync(lab, "emc0_01f4"));
    }

    [Theory]
    [InlineData("device=sdzz", 11)]
    [InlineData("ctlr=c9", 11)]
    [InlineData("ctlr=", 1)]
    [InlineData("disks=sdb", 1)]
    [InlineData("quickly", 1)]
    [InlineData("new fabric", 1)]
    public async Task Scandisks_refuses_what_it_does_not_know(string operand, int code)
    {
        await using CommandLab lab = await CommandLab.StartAsync();
        await lab.FailAsync($"vxdisk scandisks {operand}", code);
    }

    [Fact]
    public async Task BOOT_1_the_boot_disk_is_tagged_and_refused_until_the_tag_is_removed()
    {
        await using CommandLab lab = await CommandLab.StartAsync();
        await lab.DoAsync("vxdisksetup -i emc0_01f5");
        LabTopology Tagged(string boot) => lab.Topology with
        {
            Hosts = [.. lab.Topology.Hosts.Select(host => host with { BootLun = boot })],
        };
        await lab.Host.Devices.ReplaceTopologyAsync(Tagged("emc0/01f4"));
        await lab.DoAsync("vxdisk scandisks");
        Assert.Contains("boot disk", (await lab.FailAsync("vxdisksetup -i emc0_01f4", 1)).Error);
        Assert.Contains("boot disk", (await lab.FailAsync("vxdisksetup -if emc0_01f4", 1)).Error);
        Assert.Contains("dev-attr    = boot", (await lab.AskAsync("vxdmpadm list dmpnode dmpnodename=emc0_01f4")).Out);

        await lab.Host.Devices.ReplaceTopologyAsync(Tagged("emc0/01f5"));
        await lab.DoAsync("vxdisk scandisks");
        Assert.Contains("boot disk", (await lab.FailAsync("vxdg init datadg datadg01=emc0_01f5", 31)).Error);
        await lab.DoAsync("vxdisksetup -i emc0_01f4");

        await lab.Host.Devices.ReplaceTopologyAsync(Tagged(""));
        await lab.DoAsync("vxdisk scandisks");
        await lab.DoAsync("vxdg init datadg datadg01=emc0_01f5");
    }

    private static async Task<CommandLab> MirroredAsync()
    {
        CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxdisksetup -i pure0_0012");
        await lab.DoAsync("vxdg -g datadg adddisk datadg04=pure0_0012");
        await lab.DoAsync("vxassist -g datadg make vol02 10m datadg03");
        await lab.DoAsync("vxassist -g datadg mirror vol02 datadg04");
        return lab;
    }

    private static async Task<IReadOnlyList<string>> PathsOfAsync(CommandLab lab, string device) =>
        [.. (await lab.AskAsync("vxdmpadm getsubpaths")).Rows.Skip(2).Where(row => row.Contains(device))
            .Select(row => row[0])];

    private static VolumeDevice Volume(CommandLab lab) => lab.Host.FindGroup("datadg")!.OpenVolume("vol02")!;

    private static string[] Paths(CommandResult result) => [.. result.Rows.Skip(2).Select(row => row[0])];

    private static async Task<int> WriteAsync(VolumeDevice volume, CancellationToken stop)
    {
        int count = 0;
        byte[] data = new byte[4096];
        while (!stop.IsCancellationRequested)
        {
            data[0] = (byte)count;
            Assert.Equal(
                IoStatus.Success,
                await volume.WriteAsync(count % 64 * 4096L, data, WriteFlags.None, CancellationToken.None));
            count++;
            await Task.Delay(1, CancellationToken.None);
        }

        return count;
    }

    private static async Task WaitForAsync(Func<Task<bool>> condition)
    {
        for (int attempt = 0; !await condition(); attempt++)
        {
            Assert.True(attempt < 500, "it did not happen in time");
            await Task.Delay(10, CancellationToken.None);
        }
    }
}
