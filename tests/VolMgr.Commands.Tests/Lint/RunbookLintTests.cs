using VolMgr.Commands.Lint;
using VolMgr.Commands.Runbooks;

namespace VolMgr.Commands.Tests.Lint;

/// <summary>Each rule finds its defect, and stays silent on what is right.</summary>
public sealed class RunbookLintTests
{
    private const string Good = """
        vxconfigbackup datadg
        vxdisk scandisks
        for d in $(vxdisk list | awk '/^pure0/{print $1}'); do n=$((n+1))
        vxdisksetup -i $d format=cdsdisk; vxdg -g datadg adddisk datadg_n0$n=$d; done
        vxassist -g datadg -b -t mig1 mirror vol01 enclr:pure0
        while vxtask list mig1 2>/dev/null | grep -q ATCOPY; do sleep 1; done
        vxprint -g datadg -ht vol01
        old=$(vxprint -g datadg -ht vol01 | awk '$1=="sd" && $8~/^emc0/{print $3; exit}')
        vxplex -g datadg -o rm dis $old
        vxdg -g datadg free
        for dm in $(vxdisk -o alldgs list | awk '/^emc0/{print $3}'); do vxdg -g datadg rmdisk $dm; done
        for d in $(vxdisk list | awk '/^emc0/{print $1}'); do vxdiskunsetup -C $d; done
        """;

    [Fact]
    public void A_good_runbook_has_no_findings() => Assert.Empty(Check(Good));

    [Theory]
    [InlineData("wrong-usage", "vxassist -g datadg mirrr vol01 enclr:pure0")]
    [InlineData("wrong-usage", "vxprint -w")]
    [InlineData("not-supported", "vxassist -g datadg relayout vol01 layout=stripe")]
    [InlineData("missing-group", "vxplex -o rm dis vol01-01")]
    [InlineData("forced-setup", "vxdisksetup -i -f pure0_1")]
    [InlineData("record-kept", "vxdg -g datadg -k rmdisk datadg01")]
    [InlineData("foreground-copy", "vxassist -g datadg mirror vol01 enclr:pure0")]
    [InlineData("names-mixed-up", "vxdisksetup -i sdc")]
    [InlineData("names-mixed-up", "vxdg -g datadg adddisk datadg02=/dev/sdc")]
    [InlineData("names-mixed-up", "vxdg -g datadg rmdisk emc0_12")]
    [InlineData("names-mixed-up", "vxassist -g datadg mirror vol01 pure0_0012")]
    [InlineData("names-mixed-up", "vxdg -g datadg adddisk datadg02=emc0_1; vxdiskunsetup datadg02")]
    [InlineData("plex-by-suffix", "vxplex -g datadg -o rm dis vol01-01")]
    [InlineData("no-configuration-backup", "vxassist -g datadg -b mirror vol01 enclr:pure0")]
    [InlineData("disk-not-set-up", "vxdg -g datadg adddisk datadg02=pure0_1")]
    [InlineData("unsetup-before-rmdisk", "vxdiskunsetup emc0_1")]
    [InlineData("rmdisk-in-use", "vxdg -g datadg rmdisk datadg01")]
    [InlineData("log-left-behind", "vxplex -g datadg -o rm dis $old; vxdg -g datadg rmdisk datadg01")]
    [InlineData("last-plex-removed", "vxplex -g datadg -o rm dis $old")]
    [InlineData("copy-not-awaited", "vxassist -g d -b mirror v enclr:p; vxplex -g d -o rm dis $old")]
    [InlineData("mirror-anywhere", "vxassist -g datadg -b mirror vol01 nmirror=1")]
    public void A_defect_is_found_by_its_rule(string rule, string script)
    {
        Finding finding = Assert.Single(Check(script), found => found.Rule == rule);

        Assert.Equal(1, finding.Line);
        Assert.EndsWith(".", finding.Problem, StringComparison.Ordinal);
        Assert.NotEmpty(finding.Fix);
    }

    [Theory]
    [InlineData("missing-group", "vxprint -ht; vxdisk list; vxdg list; vxtask list; vxdg free")]
    [InlineData("missing-group", "vxassist $group mirror vol01 enclr:pure0")]
    [InlineData("wrong-usage", "vxassist $options mirror vol01")]
    [InlineData("names-mixed-up", "vxdg -g d adddisk d02=emc0_1; vxdisksetup -i $d; vxdg -g d rmdisk $d")]
    [InlineData("names-mixed-up", "vxassist -g datadg make emc0_1 1g enclr:pure0")]
    [InlineData("disk-not-set-up", "vxdisksetup -i pure0_1; vxdg -g datadg adddisk datadg02=pure0_1")]
    [InlineData("copy-not-awaited", "vxassist -g d -b mirror v enclr:p; vxtask monitor; vxplex -g d -o rm dis $old")]
    [InlineData("no-configuration-backup", "vxdisk list; vxprint -ht")]
    [InlineData("log-left-behind", "vxevac -g d d01; vxdg -g d rmdisk d01")]
    [InlineData("mirror-anywhere", "vxassist -g d -b mirror v alloc=d02")]
    public void What_is_right_is_not_found(string rule, string script) =>
        Assert.DoesNotContain(Check(script), found => found.Rule == rule);

    [Fact]
    public void Each_rule_has_a_test_that_it_fires_and_says_why()
    {
        HashSet<string> tested = [.. typeof(RunbookLintTests)
            .GetMethod(nameof(A_defect_is_found_by_its_rule))!.GetCustomAttributesData()
            .Where(data => data.AttributeType == typeof(InlineDataAttribute))
            .Select(data => ((IReadOnlyList<System.Reflection.CustomAttributeTypedArgument>)
                data.ConstructorArguments[0].Value!)[0].Value as string ?? "")];

        Assert.Equal(RunbookLint.Rules.Select(rule => rule.Name).Order(), tested.Order());
        Assert.All(RunbookLint.Rules, rule => Assert.NotEmpty(rule.Why));
    }

    private static IReadOnlyList<Finding> Check(string script) =>
        RunbookLint.Check(Runbook.Read("runbook.sh", script, _ => true));
}
