using System.Diagnostics;

namespace VolMgr.EndToEnd.Tests;

/// <summary>The job by hand, as an administrator types it, in a shell of the lab.</summary>
public sealed class RunbookTests
{
    private const string Runbook = """
        vxdisk -o alldgs list; vxprint -g datadg -ht; vxdg -g datadg free; vxtask list
        vxconfigbackup datadg
        vxdisk scandisks; vxdmpadm listenclosure all
        vxdmpadm getsubpaths dmpnodename=$(vxdisk list | awk '/^pure0/{print $1; exit}')
        n=0; for d in $(vxdisk list | awk '/^pure0/{print $1}'); do n=$((n+1))
        vxdisksetup -i $d format=cdsdisk; vxdg -g datadg adddisk datadg_n0$n=$d; done
        vxassist -g datadg -b -t mig1 -o iosize=1m mirror vol01 enclr:pure0
        while vxtask list mig1 2>/dev/null | grep -q ATCOPY; do vxtask -l list mig1; sleep 1; done
        vxprint -g datadg -ht vol01
        old=$(vxprint -g datadg -ht vol01 | awk '$1=="sd" && $8~/^emc0/{print $3; exit}')
        vxplex -g datadg -o rm dis $old
        vxdg -g datadg free
        for dm in $(vxdisk -o alldgs list | awk '/^emc0/ && $4=="datadg"{print $3}'); do vxdg -g datadg rmdisk $dm; done
        for d in $(vxdisk list | awk '/^emc0/{print $1}'); do vxdiskunsetup -C $d; vxdisk rm $d; done
        """;

    private const string TaskIsGone = "VxVM vxtask ERROR V-5-1-9011 Task mig1: No such task\n";

    [Fact]
    public async Task The_runbook_works_unmodified_and_leaves_nothing_on_the_old_array()
    {
        await using LabFolder folder = new();
        Ended created = await Volmgr.RunAsync(null, "lab", "create", folder.Lab, "--template", "populated");
        Assert.True(created.ExitCode == 0, created.ToString());
        string script = Path.Combine(folder.Root, "runbook.sh");
        await File.WriteAllTextAsync(script, Runbook, TestContext.Current.CancellationToken);

        Ended ended = await Volmgr.RunAsync(folder.Lab, "exec", "--", "bash", script);

        Assert.True(ended.ExitCode == 0, ended.ToString());
        // The loop's last look at the task may come after the task has ended; the commands must be silent otherwise.
        string complaints = ended.Error.Replace(TaskIsGone, "", StringComparison.Ordinal);
        Assert.Equal("", complaints);
        Ended listing = await Volmgr.RunAsync(folder.Lab, "vxprint", "-g", "datadg", "-ht");
        Assert.Equal(0, listing.ExitCode);
        Assert.DoesNotContain("emc0", listing.Output, StringComparison.Ordinal);
        Assert.Contains("pure0", listing.Output, StringComparison.Ordinal);
        Ended disks = await Volmgr.RunAsync(folder.Lab, "vxdisk", "-o", "alldgs", "list");
        Assert.DoesNotContain("emc0", disks.Output, StringComparison.Ordinal);
        Ended verified = await Volmgr.RunAsync(folder.Lab, "verify");
        Assert.True(verified.ExitCode == 0, verified.ToString());
    }

