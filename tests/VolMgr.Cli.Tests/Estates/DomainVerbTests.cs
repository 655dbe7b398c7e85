using System.Diagnostics;
using static VolMgr.Cli.Tests.Estates.EstateLab;

namespace VolMgr.Cli.Tests.Estates;

/// <summary>Migration of a domain of a lab, in real time.</summary>
public sealed class DomainVerbTests
{
    private const string Export = "domain/ldg1/vdisk0";

    [Theory]
    [InlineData("live")]
    [InlineData("warm")]
    public async Task LDM_1_four_phases_bring_a_running_domain_over_with_its_memory_and_disks(string how)
    {
        using TestProgram program = Create();
        Done(program.Run("domain", "list"));
        var writer = new Writer(program, Export);
        string[] warm = how == "warm" ? ["--warm"] : [];
        string output = Done(program.Run(["domain", "migrate", "ldg1", "--to", "primary-b", .. warm]));
        int last = 0;
        foreach (string phase in new[] { "P1 checks", "P2 receiving domain", "P3 ", "P4 source destroyed" })
        {
            int at = output.IndexOf(phase, StringComparison.Ordinal);
            Assert.True(at > last, output);
            last = at;
        }

        Assert.Contains("none lost", output, StringComparison.Ordinal);
        long before = writer.Count;
        Assert.True(TestProgram.WaitUntil(() => writer.Count > before + 50));
        await writer.EndAsync();
        Assert.Equal((0, 0L), (writer.CountLost(program, Export), writer.Failed));
        Assert.Contains("domain ldg1 active primary-b\n", Done(program.Run("domain", "list")));
        Assert.False(Directory.Exists(program.Lab.ControlsFolder)
            && Directory.EnumerateFiles(program.Lab.ControlsFolder, "*", SearchOption.AllDirectories).Any());
    }

    [Fact]
    public void LDM_3_with_equal_paths_to_other_storage_the_migration_succeeds_and_the_domain_fails_on_its_first_read()
    {
        using TestProgram program = Create();
        ProgramResult check = program.Run("domain", "check", "ldg1", "--to", "primary-c");
        Assert.Equal(1, check.ExitCode);
        Assert.Contains("refused  same-storage: disk vdisk0: /dev/dsk/c0d1 of primary-c leads to PURE", check.Output);
        Assert.Contains("ok       services", check.Output, StringComparison.Ordinal);
        ProgramResult refused = program.Run("domain", "migrate", "ldg1", "--to", "primary-c");
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("90001F5000", refused.Output, StringComparison.Ordinal);

        Assert.Contains(
            "nothing stands against it",
            Done(program.Run("domain", "check", "ldg1", "--to", "primary-c", "--trust-paths")));
        ProgramResult trusting = program.Run("domain", "migrate", "ldg1", "--to", "primary-c", "--trust-paths");
        Assert.Equal(1, trusting.ExitCode);
        Assert.Contains("moved: ", trusting.Output, StringComparison.Ordinal);
        Assert.Contains(
            "ldg1 fails on its first read of vdisk0: /dev/dsk/c0d1 of primary-c leads to pure0/0013, where nothing is "
            + "in the place of 'VolMgr domain ldg1 disk vdisk0'", trusting.Output);
        Assert.Contains("next: migrate it back", trusting.Output, StringComparison.Ordinal);

        Done(program.Run("domain", "state", "ldg1", "bound"));
        ProgramResult start = program.Run("domain", "state", "ldg1", "active");
        Assert.Equal(3, start.ExitCode);
        Assert.Contains("fails on its first read of vdisk0", start.Error, StringComparison.Ordinal);
        Done(program.Run("domain", "migrate", "ldg1", "--to", "primary-a", "--trust-paths"));
        Done(program.Run("domain", "state", "ldg1", "active"));
    }

