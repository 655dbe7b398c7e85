namespace VolMgr.Commands.Tests.Running;

/// <summary>Disks and groups by command.</summary>
public sealed class GroupCommandTests
{
    [Fact]
    public async Task A_disk_is_invalid_then_online_then_invalid_again()
    {
        await using CommandLab lab = await CommandLab.StartAsync();

        Assert.Equal(
            ["emc0_01f4", "auto:none", "-", "-", "online", "invalid"], (await lab.AskAsync("vxdisk list")).Rows[1]);
        await lab.DoAsync("vxdisksetup -i emc0_01f4 privlen=4m");
        Assert.Equal(["emc0_01f4", "auto:cdsdisk", "-", "-", "online"], (await lab.AskAsync("vxdisk list")).Rows[1]);
        Assert.Contains("private:   slice=3 offset=256 len=8192 ", (await lab.AskAsync("vxdisk list emc0_01f4")).Out,
            StringComparison.Ordinal);
        await lab.DoAsync("vxdiskunsetup emc0_01f4");
        Assert.Equal("auto:none", (await lab.AskAsync("vxdisk list")).Rows[1][1]);
        CommandResult again = await lab.FailAsync("vxdiskunsetup emc0_01f4", 1);
        Assert.Contains("V-5-2-3522", again.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vxdisksetup -i emc0_01f4")]
    [InlineData("vxdiskunsetup -C emc0_01f4")]
    [InlineData("vxdisksetup -i nowhere")]
    [InlineData("vxdisksetup emc0_01f7 format=cdsdisk privlen=10x -i")]
    public async Task A_disk_that_cannot_be_set_up_or_cleared_costs_exit_code_1(string line)
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();

        CommandResult result = await lab.FailAsync(line, 1);

        Assert.StartsWith("VxVM vxdisk", result.Error, StringComparison.Ordinal);
        Assert.Equal("datadg", (await lab.AskAsync("vxdisk list")).Rows[1][3]);
    }

    [Fact]
    public async Task A_group_is_deported_imported_renamed_and_destroyed()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();

        await lab.DoAsync("vxdg deport datadg");
        Assert.Equal("-", (await lab.AskAsync("vxdisk list")).Rows[1][3]);
        Assert.Equal("(datadg)", (await lab.AskAsync("vxdisk -o alldgs list")).Rows[1][3]);
        await lab.DoAsync("vxdg -n otherdg import datadg");
        Assert.Equal("otherdg", (await lab.AskAsync("vxdg list")).Rows[1][0]);
        Assert.Contains("v  vol01", (await lab.AskAsync("vxprint -g otherdg -ht")).Out, StringComparison.Ordinal);
        await lab.DoAsync("vxdg destroy otherdg");
        Assert.Single((await lab.AskAsync("vxdg list")).Lines);
        CommandResult gone = await lab.FailAsync("vxdg destroy otherdg", 11);
        Assert.Equal(
            "VxVM vxdg ERROR V-5-1-2275 vxdg: Disk group otherdg: No such disk group\n", gone.Error);
    }

    [Fact]
    public async Task Each_failing_operand_costs_a_line_and_the_others_are_done()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();

        CommandResult result = await lab.FailAsync("vxdg -g datadg rmdisk nowhere datadg03 datadg01", 16);

        Assert.Equal(2, result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.DoesNotContain("datadg03", (await lab.AskAsync("vxprint -g datadg -d")).Out, StringComparison.Ordinal);
        Assert.Contains("datadg01", (await lab.AskAsync("vxprint -g datadg -d")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_goes_to_the_host_or_to_a_folder_of_the_user()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        string id = lab.Host.Groups[0].GroupId;

        await lab.DoAsync("vxconfigbackup");
        await lab.DoAsync("vxconfigbackup -l backup datadg");

        string folder = $"etc/vx/cbr/bk/datadg.{id}";
        Assert.Equal(
            [$"{id}.binconfig", $"{id}.cfgrec", $"{id}.dginfo", $"{id}.diskinfo"], lab.HostFiles.List(folder));
        Assert.Equal(
            lab.HostFiles.Read($"{folder}/{id}.cfgrec"),
            lab.UserFiles[$"/export/admin/backup/datadg.{id}/{id}.cfgrec"]);
        Assert.Contains(
            "vol01", lab.UserFiles[$"/export/admin/backup/datadg.{id}/{id}.cfgrec"], StringComparison.Ordinal);
        CommandResult failed = await lab.FailAsync("vxconfigbackup -l readonly datadg", 5);
        Assert.Contains("Read-only file system", failed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_command_is_logged_with_its_time()
    {
        await using CommandLab lab = await CommandLab.StartAsync();

        await lab.RunAsync("vxdisk -o alldgs list");
        await lab.RunAsync("vxassist remove mirror vol !datadg01");

        Assert.EndsWith("\nvxdisk -o alldgs list\n", lab.Log[0], StringComparison.Ordinal);
        Assert.Matches(@"^# [A-Z][a-z]{2} [A-Z][a-z]{2} \d+ \d\d:\d\d:\d\d \d{4}\n", lab.Log[0]);
        Assert.EndsWith("\nvxassist remove mirror vol '!datadg01'\n", lab.Log[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listings_of_a_group_that_is_not_there_say_so_in_their_own_words()
    {
        await using CommandLab lab = await CommandLab.StartAsync();

        Assert.Equal(
            "VxVM vxprint ERROR V-5-1-582 Disk group nowhere: No such disk group\n",
            (await lab.FailAsync("vxprint -g nowhere", 9)).Error);
        Assert.Equal(
            "VxVM vxvol ERROR V-5-1-607 Diskgroup nowhere not found\n",
            (await lab.FailAsync("vxvol -g nowhere stopall", 9)).Error);
        Assert.Contains(
            "V-5-1-15324", (await lab.FailAsync("vxassist make vol 1g", 9)).Error, StringComparison.Ordinal);
        Assert.Equal("", (await lab.AskAsync("vxprint")).Out);
    }
}
