namespace VolMgr.Commands.Tests.Running;

/// <summary>What vxrecover tells with -p and -v.</summary>
public sealed class RecoverWordsTests
{
    [Fact]
    public async Task Startable_volumes_are_listed_and_left_alone_and_then_named_as_they_start()
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        Assert.Equal("", (await lab.AskAsync("vxrecover -g datadg -p")).Out);
        await lab.DoAsync("vxassist -g datadg make small 16m nmirror=2");
        await lab.IdleAsync();
        await lab.DoAsync("vxvol -g datadg stopall");
        await lab.DoAsync("vxmend -g datadg off small-02");
        await lab.DoAsync("vxmend -g datadg on small-02");
        string id = lab.Host.FindGroup("datadg")!.GroupId;

        Assert.Equal(
            $"small {id} fsgen stale\nvol01 {id} fsgen stopped\n",
            (await lab.AskAsync("vxrecover -s -p")).Out);
        Assert.Equal($"vol01 {id} fsgen stopped\n", (await lab.AskAsync("vxrecover -g datadg -p vol01")).Out);

        Assert.Equal(
            "Volume vol01 of disk group datadg started\n",
            (await lab.AskAsync("vxrecover -g datadg -s -v vol01")).Out);
        IReadOnlyList<string> lines = (await lab.AskAsync("vxrecover -sv")).Lines;
        Assert.Equal("Volume small of disk group datadg started", lines[0]);
        Assert.StartsWith("Recovery of disk group datadg runs as task ", lines[1], StringComparison.Ordinal);
        Assert.Equal("", (await lab.AskAsync("vxrecover -p")).Out);
    }
}
