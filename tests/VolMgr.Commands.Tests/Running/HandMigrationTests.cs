using VolMgr.Volumes.InputOutput;

namespace VolMgr.Commands.Tests.Running;

/// <summary>The migration by hand, command by command, with the columns that scripts pick by awk.</summary>
public sealed class HandMigrationTests
{
    // Goal: the runbook of an administrator works as it stands and leaves nothing on the old array.
    // Method: its commands in order, with awk's field choices made here, against a host in memory.
    [Fact]
    public async Task A_volume_moves_from_the_old_array_to_the_new_one()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        VolumeDevice? volume = lab.Host.FindGroup("datadg")?.OpenVolume("vol01");
        Assert.NotNull(volume);
        byte[] written = new byte[1 << 20];
        new Random(5).NextBytes(written);
        await volume.WriteAsync(3 << 20, written, Blocks.WriteFlags.None, CancellationToken.None);

        await lab.AskAsync("vxdisk -o alldgs list");
        await lab.AskAsync("vxprint -g datadg -ht");
        await lab.AskAsync("vxdg -g datadg free");
        Assert.Equal(["TASKID  PTID TYPE/STATE    PCT   PROGRESS"], (await lab.AskAsync("vxtask list")).Lines);
        await lab.DoAsync("vxconfigbackup datadg");
        await lab.DoAsync("vxdisk scandisks");
        await lab.AskAsync("vxdmpadm listenclosure all");
        string[] targets = await DevicesAsync(lab, "pure0");
        Assert.Equal(4, targets.Length);
        await lab.AskAsync($"vxdmpadm getsubpaths dmpnodename={targets[0]}");
        for (int i = 0; i < targets.Length; i++)
        {
            await lab.DoAsync($"vxdisksetup -i {targets[i]} format=cdsdisk");
            await lab.DoAsync($"vxdg -g datadg adddisk datadg_n0{i + 1}={targets[i]}");
        }

        await lab.DoAsync("vxassist -g datadg -b -t mig1 -o iosize=1m mirror vol01 enclr:pure0");
        await EndOfTaskAsync(lab, "mig1");

        CommandResult listing = await lab.AskAsync("vxprint -g datadg -ht vol01");
        Assert.All(
            listing.Rows.Where(row => row[0] == "pl"), row => Assert.Equal(["ENABLED", "ACTIVE"], row[3..5]));
        string old = listing.Rows
            .First(row => row[0] == "sd" && row[7].StartsWith("emc0", StringComparison.Ordinal))[2];
        Assert.Equal("vol01-01", old);
        await lab.DoAsync($"vxplex -g datadg -o rm dis {old}");
        await lab.AskAsync("vxdg -g datadg free");
        foreach (string[] row in (await lab.AskAsync("vxdisk -o alldgs list")).Rows
            .Where(row => row[0].StartsWith("emc0", StringComparison.Ordinal) && row[3] == "datadg"))
        {
            await lab.DoAsync($"vxdg -g datadg rmdisk {row[2]}");
        }

        foreach (string device in (await DevicesAsync(lab, "emc0")).Take(3))
        {
            await lab.DoAsync($"vxdiskunsetup -C {device}");
            await lab.DoAsync($"vxdisk rm {device}");
        }

        Assert.DoesNotContain("emc0_01f4", (await lab.AskAsync("vxdisk list")).Out, StringComparison.Ordinal);
        Assert.DoesNotContain("emc0", (await lab.AskAsync("vxprint -g datadg -ht")).Out, StringComparison.Ordinal);
        byte[] read = new byte[written.Length];
        await volume.ReadAsync(3 << 20, read, CancellationToken.None);
        Assert.Equal(written, read);
    }

    private static async Task<string[]> DevicesAsync(CommandLab lab, string enclosure) =>
        [.. (await lab.AskAsync("vxdisk list")).Rows.Select(row => row[0])
            .Where(name => name.StartsWith(enclosure, StringComparison.Ordinal))];

    /// <summary>The loop of the runbook: while the task is listed, show it.</summary>
    private static async Task EndOfTaskAsync(CommandLab lab, string tag)
    {
        for (int i = 0; i < 2000; i++)
        {
            CommandResult listed = await lab.RunAsync($"vxtask list {tag}");
            if (!listed.Out.Contains("ATCOPY", StringComparison.Ordinal))
            {
                Assert.NotEqual(0, listed.Code);
                return;
            }

            await lab.RunAsync($"vxtask -l list {tag}");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.Fail("the copy ended");
    }
}
