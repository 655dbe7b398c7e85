using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;

namespace VolMgr.Volumes.Tests.Groups;

/// <summary>The utility lock of a volume with copies: it is of the copies that hold their plexes, and of nobody
/// else.</summary>
public sealed class AttachLockTests
{
    private static readonly RecordId Volume = new(1);

    [Theory]
    [InlineData("ATT1", "", "", "")]
    [InlineData("ATT1", "ATT", "", "ATT1")]
    [InlineData("ATT1", "", "ATT", "ATT1")]
    [InlineData("ATT1", "ATT", "ATT", "ATT1")]
    [InlineData("other", "", "", "other")]
    public void It_is_released_when_no_copy_holds_a_plex(string held, string first, string second, string after) =>
        Assert.Equal(after, AttachLock.Release(With(held, first, second), Volume).Volumes[Volume].TUtil0);

    [Theory]
    [InlineData("", "", "", "")]
    [InlineData("", "ATT", "", "ATT1")]
    [InlineData("", "", "ATT", "ATT1")]
    [InlineData("other", "", "", "other")]
    public void It_is_kept_while_a_copy_holds_a_plex(string held, string first, string second, string after) =>
        Assert.Equal(after, AttachLock.Keep(With(held, first, second), Volume).Volumes[Volume].TUtil0);

    [Fact]
    public void A_volume_that_is_gone_has_none()
    {
        GroupConfiguration configuration = With("ATT1", "ATT", "").Without(Volume);
        Assert.Same(configuration, AttachLock.Release(configuration, Volume));
        Assert.Same(configuration, AttachLock.Keep(configuration, Volume));
    }

    private static GroupConfiguration With(string volume, string first, string second) =>
        new GroupConfiguration { Group = new DiskGroupRecord { Name = "datadg", GroupId = "1.1.h" } }
            .With(new VolumeRecord
            {
                Id = Volume,
                Name = "vol01",
                Length = 8192,
                State = VolumeState.Active,
                TUtil0 = volume,
            })
            .With(Plex(2, first))
            .With(Plex(3, second));

    private static PlexRecord Plex(long id, string lockText) => new()
    {
        Id = new RecordId(id),
        Name = $"vol01-0{id}",
        VolumeId = Volume,
        State = PlexState.Active,
        TUtil0 = lockText,
    };
}
