using System.Diagnostics;
using System.Text.RegularExpressions;
using VolMgr.Cli.Tests.Service;
using static VolMgr.Cli.Tests.Estates.EstateLab;

namespace VolMgr.Cli.Tests.Estates;

/// <summary>Storage vMotion of a machine of a lab, in real time, under a client that writes.</summary>
public sealed partial class MachineVerbTests
{
    [Theory]
    [InlineData("tracking")]
    [InlineData("mirror")]
    public async Task SVM_1_phases_come_in_order_with_times_and_the_source_goes_last(string mode)
    {
        using TestProgram program = Create();
        Done(program.Run("vm", "list"));
        var writer = new Writer(program, Disk);
        Assert.True(TestProgram.WaitUntil(() => writer.Count > 200));
        long before = writer.Count;
        string output = Done(program.Run("vm", "migrate", "web1", "--to", "new", "--mode", mode));
        Assert.True(TestProgram.WaitUntil(() => writer.Count > before + 50));
        await writer.EndAsync();

        string[] phases = [.. Phase().Matches(output).Select(match => match.Groups[1].Value)];
        Assert.Equal(
            ["checks", "home directory", "second machine started", "disks copied", "suspend and resume",
                "old files deleted"],
            phases);
        Assert.Contains("the guest stood still", output, StringComparison.Ordinal);
        Assert.Equal(0, writer.Failed);
        Assert.Equal(0, writer.CountLost(program, Disk));
        Assert.True(program.Exists("new/web1/web1.vmdk") && program.Exists("new/web1/web1.vmx"));
        Assert.False(program.Exists("old/web1/web1.vmdk") || program.Exists("old/web1/web1.vmx"));
        Assert.Contains("[new] web1/web1.vmdk", Done(program.Run("lab", "show")), StringComparison.Ordinal);
        Assert.Contains("datastores/new/web1/web1.vmdk", await File.ReadAllTextAsync(
            program.Lab.TopologyFile, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_guest_whose_disk_moves_under_its_volume_manager_loses_nothing()
    {
        using TestProgram program = Create();
        Done(program.Run("vxdisksetup", "-i", "vmdk0_0"));
        Done(program.Run("vxdg", "init", "datadg", "d1=vmdk0_0"));
        Done(program.Run("vxassist", "-g", "datadg", "make", "vol01", "8m"));
        var writer = new Writer(program, "datadg/vol01");
        Assert.True(TestProgram.WaitUntil(() => writer.Count > 200));
        Done(program.Run("vm", "migrate", "web1", "--to", "new", "--mode", "tracking"));
        Done(program.Run("vxdisk", "scandisks"));
        long before = writer.Count;
        Assert.True(TestProgram.WaitUntil(() => writer.Count > before + 50));
        await writer.EndAsync();
        Assert.Equal((0, 0L), (writer.CountLost(program, "datadg/vol01"), writer.Failed));
        Done(program.Run("host", "reboot"));
        Assert.Equal(0, writer.CountLost(program, "datadg/vol01"));
        Assert.Contains("vmdk0_0", Done(program.Run("vxdisk", "list")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PSV_2_what_the_hypervisor_may_not_move_is_moved_live_by_a_plex_mirror()
    {
        using TestProgram program = Create();
        Assert.Contains("\nmovable by the hypervisor", Done(program.Run("vm", "show", "web1")));
        foreach ((string flag, string reason) in new[]
        {
            ("agent", "is held by the disk agent"), ("multi-writer", "is shared (multi-writer flag)"),
        })
        {
            Done(program.Run("vm", "set", "web1", "scsi0:1", "agent", "off"));
            Done(program.Run("vm", "set", "web1", "scsi0:1", flag, "on"));
            string shown = Done(program.Run("vm", "show", "web1"));
            Assert.Contains($"not movable by the hypervisor: web1: disk scsi0:1 {reason}", shown);
            Assert.Contains("mirror its volumes to the new disks inside the guest", shown, StringComparison.Ordinal);
            ProgramResult refused = program.Run("vm", "migrate", "web1", "--to", "new");
            Assert.Equal(3, refused.ExitCode);
            Assert.Contains($"disk scsi0:1 {reason}", refused.Output, StringComparison.Ordinal);
        }

        Done(program.Run("vxdisksetup", "-i", "vmdk0_0"));
        Done(program.Run("vxdg", "init", "datadg", "d1=vmdk0_0"));
        Done(program.Run("vxassist", "-g", "datadg", "make", "vol01", "8m"));
        var writer = new Writer(program, "datadg/vol01");
        Done(program.Run("vxdisksetup", "-i", "vmdk0_1"));
        Done(program.Run("vxdg", "-g", "datadg", "adddisk", "d2=vmdk0_1"));
        Done(program.Run("vxassist", "-g", "datadg", "mirror", "vol01", "d2"));
        Done(program.Run("vxplex", "-g", "datadg", "-o", "rm", "dis", "vol01-01"));
        long before = writer.Count;
        Assert.True(TestProgram.WaitUntil(() => writer.Count > before + 50));
        await writer.EndAsync();
        Assert.Equal((0, 0L), (writer.CountLost(program, "datadg/vol01"), writer.Failed));
        string left = Done(program.Run("vxprint", "-g", "datadg", "-s", "-F%device"));
        Assert.Equal("vmdk0_1\n", left); // on the new datastore's disk alone
    }

    [Fact]
    public void Every_rule_that_refuses_is_told_with_its_remedy_and_nothing_changes()
    {
        using TestProgram program = Create(
            "writable: [old, new] }", "writable: [old], readonly: [new] }");
        Done(program.Run("vm", "set", "web1", "scsi0:1", "agent", "on"));
        string text = File.ReadAllText(program.Lab.TopologyFile);
        ProgramResult check = program.Run("vm", "check", "web1", "--to", "new");
        Assert.Equal(1, check.ExitCode);
        Assert.Contains(
            "refused  host-access: host esx1 may only read datastore new; give the host access", check.Output);
        Assert.Contains("refused  disk-agent: web1: disk scsi0:1 is held by the disk agent", check.Output);
        Assert.Contains("ok       target-space", check.Output, StringComparison.Ordinal);
        Assert.Contains("2 of 12 rules refuse it; nothing was changed", check.Output, StringComparison.Ordinal);
        Assert.Equal(1, program.Run("vm", "check", "nobody", "--to", "new").ExitCode);
        Assert.Equal(3, program.Run("vm", "show", "nobody").ExitCode);
        Assert.Equal(3, program.Run("vm", "set", "web1", "scsi9:9", "agent", "on").ExitCode);
        Assert.Equal(2, program.Run("vm", "migrate", "web1", "--to", "new", "--mode", "fly").ExitCode);
        Assert.Equal(2, program.Run("vm", "migrate", "web1", "--to", "new", "--pace", "fast").ExitCode);
        Assert.Equal(3, program.Run("vm", "cancel", "web1").ExitCode);
        Assert.Contains("vm migrate web1", program.Run("vm", "do", "storage-vmotion", "web1").Error);
        Assert.Equal(text, File.ReadAllText(program.Lab.TopologyFile));
    }

    [Theory]
    [InlineData("tracking")]
    [InlineData("mirror")]
    public async Task Killed_in_the_middle_the_source_is_usable_with_all_that_was_acknowledged(string mode)
    {
        using TestProgram program = Create();
        Done(program.Run("vm", "list"));
        var writer = new Writer(program, Disk);
        Assert.True(TestProgram.WaitUntil(() => writer.Count > 200));
        using Process move = program.Start(
            null, "vm", "migrate", "web1", "--to", "new", "--mode", mode, "--pace", "1m");
        Assert.True(TestProgram.WaitUntil(() => program.Exists("new/web1/web1.vmdk")));
        long before = writer.Count;
        Assert.True(TestProgram.WaitUntil(() => writer.Count > before + 50));
        _ = Native.SendSignal(program.OwnerProcessId, 9);
        Assert.Equal(4, TestProgram.Finish(move).ExitCode);
        await writer.EndAsync();

        Assert.Contains("machine web1 esx1 [old]", Done(program.Run("vm", "list")), StringComparison.Ordinal);
        Assert.Equal(0, writer.CountLost(program, Disk));
        Assert.False(program.Exists("new/web1/web1.vmdk"), "what the move left behind is deleted");
        Assert.True(program.Exists("old/web1/web1.vmdk") && program.Exists("new/web1/web1_2.vmdk"));
        Done(program.Run("vm", "migrate", "web1", "--to", "new", "--mode", mode));
        Assert.Equal(0, writer.CountLost(program, Disk));
    }

    [Fact]
    public async Task A_cancelled_move_leaves_the_machine_and_says_what_to_do_next()
    {
        using TestProgram program = Create();
        Done(program.Run("vm", "list"));
        var writer = new Writer(program, Disk);
        Assert.True(TestProgram.WaitUntil(() => writer.Count > 200));
        using Process move = program.Start(null, "vm", "migrate", "web1", "--to", "new", "--pace", "1m");
        Assert.True(TestProgram.WaitUntil(() => program.Exists("new/web1/web1.vmdk")));
        Assert.Contains("on its way to datastore new", Done(program.Run("vm", "list")), StringComparison.Ordinal);
        Assert.Contains(
            "on its way to datastore new already", program.Run("vm", "migrate", "web1", "--to", "old").Error);
        Done(program.Run("vm", "cancel", "web1"));
        ProgramResult ended = TestProgram.Finish(move);
        Assert.Equal(4, ended.ExitCode);
        Assert.Contains("next: the machine runs where it was", ended.Output, StringComparison.Ordinal);
        await writer.EndAsync();
        Assert.Equal((0, 0L), (writer.CountLost(program, Disk), writer.Failed));
        Assert.True(program.Exists("old/web1/web1.vmdk"));
        Assert.False(program.Exists("new/web1/web1.vmdk"));
    }

    [Fact]
    public async Task SVM_2_a_guest_that_writes_as_fast_as_the_copy_makes_tracking_fail_with_the_source_intact()
    {
        using TestProgram program = Create();
        Done(program.Run("vm", "list"));
        var writer = new Writer(program, Disk);
        Assert.True(TestProgram.WaitUntil(() => writer.Count > 512));
        ProgramResult failed = program.Run(
            "vm", "migrate", "web1", "--to", "new", "--mode", "tracking", "--pace", "4m");
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("does not converge: its guest writes as fast as it is copied", failed.Output);
        Assert.Contains("next: the machine runs where it was with all its data", failed.Output);
        await writer.EndAsync();
        Assert.Equal((0, 0L), (writer.CountLost(program, Disk), writer.Failed));
        Assert.False(program.Exists("new/web1/web1.vmdk"));
    }

    [Fact]
    public async Task An_array_that_goes_down_under_the_new_datastore_leaves_the_machine_on_the_old_one()
    {
        using TestProgram program = Create();
        Done(program.Run("vm", "list"));
        var writer = new Writer(program, Disk);
        Assert.True(TestProgram.WaitUntil(() => writer.Count > 512));
        using Process move = program.Start(
            null, "vm", "migrate", "web1", "--to", "new", "--pace", "512k");
        Assert.True(TestProgram.WaitUntil(() => program.Exists("new/web1/web1.vmdk")));
        Done(program.Run("fault", "inject", "array-down", "pure0"));
        ProgramResult failed = TestProgram.Finish(move);
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("failed: [new] web1/web1.vmdk could not be written", failed.Output, StringComparison.Ordinal);
        await writer.EndAsync();
        Assert.Equal((0, 0L), (writer.CountLost(program, Disk), writer.Failed));
        ProgramResult again = program.Run("vm", "migrate", "web1", "--to", "new");
        Assert.Contains("could not be made on new", again.Output, StringComparison.Ordinal);
        Done(program.Run("fault", "clear", "--all"));
        Done(program.Run("vm", "migrate", "web1", "--to", "new"));
        Assert.Equal(0, writer.CountLost(program, Disk));
    }

    [Fact]
    public void SVM_6_a_host_moves_two_machines_at_a_time()
    {
        using TestProgram program = Create(
            "  - name: web1\n    hypervisor",
            """
              - { name: web2, hypervisor: esx1, home: old, memory: 1m }
              - { name: web3, hypervisor: esx1, home: old, memory: 1m }
              - name: web1
                hypervisor
            """);
        Process[] moves = [.. new[] { "web2", "web3" }.Select(name => program.Start(
            null, "vm", "migrate", name, "--to", "new", "--pace", "64k"))];
        Assert.True(TestProgram.WaitUntil(
            () => program.Exists("new/web2/web2.vswp") && program.Exists("new/web3/web3.vswp")));
        ProgramResult third = program.Run("vm", "migrate", "web1", "--to", "new");
        Assert.Equal(3, third.ExitCode);
        Assert.Contains("host esx1 carries out 2 moves already", third.Output, StringComparison.Ordinal);
        foreach (Process move in moves)
        {
            TestProgram.Finish(move);
            move.Dispose();
        }

        Done(program.Run("vm", "migrate", "web1", "--to", "new"));
    }

    [Fact]
    public void SVM_5_of_a_physical_mapping_only_the_mapping_file_moves()
    {
        using TestProgram program = Create();
        string lun = Path.Combine(program.Lab.Root, "arrays", "emc0", "01f6.img");
        Assert.True(program.Exists("old/web1/scsi0_3-rdm.vmdk"));
        Done(program.Run("vm", "migrate", "web1", "--to", "new"));
        Assert.True(program.Exists("new/web1/scsi0_3-rdm.vmdk"));
        Assert.False(program.Exists("old/web1/scsi0_3-rdm.vmdk"));
        Assert.True(File.Exists(lun));
        Assert.Contains("emc0/01f6  [new] web1/scsi0_3-rdm.vmdk  physical", Done(program.Run("vm", "show", "web1")));
        using TinyNbdClient client = TinyNbdClient.Open(program.Lab, "vm/web1/scsi0:3");
        Assert.False(client.IsOpen); // no file of a datastore
    }

    [GeneratedRegex(@"(?m)^\d\d:\d\d:\d\d\.\d{3} +\d+\.\d{3} s  ([^:]+): ")]
    private static partial Regex Phase();
}
