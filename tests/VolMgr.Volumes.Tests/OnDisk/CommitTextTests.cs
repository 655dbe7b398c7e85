using System.Text;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Tests.OnDisk;

/// <summary>The text of checkpoints and deltas: what is written is read back, anything else is nothing.</summary>
public sealed class CommitTextTests
{
    private static readonly Guid One = new("00112233-4455-6677-8899-aabbccddeeff");
    private static readonly Guid Two = new("10112233-4455-6677-8899-aabbccddeeff");

    private static readonly CopyImage Image = new()
    {
        Generation = 9,
        Attempt = 2,
        Holders = ["1.1.h", "1.2.h"],
        Lineage = new Lineage(7, [new LineageBranch(3, One), new LineageBranch(9, Two)]),
        Configuration = TestGroup.WithVolume(
            new GroupConfiguration { Group = new DiskGroupRecord { Name = "datadg", GroupId = TestGroup.GroupId } }
                .With(new DiskRecord
                {
                    Id = new RecordId(1),
                    Name = "datadg01",
                    DiskId = "1.1.h",
                    LastDeviceName = "emc0_1",
                    PublicLength = 1 << 20,
                    PrivateLength = TestGroup.PrivateLength,
                }),
            "vol01"),
    };

    [Fact]
    public void A_checkpoint_is_read_back_whole()
    {
        CopyImage? read = CommitText.ReadCheckpoint(CommitText.WriteCheckpoint(Image));
        Assert.NotNull(read);
        Assert.True(read.IsSameCommit(Image));
        Assert.True(read.HasSameContent(Image));
        Assert.Equal(7, read.Lineage.Dropped);
        Assert.Equal(Image.Lineage.Branches, read.Lineage.Branches);
    }

    [Fact]
    public void A_delta_is_applied_to_what_was_before()
    {
        GroupConfiguration changed = TestGroup.WithVolume(Image.Configuration, "vol02");
        changed = changed.Without(changed.FindPlex("vol01-01")!.Id);
        CopyImage next = Image with { Generation = 10, Attempt = 1, Configuration = changed };
        byte[] text = CommitText.WriteDelta(next, ConfigurationDelta.Between(Image.Configuration, changed));
        CopyImage? read = CommitText.ReadDelta(text, Image);
        Assert.NotNull(read);
        Assert.Equal((10, 1), (read.Generation, read.Attempt));
        Assert.True(read.HasSameContent(next));
    }

    [Theory]
    [InlineData("commit 9.2", "commit 9.2147483647", true)]
    [InlineData("commit 9.2", "commit 9.2147483648", false)]
    [InlineData("commit 9.2", "commit 9", false)]
    [InlineData("commit 9.2", "commit 9.x", false)]
    [InlineData("commit 9.2", "comet 9.2", false)]
    [InlineData("commit 9.2", "commit 8.2", false)] // before its last branch
    [InlineData("branch=3 ", "branch=9 ", false)] // branches grow
    [InlineData("branch=3 ", "branch=x ", false)]
    [InlineData("branch=3 0", "branch=3 x", false)]
    [InlineData("branch=3 0", "branch=3 0 0", false)]
    [InlineData("dropped=7", "dropped=1099511627776", true)]
    [InlineData("dropped=7", "dropped=1099511627777", false)]
    [InlineData("dropped=7", "forgotten=7", false)]
    [InlineData("holder=1.2.h", "holder=", false)]
    [InlineData("len=16", "len=x", false)]
    [InlineData("\nvol vol01", "\nwhat vol01", false)]
    [InlineData("\nvol vol01", "\n\tstray\nvol vol01", false)]
    public void A_checkpoint_that_nobody_writes_is_nothing(string written, string instead, bool isGood)
    {
        string text = Encoding.UTF8.GetString(CommitText.WriteCheckpoint(Image));
        Assert.Contains(written, text, StringComparison.Ordinal);
        int at = text.IndexOf(written, StringComparison.Ordinal);
        string changed = text[..at] + instead + text[(at + written.Length)..];
        Assert.Equal(isGood, CommitText.ReadCheckpoint(Encoding.UTF8.GetBytes(changed)) is not null);
    }

    [Fact]
    public void Text_that_is_no_utf8_is_nothing()
    {
        CopyImage image = Image with
        {
            Configuration = TestGroup.Comment(Image.Configuration, "#").Value,
        };
        byte[] text = CommitText.WriteCheckpoint(image);
        Assert.NotNull(CommitText.ReadCheckpoint(text));
        text[text.AsSpan().IndexOf((byte)'#')] = 0xFF;
        Assert.Null(CommitText.ReadCheckpoint(text));
    }

    [Theory]
    [InlineData("gone 0.5\n", true)]
    [InlineData("gone 5\n", false)]
    [InlineData("gone 0.x\n", false)]
    [InlineData("gone 0\n", false)]
    [InlineData("what vol02\n", false)]
    [InlineData("vol vol02\n\tlen=x\n", false)]
    public void A_delta_that_nobody_writes_is_nothing(string records, bool isGood)
    {
        CopyImage next = Image with { Generation = 10, Attempt = 1 };
        string text = Encoding.UTF8.GetString(CommitText.WriteDelta(next, new ConfigurationDelta())) + records;
        Assert.Equal(isGood, CommitText.ReadDelta(Encoding.UTF8.GetBytes(text), Image) is not null);
    }
}
