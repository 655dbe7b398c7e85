using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Tests.Layout;

namespace VolMgr.Volumes.Tests.Configuration;

public sealed class ChecksObjectNamesTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("vol_1-x.y:z", true)]
    [InlineData("abcdefghijklmnopqrstuvwxyz01234", true)]
    [InlineData("abcdefghijklmnopqrstuvwxyz012345", false)]
    [InlineData("", false)]
    [InlineData("-a", false)]
    [InlineData("a b", false)]
    [InlineData("a/b", false)]
    [InlineData("ä", false)]
    [InlineData("a\n", false)]
    public void Legal_names(string name, bool isLegal) => Assert.Equal(isLegal, ObjectNames.IsLegal(name));

    [Fact]
    public void Reserved_names_are_no_groups()
    {
        Assert.False(ObjectNames.IsLegalGroup("bootdg"));
        Assert.False(ObjectNames.IsLegalGroup("nodg"));
        Assert.True(ObjectNames.IsLegal("bootdg"));
        Assert.True(ObjectNames.IsLegalGroup("datadg"));
    }

    [Fact]
    public void Lowest_free_number_of_all_names_wins()
    {
        TestGroup group = TestGroup.Of("d1@emc0:100", "d2@emc0:100", "d1-02@emc0:100");
        group.Create("vol", 1, mirrors: 2);
        Assert.Equal("vol-03", ObjectNames.NextPlex(group.Configuration, "vol"));
        Assert.Equal("d1-03", ObjectNames.NextSubdisk(group.Configuration, "d1"));
        group.Accept(VolumeOperations.RemovePlex(group.Configuration, group.Plex("vol-01").Id, true));
        Assert.Equal("vol-01", ObjectNames.NextPlex(group.Configuration, "vol"));
    }

    [Fact]
    public void Long_base_is_cut_and_the_number_kept()
    {
        TestGroup group = TestGroup.Of("d1@emc0:100");
        Assert.Equal(
            "ossrc1-file_system4_tier1_dc-01",
            ObjectNames.NextPlex(group.Configuration, "ossrc1-file_system4_tier1_dcl"));
    }

    [Fact]
    public void Number_has_three_digits_past_99()
    {
        TestGroup group = TestGroup.Of("d1@emc0:200");
        for (int number = 0; number < 100; number++)
        {
            group.Create($"v{number}", 1);
        }

        Assert.Equal("d1-101", ObjectNames.NextSubdisk(group.Configuration, "d1"));
        Assert.NotNull(group.Configuration.FindSubdisk("d1-100"));
    }
}
