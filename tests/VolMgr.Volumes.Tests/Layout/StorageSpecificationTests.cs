using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Tests.Layout;

public sealed class StorageSpecificationTests
{
    private readonly TestGroup group = TestGroup.Of("d1@emc0:10", "d2@emc0:10", "d3@pure0:10");

    [Theory]
    [InlineData("", "d1 d2 d3")]
    [InlineData("d2", "d2")]
    [InlineData("dm:d2", "d2")]
    [InlineData("da:pure0_d3", "d3")]
    [InlineData("enclr:emc0", "d1 d2")]
    [InlineData("ctlr:c3", "d3")]
    [InlineData("c3", "d3")]
    [InlineData("d1 d3", "d1 d3")]
    [InlineData("!d1", "d2 d3")]
    [InlineData("\\!d1", "d2 d3")]
    [InlineData("!enclr:emc0", "d3")]
    [InlineData("enclr:emc0 !d1", "d2")]
    [InlineData("alloc=d1,d3", "d1 d3")]
    [InlineData("alloc=\"d1_d3\"", "d1 d3")]
    [InlineData("mirror=enclr", "d1 d2 d3")]
    public void Operands_select_disks(string operands, string expected)
    {
        string[] words = [.. operands.Split(' ')
            .Select(word => word.Replace('_', word.StartsWith("alloc") ? ' ' : '_'))];
        StorageSpecification storage = TestGroup.Storage(words);
        Assert.True(storage.Check(group.Configuration, group.Sites).IsDone);
        Assert.Equal(expected, string.Join(' ', group.Configuration.Disks.Values
            .Where(disk => storage.Selects(disk, group.Sites.Single(site => site.DiskId == disk.Id)))
            .Select(disk => disk.Name)));
    }

    [Theory]
    [InlineData("d9")]
    [InlineData("!d9")]
    [InlineData("enclr:ibm0")]
    [InlineData("ctlr:c9")]
    [InlineData("dm:c2")]
    [InlineData("target:c1t0")]
    [InlineData("mediatype:ssd")]
    public void Operand_that_matches_nothing_is_refused(string operand)
    {
        StorageSpecification storage = TestGroup.Storage(operand);
        Refusal? refusal = storage.Check(group.Configuration, group.Sites).Refusal;
        Assert.Equal(ErrorCode.NotFound, refusal?.Code);
        Assert.Contains(operand.TrimStart('!'), refusal!.Message, StringComparison.Ordinal);
        VolumeRequest request = new() { Name = "v", Length = 8192, Storage = storage, Sites = group.Sites };
        TestGroup.Refused(VolumeOperations.CreateVolume(group.Configuration, request), ErrorCode.NotFound);
    }

    [Theory]
    [InlineData("lun:1")]
    [InlineData("site:paris")]
    [InlineData("mirror=site")]
    [InlineData("wantmirror=site")]
    public void Operand_of_the_field_that_means_nothing_here_is_refused_by_name(string operand) =>
        Assert.Contains(
            operand, TestGroup.Refused(StorageSpecification.Parse([operand]), ErrorCode.Unsupported).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("enclr:")]
    [InlineData("!")]
    [InlineData("!!d1")]
    [InlineData("d 1/x")]
    [InlineData("-d1")]
    [InlineData("colour=blue")]
    [InlineData("mirror=rack")]
    public void Operand_that_is_none_is_refused(string operand) =>
        TestGroup.Refused(StorageSpecification.Parse([operand]), ErrorCode.Usage);

    [Fact]
    public void Without_sites_names_of_disks_still_select()
    {
        DiskRecord disk = group.Disk("d1");
        Assert.True(TestGroup.Storage("d1").Selects(disk, null));
        Assert.True(TestGroup.Storage("da:emc0_d1").Selects(disk, null));
        Assert.False(TestGroup.Storage("enclr:emc0").Selects(disk, null));
    }
}