    [Fact]
    public void LDM_2_the_checks_go_by_the_state_and_a_dry_run_lists_them()
    {
        using TestProgram program = Create();
        string active = Done(program.Run("domain", "migrate", "ldg1", "--to", "primary-b", "--dry-run"));
        Done(program.Run("domain", "state", "ldg1", "bound"));
        string bound = Done(program.Run("domain", "check", "ldg1", "--to", "primary-b"));
        Done(program.Run("domain", "state", "ldg1", "inactive"));
        string inactive = Done(program.Run("domain", "check", "ldg1", "--to", "primary-b"));
        Assert.Contains("processor-kind", active, StringComparison.Ordinal);
        Assert.True(active.Length > bound.Length && bound.Length > inactive.Length);
        Assert.Contains("P3 configuration", Done(program.Run("domain", "migrate", "ldg1", "--to", "primary-b")));
        Assert.Contains("domain ldg1 inactive primary-b\n", Done(program.Run("domain", "list")));
        Assert.Equal(3, program.Run("domain", "check", "ldg1", "--to", "primary-b").ExitCode);
        Assert.Equal(3, program.Run("domain", "check", "ldg1", "--to", "nowhere").ExitCode);
        Assert.Equal(2, program.Run("domain", "state", "ldg1", "asleep").ExitCode);
        Assert.Equal("there is nothing to recover\n", Done(program.Run("domain", "recover")));
    }

    [Fact]
    public void LDM_4_cancelled_while_its_memory_is_copied_the_source_has_the_domain()
    {
        using TestProgram program = Create();
        using Process move = program.Start(null, "domain", "migrate", "ldg1", "--to", "primary-b", "--pace", "512k");
        Assert.True(TestProgram.WaitUntil(
            () => File.Exists(Path.Combine(program.Lab.ControlsFolder, "primary-b", "ldg1"))));
        Assert.Contains("being migrated to primary-b", Done(program.Run("domain", "list")), StringComparison.Ordinal);
        Assert.Equal(3, program.Run("domain", "recover", "ldg1").ExitCode);
        Done(program.Run("domain", "cancel", "ldg1"));
        ProgramResult ended = TestProgram.Finish(move);
        Assert.Equal(4, ended.ExitCode);
        Assert.Contains("next: the domain runs on primary-a", ended.Output, StringComparison.Ordinal);
        Assert.Contains("none lost", ended.Output, StringComparison.Ordinal);
        Assert.Contains("domain ldg1 active primary-a\n", Done(program.Run("domain", "list")));
        Assert.Equal(3, program.Run("domain", "cancel", "ldg1").ExitCode);
    }

    [Fact]
    public void Killed_in_the_middle_exactly_one_control_domain_has_the_domain_after_recovery()
    {
        using TestProgram program = Create();
        using Process move = program.Start(null, "domain", "migrate", "ldg1", "--to", "primary-b", "--pace", "512k");
        Assert.True(TestProgram.WaitUntil(
            () => File.Exists(Path.Combine(program.Lab.ControlsFolder, "primary-b", "ldg1"))));
        _ = Native.SendSignal(program.OwnerProcessId, 9);
        Assert.Equal(4, TestProgram.Finish(move).ExitCode);
        string list = Done(program.Run("domain", "list"));
        Assert.Contains("primary-a has recorded owner, primary-b receiving: run 'volmgr domain recover ldg1'", list);
        Assert.Equal(3, program.Run("domain", "migrate", "ldg1", "--to", "primary-b").ExitCode);
        Assert.Equal("ldg1 is on primary-a, and nowhere else\n", Done(program.Run("domain", "recover")));
        Done(program.Run("domain", "migrate", "ldg1", "--to", "primary-b"));
    }

    [Fact]
    public void LDM_1_recovery_finds_one_owner_in_whatever_both_had_recorded()
    {
        using TestProgram program = Create();
        foreach ((string source, string target, string owner) in new[]
        {
            ("", "receiving primary-a", "primary-a"),
            ("", "installed primary-a", "primary-a"),
            ("handed-over primary-b", "installed primary-a", "primary-b"),
            ("handed-over primary-a", "owner primary-b", "primary-a"), // and back again
            ("none primary-b", "owner primary-a", "primary-b"),
        })
        {
            string from = target.Split(' ')[1];
            Record(program, from, source);
            Record(program, from == "primary-a" ? "primary-b" : "primary-a", target);
            Assert.Equal($"ldg1 is on {owner}, and nowhere else\n", Done(program.Run("domain", "recover", "ldg1")));
            Assert.Contains($"domain ldg1 active {owner}\n", Done(program.Run("domain", "list")));
            Assert.Contains($"control: {owner}\n", File.ReadAllText(program.Lab.TopologyFile));
        }

        Assert.Equal("there is nothing to recover\n", Done(program.Run("domain", "recover", "ldg1")));
    }

    private static void Record(TestProgram program, string control, string text)
    {
        if (text.Length > 0)
        {
            string folder = Path.Combine(program.Lab.ControlsFolder, control);
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "ldg1"), text + "\n");
        }
    }
}
