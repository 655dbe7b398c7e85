namespace VolMgr.Commands.Tests.Running;

/// <summary>Groups that are split, joined, and restored from a backup: the data goes with the records.</summary>
public sealed class GroupPartTests
{
    [Fact]
    public async Task Data_goes_with_a_volume_from_group_to_group()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxassist -g datadg make small 8m datadg03");
        byte[] data = await WriteAsync(lab, "datadg", "small");

        await lab.FailAsync("vxdg split datadg newdg vol01 small", 18);
        await lab.DoAsync("vxdg split datadg newdg small");
        Assert.Equal(data, await ReadAsync(lab, "newdg", "small"));
        await lab.DoAsync("vxassist -g newdg make more 8m");
        await lab.DoAsync("vxdg join newdg datadg");

        Assert.Equal(data, await ReadAsync(lab, "datadg", "small"));
        await lab.FailAsync("vxprint -g newdg", 9);
        await lab.DoAsync("vxassist -g datadg remove volume more");
    }

    [Fact]
    public async Task An_open_volume_and_a_name_that_is_taken_stay_where_they_are()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxassist -g datadg make small 8m datadg03");
        await lab.DoAsync("vxdisksetup -i pure0_0012");
        await lab.DoAsync("vxdg init otherdg o1=pure0_0012");
        await lab.DoAsync("vxassist -g otherdg make small 8m");
        string before = (await lab.AskAsync("vxprint -ht")).Out;

        await lab.FailAsync("vxdg move datadg otherdg small", 12);
        using (lab.Host.FindGroup("datadg")!.OpenVolume("small")!.Open())
        {
            await lab.FailAsync("vxdg split datadg newdg small", 31);
        }

        Assert.Equal(before, (await lab.AskAsync("vxprint -ht")).Out);
        await lab.FailAsync("vxdg split datadg newdg datadg01", 20);
        Assert.Equal(
            ["datadg01 emc0_01f4", "datadg02 emc0_01f5", "vol01"],
            (await lab.AskAsync("vxdg -o expand listmove datadg newdg datadg01")).Lines);
    }

    [Fact]
    public async Task A_destroyed_group_comes_back_from_its_backup_with_its_data()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxassist -g datadg make small 8m datadg03");
        byte[] data = await WriteAsync(lab, "datadg", "small");
        await lab.DoAsync("vxconfigbackup datadg");
        string before = (await lab.AskAsync("vxprint -ht")).Out;
        await lab.FailAsync("vxconfigrestore -p datadg", 12);
        await lab.FailAsync("vxconfigrestore -c datadg", 20);
        await lab.DoAsync("vxdg destroy datadg");

        await lab.DoAsync("vxconfigrestore -p datadg");
        await lab.DoAsync("vxconfigrestore -c datadg");
        await lab.IdleAsync();

        Assert.Equal(before, (await lab.AskAsync("vxprint -ht")).Out);
        Assert.Equal(data, await ReadAsync(lab, "datadg", "small"));
        await lab.FailAsync("vxconfigrestore -p nowhere", 11);
    }

    // Goal: what a crash leaves between two groups is a group again. Method: the file of a pending move, as a split
    // writes it, and disks that have left their group.
    [Fact]
    public async Task What_a_crash_left_between_two_groups_is_recovered()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        await lab.DoAsync("vxassist -g datadg make small 8m datadg03");
        byte[] data = await WriteAsync(lab, "datadg", "small");
        string records = (await lab.AskAsync("vxprint -g datadg -hm")).Out;
        await lab.DoAsync("vxdg destroy datadg");
        lab.HostFiles.Write("etc/vx/moving/1.2.host1", records);

        Assert.Equal("Disk group datadg was recovered\n", (await lab.AskAsync("vxdg recover")).Out);
        Assert.Equal(data, await ReadAsync(lab, "datadg", "small"));
    }

    private static async Task<byte[]> WriteAsync(CommandLab lab, string group, string volume)
    {
        byte[] data = new byte[1 << 20];
        new Random(3).NextBytes(data);
        await lab.Host.FindGroup(group)!.OpenVolume(volume)!.WriteAsync(
            0, data, Blocks.WriteFlags.None, CancellationToken.None);
        return data;
    }

    private static async Task<byte[]> ReadAsync(CommandLab lab, string group, string volume)
    {
        byte[] data = new byte[1 << 20];
        await lab.Host.FindGroup(group)!.OpenVolume(volume)!.ReadAsync(0, data, CancellationToken.None);
        return data;
    }
}
