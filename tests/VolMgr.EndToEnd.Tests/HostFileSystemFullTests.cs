namespace VolMgr.EndToEnd.Tests;

/// <summary>
/// The file system that holds the lab runs full: clear refusals, and nothing that was acknowledged is lost.
/// </summary>
public sealed class HostFileSystemFullTests
{
    /// <summary>
    /// Runs in a mount namespace of its own, so that no privilege is needed to make a small file system.
    /// </summary>
    private const string Script = """
        set -u
        volmgr=$1 folder=$2
        mount -t tmpfs -o size=64m tmpfs "$folder" || exit 90
        export VOLMGR_LAB=$folder/lab
        $volmgr lab create "$VOLMGR_LAB" --luns 2 --lun-size 128m >/dev/null || exit 91
        for disk in emc0_01f4 emc0_01f5; do $volmgr vxdisksetup -i $disk || exit 92; done
        $volmgr vxdg init datadg d1=emc0_01f4 d2=emc0_01f5 || exit 93
        $volmgr vxassist -g datadg make vol01 60m d1 && $volmgr vxassist -g datadg make vol02 60m d2 || exit 94
        head -c 8M /dev/urandom >"$folder/small"
        head -c 60M /dev/urandom >"$3/big"
        $volmgr volume load --group datadg --volume vol01 "$folder/small" >/dev/null || exit 95
        $volmgr volume load --group datadg --volume vol02 "$3/big" >/dev/null
        echo "load: $?"
        $volmgr migrate --group datadg --to pure0 >/dev/null
        echo "migrate: $?"
        kill -9 "$(cat "$VOLMGR_LAB/run/volmgr.pid")"
        rm "$folder/small"
        $volmgr vxprint -g datadg -v -n
        $volmgr lab check >/dev/null
        echo "check: $?"
        $volmgr lab destroy "$VOLMGR_LAB" >/dev/null
        """;

    [Fact]
    public async Task A_full_host_file_system_is_told_and_the_lab_survives_a_crash_on_it()
    {
        await using LabFolder folder = new();
        Directory.CreateDirectory(folder.Lab);
        string script = Path.Combine(folder.Root, "full.sh");
        await File.WriteAllTextAsync(script, Script, TestContext.Current.CancellationToken);

        Ended ended = await Volmgr.RunProgramAsync(
            "unshare",
            null,
            "--user",
            "--map-root-user",
            "--mount",
            "bash",
            script,
            Volmgr.ExecutablePath,
            folder.Lab,
            folder.Root);

        Assert.True(ended.ExitCode == 0, ended.ToString());
        Assert.Equal("load: 1\nmigrate: 3\nvol01\nvol02\ncheck: 0\n", ended.Output);
        Assert.Contains("NoSpace", ended.Error, StringComparison.Ordinal);
        Assert.Contains("free space", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
    }
}
