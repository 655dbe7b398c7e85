namespace VolMgr.Cli.Tests.Labs;

/// <summary>What the arrays, the hypervisor and the faults of a lab do from the command line.</summary>
public sealed class DeviceVerbTests
{
    /// <summary>Two hosts write the same blocks without a word between them; a reservation ends that.</summary>
    [Fact]
    public void MW_3_two_hosts_overwrite_each_other_until_a_reservation_ejects_one()
    {
        using TestProgram program = TestProgram.WithLab("cluster");
        Done(program.Run("scsi", "write", "emc0_01f4", "--offset", "2m", "--length", "1k", "--fill", "11"));
        Done(OnOther("write", "emc0_01f4", "--offset", "2097664", "--fill", "22"));
        string mixed = Done(program.Run("scsi", "read", "emc0_01f4", "--offset", "2m", "--length", "1k"));
        Assert.Contains("11 11 11 11", mixed, StringComparison.Ordinal);
        Assert.Contains("22 22 22 22", mixed, StringComparison.Ordinal);

        Done(program.Run("scsi", "register", "emc0_01f4", "--new-key", "a1"));
        Done(program.Run("scsi", "reserve", "emc0_01f4", "--key", "a1"));
        Done(program.Run("scsi", "write", "emc0_01f4", "--offset", "2m", "--length", "1k", "--fill", "0x11"));
        ProgramResult refused = OnOther("write", "emc0_01f4", "--offset", "2097664", "--fill", "22");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("reservation", refused.Error, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(
            "22 22", Done(OnOther("read", "emc0_01f4", "--offset", "2m", "--length", "1k")), StringComparison.Ordinal);

        ProgramResult OnOther(params string[] words) =>
            program.RunWith(null, ("VOLMGR_HOST", "host2"), ["scsi", .. words]);
    }

    [Fact]
    public void Blocks_that_are_not_there_and_disks_in_use_are_not_written()
    {
        using TestProgram program = TestProgram.WithLab("cluster");
        Done(program.Run("vxdisksetup", "-i", "emc0_01f4"));
        Assert.Contains("give --force", Fails("write", "emc0_01f4", "--fill", "00"), StringComparison.Ordinal);
        Assert.Contains("ends at", Fails("read", "emc0_01f5", "--offset", "7t"), StringComparison.Ordinal);
        Assert.Contains("multiples of 512", Fails("read", "emc0_01f5", "--offset", "100"), StringComparison.Ordinal);
        Assert.Contains("multiples of 512", Fails("read", "emc0_01f5", "--length", "1m"), StringComparison.Ordinal);
        Assert.Contains("00 to ff", Fails("write", "emc0_01f5", "--fill", "100"), StringComparison.Ordinal);
        Assert.Contains("--fill", Fails("write", "emc0_01f5"), StringComparison.Ordinal);
        Done(program.Run("scsi", "write", "emc0_01f4", "--offset", "32m", "--fill", "00", "--force"));

        string Fails(params string[] words)
        {
            ProgramResult result = program.Run(["scsi", .. words]);
            Assert.NotEqual(0, result.ExitCode);
            return result.Error;
        }
    }

    [Fact]
    public void Reservations_live_in_the_arrays_and_outlive_the_owner()
    {
        using TestProgram program = TestProgram.WithLab("cluster");
        Done(program.Run("scsi", "register", "emc0_01f4", "--new-key", "a1"));
        Done(program.Run("scsi", "reserve", "emc0_01f4", "--key", "a1"));
        ProgramResult refused = program.Run("scsi", "reserve", "emc0_01f4", "--key", "b2");
        Assert.Equal((3, "volmgr: emc0_01f4: RESERVATION CONFLICT\n"), (refused.ExitCode, refused.Error));
        string keys = Done(program.Run("scsi", "keys", "emc0_01f4"));
        Assert.Contains("00 00 00 02 00 00 00 10", keys); // one key on two paths
        Assert.Contains(
            "the lab's owner process with it", Done(program.Run("fault", "inject", "host-crash", "host1")));
        Assert.Equal(keys, Done(program.RunWith(null, ("VOLMGR_HOST", "host2"), "scsi", "keys", "emc0_01f4")));
        Done(program.Run("fault", "inject", "array-power-loss", "emc0"));
        Assert.Contains("00 00 00 00 00 00 00 00", Done(program.Run("scsi", "keys", "emc0_01f4")));
        Assert.False(File.Exists(program.Lab.ReservationsFile));
    }

    [Fact]
    public void Devices_answer_in_bytes_or_say_that_they_do_not()
    {
        using TestProgram program = TestProgram.WithLab();
        Assert.Contains("EMC", Done(program.Run("scsi", "inquiry", "emc0_01f4")));
        Assert.Contains("00 80 00", Done(program.Run("scsi", "inquiry", "emc0_01f4", "--page", "80")));
        Assert.Contains("00 00 00 20", Done(program.Run("scsi", "luns", "emc0_01f4")));
        Done(program.Run("scsi", "capacity", "emc0_01f4"));
        Done(program.Run("scsi", "port-groups", "pure0_0012"));
        Assert.Equal(3, program.Run("scsi", "port-groups", "emc0_01f4").ExitCode);
        Assert.Equal(3, program.Run("scsi", "inquiry", "emc0_01f4", "--page", "b2").ExitCode);
        Assert.Equal(3, program.Run("scsi", "keys", "nothing").ExitCode);
        Assert.Equal(2, program.Run("scsi", "keys").ExitCode);
        Assert.Equal(2, program.Run("scsi", "inquiry", "emc0_01f4", "--page", "xyz").ExitCode);
        Assert.Equal(2, program.Run("scsi", "reserve", "emc0_01f4", "--key", "1", "--type", "4").ExitCode);
        Assert.Contains(
            "--type weor: expected 1 (write exclusive), 3",
            program.Run("scsi", "reserve", "emc0_01f4", "--key", "1", "--type", "weor").Error,
            StringComparison.Ordinal);
        Assert.Contains("--new-key 0 takes", program.Run("scsi", "register", "emc0_01f4").Error);
        Assert.Contains("needs --victim", program.Run("scsi", "preempt", "emc0_01f4", "--key", "1").Error);
        Assert.Contains("such as host1:sdb", program.Run("fault", "inject", "path-down").Error);
        Assert.Contains("cannot read nowhere", program.Run("fault", "inject", "--scenario", "nowhere").Error);
        Assert.Contains("not both", program.Run("fault", "inject", "path-down", "host1:sdb", "--file", "x").Error);
        string refused = program.Run("fault", "clear", "all").Error;
        Assert.Contains("give the number of a fault, or --all", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void ASL_2_enable_uuid_from_the_command_line_needs_a_power_cycle()
    {
        using TestProgram program = WithVirtualDisks();
        Assert.Contains("vmdk0_0", Done(program.Run("vxdisk", "list")));
        Assert.Contains("after 'volmgr host shutdown'", Done(program.Run("vm", "enable-uuid", "host1", "off")));
        Done(program.Run("vxdisk", "scandisks"));
        Assert.Contains("vmdk0_0", Done(program.Run("vxdisk", "list")));
        Done(program.Run("vm", "do", "power-off", "host1"));
        string table = Done(program.Run("vxdisk", "list"));
        Assert.DoesNotContain("vmdk0", table);
        Assert.Contains("sdb ", table);
    }

    [Fact]
    public void MW_1_to_MW_4_hold_from_the_command_line()
    {
        using TestProgram program = WithVirtualDisks();
        Done(program.Run("vm", "attach", "vm0/1", "host1"));
        ProgramResult locked = program.Run("vm", "attach", "vm0/1", "other", "--on", "esx2");
        Assert.Equal(3, locked.ExitCode);
        Assert.Contains("vm0/1: is locked by host1 on esx1", locked.Error);
        Done(program.Run("vm", "do", "snapshot", "host1"));
        Assert.Contains("vmdk0_1", Done(program.Run("vxdisk", "list")));
        Done(program.Run("vm", "detach", "vm0/1", "host1"));
        Done(program.Run("vxdisk", "scandisks"));
        Assert.DoesNotContain("vmdk0_0", Done(program.Run("vxdisk", "list")));
        for (int number = 1; number <= 8; number++)
        {
            Done(program.Run("vm", "attach", "vm0/1", $"vm{number}", "--on", $"esx{number}", "--multi-writer"));
        }

        Assert.Contains("8 hypervisor hosts", program.Run(
            "vm", "attach", "vm0/1", "vm9", "--on", "esx9", "--multi-writer").Error);
        Done(program.Run("vm", "attach", "vm0/1", "vm9", "--on", "esx8", "--multi-writer"));
        foreach (string word in new[]
        {
            "suspend", "hot-extend", "snapshot", "clone", "storage-vmotion", "changed-block-tracking",
            "flash-read-cache",
        })
        {
            ProgramResult refused = program.Run("vm", "do", word, "vm1");
            Assert.Equal(3, refused.ExitCode);
            Assert.Contains("is not supported with the multi-writer disk vm0/1", refused.Error);
        }

        Assert.Equal(2, program.Run("vm", "do", "fly", "vm1").ExitCode);
        Assert.Equal(2, program.Run("vm", "do", "vmotion", "vm1").ExitCode);
        Done(program.Run("vm", "do", "vmotion", "vm1", "--to", "esx2"));
        Done(program.Run("vm", "disk", "vm0/2", "thin"));
        Assert.Contains("this one is thin", program.Run("vm", "attach", "vm0/2", "vm1", "--multi-writer").Error);
        Assert.Equal(3, program.Run("vm", "attach", "emc0/1", "vm1").ExitCode);
        Assert.Contains("attach vm0/1 vm1 esx2 multi-writer", Done(program.Run("vm", "list")));
    }

    [Fact]
    public void A_scenario_goes_on_over_the_life_of_the_owner()
    {
        using TestProgram program = TestProgram.WithLab("populated");
        File.WriteAllText(
            Path.Combine(program.Folder, "night"), "port-down emc0:1 # now\nafter 1h host-crash host1\n");
        Assert.Contains("fault 1: port-down emc0:1", Done(program.Run("fault", "inject", "--file", "night")));
        Done(program.Run("vxprint", "-g", "datadg"));
        Done(program.Run("fault", "inject", "host-crash", "host1"));
        string list = Done(program.Run("fault", "list"));
        Assert.Contains("1  port-down emc0:1", list);
        Assert.Contains(" host-crash host1", list);
        Assert.Equal("1 faults cleared, 1 to come forgotten\n", Done(program.Run("fault", "clear", "--all")));

        Assert.Contains("to come: at", Done(program.Run(
            "fault", "inject", "clock-step", "host1", "by=1h", "--after", "1h")));
        Assert.Equal(2, program.Run("fault", "inject", "--file", "nowhere").ExitCode);
        Assert.Equal(2, program.Run("fault", "inject", "--file", "night", "--after", "1h").ExitCode);
        ProgramResult wrong = program.Run("fault", "inject", "clock-step", "host1", "by=soon");
        Assert.Equal((3, "volmgr: by=soon: expected a duration such as 1h or -30s\n"), (wrong.ExitCode, wrong.Error));
    }

    /// <summary>The point is reached by the boot itself: its import commits.</summary>
    [Theory]
    [InlineData("populated", "host1")]
    [InlineData("cluster", "host2")]
    public void A_host_that_is_killed_while_it_boots_boots_with_the_next_command(string template, string host)
    {
        using TestProgram program = TestProgram.WithLab(template);
        ProgramResult Run(params string[] words) => program.RunWith(null, ("VOLMGR_HOST", host), words);
        Done(Run("vxdisksetup", "-i", "pure0_0015"));
        Done(Run("vxdg", "init", "newdg", "n1=pure0_0015"));
        Done(Run("host", "shutdown", "--all"));
        Assert.Contains("is down and cannot crash", program.Run("fault", "inject", "host-crash", host).Error);
        if (template == "cluster")
        {
            Done(program.Run("vxdisk", "list")); // host1 is up beside it
        }

        Done(program.Run("fault", "inject", "daemon-kill", host, "at=commit-begins"));
        Assert.Equal(4, Run("vxdg", "list").ExitCode);
        Assert.Contains("no fault is at work", Done(program.Run("fault", "list")));
        Assert.Contains("newdg", Done(Run("vxdg", "list")));
    }

    [Fact]
    public void A_host_that_is_killed_at_a_point_boots_with_the_next_command()
    {
        using TestProgram program = TestProgram.WithLab("populated");
        Done(program.Run("vxprint", "-g", "datadg"));
        Done(program.Run("fault", "inject", "daemon-kill", "host1", "at=commit-begins"));
        Assert.Equal(4, program.Run("vxassist", "-g", "datadg", "make", "extra", "8m").ExitCode);
        Assert.DoesNotContain("extra", Done(program.Run("vxprint", "-g", "datadg")));
        Assert.Contains("no fault is at work", Done(program.Run("fault", "list")));
        Done(program.Run("vxassist", "-g", "datadg", "make", "extra", "8m"));
        Assert.Contains("write-miss-recorded", Done(program.Run("fault", "points")));
    }

    private static TestProgram WithVirtualDisks()
    {
        TestProgram program = TestProgram.WithLab();
        File.WriteAllText(
            Path.Combine(program.Folder, "vm.yaml"),
            """
            format: 1
            arrays:
              - name: vm0
                kind: vmware
                vendor: VMware
                product: Virtual disk
                revision: '2.0'
                serial: vm
                ports: 1
                luns:
                  - { name: '1', number: 1, size: 64m, serial: 6000c29aaaaaaaaaaaaaaaaaaaaaaaa1, avid: '' }
                  - { name: '2', number: 2, size: 64m, serial: 6000c29aaaaaaaaaaaaaaaaaaaaaaaa2, avid: '' }
            hosts:
              - name: host1
                hbas:
                  - { controller: c1, arrays: [vm0] }
            """);
        Done(program.Run("lab", "destroy", program.Lab.Root, "--force"));
        Done(program.Run("lab", "create", program.Lab.Root, "--topology", "vm.yaml"));
        return program;
    }

    private static string Done(ProgramResult result)
    {
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return result.Output;
    }
}
