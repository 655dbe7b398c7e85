namespace VolMgr.EndToEnd.Tests;

/// <summary>Mistakes of a user: one clear sentence on standard error, a non-zero exit code, no stack trace.</summary>
public sealed class BadInputTests
{
    [Theory]
    [InlineData("lab", "create")]
    [InlineData("lab", "frobnicate")]
    [InlineData("frobnicate")]
    [InlineData("rehearse", "--size", "-1")]
    [InlineData("rehearse", "--size", "10x")]
    [InlineData("rehearse", "--size", "9223372036854775808")]
    [InlineData("rehearse", "--volumes", "0")]
    [InlineData("rehearse", "--workload", "nonsense")]
    [InlineData("rehearse", "--unknown")]
    [InlineData("migrate")]
    [InlineData("migrate", "--group", "datadg")]
    public async Task Wrong_usage_is_refused_with_code_2(params string[] arguments)
    {
        Ended ended = await Volmgr.RunAsync(null, arguments);
        AssertClearError(ended);
        Assert.True(ended.ExitCode == 2, ended.ToString());
    }

    [Theory]
    [InlineData("vxprint")]
    [InlineData("vxdisk", "list")]
    [InlineData("migrate", "--group", "datadg", "--to", "pure0")]
    [InlineData("lab", "show")]
    public async Task An_unset_lab_is_refused_and_the_remedy_named(params string[] arguments)
    {
        Ended ended = await Volmgr.RunAsync(null, arguments);
        AssertClearError(ended);
        Assert.Contains("VOLMGR_LAB", ended.Error, StringComparison.Ordinal);
        Assert.Contains("lab create", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mistakes_in_a_lab_change_nothing()
    {
        await using LabFolder folder = new();
        Ended created = await Volmgr.RunAsync(null, "lab", "create", folder.Lab, "--template", "populated");
        Assert.True(created.ExitCode == 0, created.ToString());
        Ended before = await Volmgr.RunAsync(folder.Lab, "vxprint", "-ht");
        string[][] mistakes =
        [
            ["vxassist", "-g", "datadg", "make", "vol02", "-1"],
            ["vxassist", "-g", "datadg", "make", "vol02", "10x"],
            ["vxassist", "-g", "datadg", "make", "vol02", "9223372036854775808"],
            ["vxassist", "-g", "datadg", "make", "vol02", "100t"],
            ["vxassist", "-g", "datadg", "make", "vol01", "10m"],
            ["vxassist", "-g", "nosuch", "make", "vol02", "10m"],
            ["vxassist", "-g", "datadg", "mirror", "vol01", "enclr:nosuch"],
            ["vxassist", "-g", "datadg", "make", "vol02", "10m", "layout=raid5"],
            ["vxassist", "-Z"],
            ["vxdg", "-g", "datadg", "rmdisk", "datadg01"],
            ["vxdg", "-g", "datadg", "adddisk", "nosuch"],
            ["vxplex", "-g", "datadg", "det", "vol01-01"],
            ["vxplex", "-g", "datadg", "dis", "vol01-01"],
            ["vxdisksetup", "-i", "nosuch"],
            ["vxdisksetup", "-i", "emc0_0001"],
            ["vxedit", "-g", "datadg", "rm", "vol01"],
            ["vxprint", "-g", "nosuch"],
            ["vxtask", "abort", "4711"],
            ["migrate", "--group", "nosuch", "--to", "pure0"],
            ["migrate", "--group", "datadg", "--to", "nosuch"],
            ["host", "crash", "nosuch"],
            ["lun", "unpresent", "nosuch"],
            ["volume", "load", "--group", "datadg", "--volume", "vol01", "/nonexistent"],
            ["lab", "create", folder.Lab],
        ];
        foreach (string[] mistake in mistakes)
        {
            Ended ended = await Volmgr.RunAsync(folder.Lab, mistake);
            Assert.True(ended.ExitCode != 0, $"{string.Join(' ', mistake)}: {ended}");
            AssertClearError(ended);
        }

        Ended after = await Volmgr.RunAsync(folder.Lab, "vxprint", "-ht");
        Assert.Equal(before.Output, after.Output);
    }

    private static void AssertClearError(Ended ended)
    {
        Assert.True(ended.ExitCode != 0, ended.ToString());
        Assert.False(string.IsNullOrWhiteSpace(ended.Error), ended.ToString());
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", ended.Error, StringComparison.Ordinal);
    }
}
