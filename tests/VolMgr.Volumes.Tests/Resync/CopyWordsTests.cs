using VolMgr.Blocks;
using VolMgr.Volumes.Resync;

namespace VolMgr.Volumes.Tests.Resync;

public sealed class CopyWordsTests
{
    /// <summary>People read them: no name of the code is among them.</summary>
    [Fact]
    public void Every_end_of_a_copy_has_words()
    {
        foreach (IoStatus reason in Enum.GetValues<IoStatus>())
        {
            string words = CopyWords.Of(PlexCopyState.TargetFailed, reason);
            Assert.StartsWith("the target could not be written", words);
            Assert.DoesNotContain($"{reason}", words);
            Assert.Equal(reason == IoStatus.Success, !words.Contains(": ", StringComparison.Ordinal));
        }

        Assert.Equal(
            "no complete plex could be read: medium error",
            CopyWords.Of(PlexCopyState.SourceFailed, IoStatus.MediaError));
        Assert.All(Enum.GetValues<PlexSwitchState>(), state => Assert.DoesNotContain($"{state}", CopyWords.Of(state)));
    }
}
