namespace VolMgr.Cli.Tests.Owner;

/// <summary>A migration by hand, as an administrator's runbook does it, in volmgr shell.</summary>
public sealed class HandScriptTests
{
    private const string Script = """
        set -e
        vxdisk -o alldgs list; vxprint -g datadg -ht; vxdg -g datadg free; vxtask list
        vxconfigbackup datadg
        vxdisk scandisks; vxdmpadm listenclosure all
        vxdmpadm getsubpaths dmpnodename=$(vxdisk list | awk '/^pure0/{print $1; exit}')
        n=0; for d in $(vxdisk list | awk '/^pure0/{print $1}'); do n=$((n+1))
        vxdisksetup -i $d format=cdsdisk; vxdg -g datadg adddisk datadg_n0$n=$d; done
        vxassist -g datadg -b -t mig1 -o iosize=1m mirror vol01 enclr:pure0
        while vxtask list mig1 2>/dev/null | grep -q ATCOPY; do vxtask -l list mig1; sleep 0.1; done
        vxprint -g datadg -ht vol01
        old=$(vxprint -g datadg -ht vol01 | awk '$1=="sd" && $8~/^emc0/{print $3; exit}')
        vxplex -g datadg -o rm dis $old
        vxdg -g datadg free
        for dm in $(vxdisk -o alldgs list | awk '/^emc0/ && $4=="datadg"{print $3}'); do vxdg -g datadg rmdisk $dm; done
        for d in $(vxdisk list | awk '/^emc0/{print $1}'); do vxdiskunsetup -C $d; vxdisk rm $d; done
        """;

    [Fact]
    public void The_runbook_leaves_nothing_on_the_old_array()
    {
        using TestProgram program = TestProgram.WithLab("populated");
        ProgramResult result = program.RunWith(Script, ("SHELL", "/bin/bash"), "shell");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        string objects = program.Run("vxprint", "-g", "datadg", "-ht").Output;
        Assert.DoesNotContain("emc0", objects, StringComparison.Ordinal);
        Assert.Contains("pure0_0012", objects, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^v  vol01 .* ENABLED  ACTIVE", objects);
        string check = program.Run("lab", "check").Output;
        Assert.Equal(4, check.Split('\n').Count(line => line.StartsWith("emc0/", StringComparison.Ordinal)
            && line.EndsWith("not initialised", StringComparison.Ordinal)));
    }
}
