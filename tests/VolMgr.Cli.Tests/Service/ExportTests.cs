using System.Diagnostics;
using VolMgr.Cli.Owner;

namespace VolMgr.Cli.Tests.Service;

/// <summary>Volumes as NBD exports of the lab's owner, with the real program.</summary>
public sealed class ExportTests
{
    [Fact]
    public void Hostile_and_unknown_names_are_unknown()
    {
        uint[] refusals = [0x80000003, 0x80000006, 0x80000009]; // invalid, unknown, too big
        string[] names =
        [
            "datadg",
            "datadg/",
            "/vol01",
            "datadg/vol01/",
            "datadg//vol01",
            "../datadg/vol01",
            "datadg/../vol01",
            "datadg/vol01\0",
            "DATADG/VOL01",
            "datadg/vol02",
            "otherdg/vol01",
            "/etc/passwd",
            "datadg/datadg01",
            "datadg/" + new string('x', 4000),
        ];
        using TestProgram program = TestProgram.WithLab("populated");
        Assert.Equal(0, program.Run("vxdisk", "list").ExitCode);
        foreach (string name in names)
        {
            using TinyNbdClient client = TinyNbdClient.Open(program.Lab, name);
            Assert.True(refusals.Contains(client.Answer), $"'{name}' is answered with {client.Answer:x}");
        }
    }

    [Fact]
    public void A_volume_that_a_client_holds_is_neither_stopped_nor_deported()
    {
        using TestProgram program = TestProgram.WithLab("populated");
        Assert.Equal(0, program.Run("vxdisk", "list").ExitCode);
        using (TinyNbdClient client = TinyNbdClient.Open(program.Lab, ""))
        {
            Assert.Equal(0u, client.Read(0, new byte[4096]));
            Assert.NotEqual(0, program.Run("vxvol", "-g", "datadg", "stop", "vol01").ExitCode);
            Assert.NotEqual(0, program.Run("vxdg", "deport", "datadg").ExitCode);
            Assert.Equal(0u, client.Read(512, new byte[4096]));
        }

        Assert.True(TestProgram.WaitUntil(
            () => program.Run("vxvol", "-g", "datadg", "stop", "vol01").ExitCode == 0));
        using TinyNbdClient late = TinyNbdClient.Open(program.Lab, "datadg/vol01");
        Assert.False(late.IsOpen);
    }

    [Fact]
    public void A_plex_can_be_read_by_its_name_and_a_client_keeps_the_owner()
    {
        using TestProgram program = TestProgram.WithLab("populated", idleSeconds: "0.5");
        Assert.Equal(0, program.Run("vxdisk", "list").ExitCode);
        using Process owner = Process.GetProcessById(program.OwnerProcessId);
        using (TinyNbdClient client = TinyNbdClient.Open(program.Lab, "datadg/vol01-01"))
        {
            Assert.True(client.IsOpen);
            Assert.False(owner.WaitForExit(TimeSpan.FromSeconds(1.5)));
            Assert.Equal(0u, client.Read(0, new byte[512]));
        }

        Assert.True(owner.WaitForExit(TimeSpan.FromSeconds(20)));
        Assert.False(File.Exists(program.Lab.NbdSocket));
    }

    [Fact]
    public void A_client_boots_the_first_host_and_is_let_go_when_it_goes_down()
    {
        using TestProgram program = TestProgram.WithLab("populated");
        Assert.Equal(0, program.Run("host", "reboot").ExitCode);
        Assert.Equal("host host1 is shut down\n", program.Run("host", "shutdown", "host1").Output);
        using TinyNbdClient client = TinyNbdClient.Open(program.Lab, "datadg/vol01");
        Assert.True(client.IsOpen);
        Assert.Equal("host host1 is shut down\n", program.Run("host", "shutdown", "host1").Output);
        Assert.True(client.IsClosedByServer());
        Assert.True(PidFile.IsHeld(program.Lab));
    }

    [Fact]
    public void A_host_that_crashes_beside_another_lets_its_clients_go()
    {
        using TestProgram program = TestProgram.WithLab("cluster");
        string[][] commands =
        [
            ["vxdisksetup", "-i", "emc0_01f4"],
            ["vxdg", "init", "onedg", "onedg01=emc0_01f4"],
            ["vxassist", "-g", "onedg", "make", "vol1", "64m"],
        ];
        Assert.All(commands, command => Assert.Equal(0, program.Run(command).ExitCode));
        Assert.Equal(0, program.RunWith(null, ("VOLMGR_HOST", "host2"), "vxdisk", "list").ExitCode);
        using TinyNbdClient client = TinyNbdClient.Open(program.Lab, "onedg/vol1");
        Assert.True(client.IsOpen);
        Assert.Equal("host host1 has crashed\n", program.Run("host", "crash", "host1").Output);
        Assert.True(client.IsClosedByServer());
        using TinyNbdClient again = TinyNbdClient.Open(program.Lab, "onedg/vol1");
        Assert.True(again.IsOpen); // it booted the host
    }
}