    [Fact]
    public async Task The_runbook_is_rehearsed_step_by_step_under_verified_io()
    {
        await using LabFolder folder = new();
        string script = Path.Combine(folder.Root, "runbook.sh");
        await File.WriteAllTextAsync(script, Runbook, TestContext.Current.CancellationToken);

        Ended ended = await Volmgr.RunAsync(null, "rehearse", "--runbook", script, "--lab", folder.Lab);

        Assert.True(ended.ExitCode == 0, ended.ToString());
        Assert.Contains(
            "pass  vol01 and each of its plexes hold what the ledger says", ended.Output, StringComparison.Ordinal);
        Assert.Contains("Result: pass", ended.Output, StringComparison.Ordinal);
        Ended listing = await Volmgr.RunAsync(folder.Lab, "vxprint", "-g", "datadg", "-ht");
        Assert.DoesNotContain("emc0", listing.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_runbook_with_paths_of_a_host_runs_in_a_view_of_its_own()
    {
        await using LabFolder folder = new();
        string script = Path.Combine(folder.Root, "paths.sh");
        await File.WriteAllTextAsync(script, """
            d=$(/usr/sbin/vxdisk list | awk '/^pure0/{print $1; exit}')
            /etc/vx/bin/vxdisksetup -i $d && /opt/VRTS/bin/vxdg -g datadg adddisk new01=$d
            printf hello | dd of=/dev/vx/rdsk/datadg/vol01 conv=notrunc,fsync status=none
            dev=/dev/vx/dsk/datadg/vol01
            test "$(head -c 5 $dev)" = hello && test "$(ls /dev/vx/rdsk/datadg)" = vol01
            test -z "$(ls /dev/vx/rdsk/datadg)"
            mount /dev/vx/dsk/datadg/vol01 /mnt && umount /mnt
            vxvol -g datadg stop vol01 && vxvol -g datadg start vol01
            ! touch /etc/volmgr-was-here
            """, TestContext.Current.CancellationToken);

        Ended ended = await Volmgr.RunAsync(null, "rehearse", "--runbook", script, "--lab", folder.Lab, "--no-io");

        if (await IsPermittedAsync())
        {
            Assert.True(ended.ExitCode == 0, ended.ToString());
            Assert.Contains("every step succeeded: 0 failed", ended.Output, StringComparison.Ordinal);
            Ended disks = await Volmgr.RunAsync(folder.Lab, "vxdisk", "-o", "alldgs", "list");
            Assert.Contains("new01", disks.Output, StringComparison.Ordinal);
        }
        else
        {
            Assert.NotEqual(0, ended.ExitCode);
            Assert.Contains("step 1 (line 1) names /usr/sbin/vxdisk, and this machine permits no private mount "
                + "namespace", ended.Error, StringComparison.Ordinal);
        }

        Assert.False(File.Exists("/etc/volmgr-was-here"));
        Assert.False(Directory.Exists("/dev/vx"));
    }

    /// <summary>Whether the machine lets this user mount in a namespace of its own.</summary>
    private static async Task<bool> IsPermittedAsync()
    {
        string user = Environment.IsPrivilegedProcess ? "" : "--user --map-root-user";
        using Process probe = Process.Start(
            "sh", ["-c", $"unshare {user} --mount mount -t tmpfs tmpfs /mnt 2>/dev/null"]);
        await probe.WaitForExitAsync(TestContext.Current.CancellationToken);
        return probe.ExitCode == 0;
    }

    [Fact]
    public async Task Migrate_moves_everything_and_moves_it_back_with_the_arrays_swapped()
    {
        await using LabFolder folder = new();
        Ended created = await Volmgr.RunAsync(null, "lab", "create", folder.Lab, "--template", "populated");
        Assert.True(created.ExitCode == 0, created.ToString());
        foreach ((string to, string from) in new[] { ("pure0", "emc0"), ("emc0", "pure0") })
        {
            Ended dry = await Volmgr.RunAsync(folder.Lab, "migrate", "--group", "datadg", "--to", to, "--dry-run");
            Assert.True(dry.ExitCode == 0, dry.ToString());
            Ended moved = await Volmgr.RunAsync(folder.Lab, "migrate", "--group", "datadg", "--to", to);
            Assert.True(moved.ExitCode == 0, moved.ToString());
            Ended status = await Volmgr.RunAsync(folder.Lab, "migrate", "status");
            Assert.True(status.ExitCode == 0, status.ToString());
            Ended listing = await Volmgr.RunAsync(folder.Lab, "vxprint", "-g", "datadg", "-ht");
            Assert.DoesNotContain(from, listing.Output, StringComparison.Ordinal);
            Assert.Contains(to, listing.Output, StringComparison.Ordinal);
        }
    }
}
