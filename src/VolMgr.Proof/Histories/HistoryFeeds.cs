using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Resync;

namespace VolMgr.Proof.Histories;

/// <summary>The histories of all volumes of a lab: what disks and the host do is told to each of them, and each takes
/// what concerns its volume.</summary>
internal sealed class HistoryFeeds(IReadOnlyList<HistoryFeed> feeds)
{
    private long flushes;
    private long reads;

    /// <summary>The first invariant that was broken, or null.</summary>
    public string? Violation => feeds.Select(feed => feed.Violation).FirstOrDefault(violation => violation is not null);

    /// <summary>Every invariant that was broken, in words.</summary>
    public IReadOnlyList<string> Broken => [.. feeds.SelectMany(feed => feed.History.Violations)];

    /// <summary>The history of a volume, or null.</summary>
    public HistoryFeed? Of(string volume) => feeds.FirstOrDefault(feed => feed.VolumeName == volume);

    /// <summary>The volumes are there for the first time, or again after a boot.</summary>
    public async Task BeginAsync()
    {
        foreach (HistoryFeed feed in feeds)
        {
            await feed.BeginAsync();
        }
    }

    /// <summary>Counts on from others.</summary>
    public void Continue(HistoryFeeds others) => flushes = others.flushes;

    /// <summary>The host is dead.</summary>
    public void Crash() => ForEach(static feed => feed.Crash());

    /// <summary>Something happened that concerns all volumes.</summary>
    public void Record(HistoryEvent happened) => ForEach(feed => feed.Record(happened));

    /// <summary>Nobody goes on.</summary>
    public void Stick(string who) => ForEach(feed => feed.Stick(who));

    /// <summary>A read is sent to a disk; the number is for <see cref="ReadEnded"/>.</summary>
    public long Reading(string lun, long offset, long count)
    {
        reads++;
        foreach (HistoryFeed feed in feeds)
        {
            feed.Reading(lun, offset, count, reads);
        }

        return reads;
    }

    /// <summary>A read was answered.</summary>
    public void ReadEnded(string lun, long offset, long count, long read, IoStatus status)
    {
        foreach (HistoryFeed feed in feeds)
        {
            feed.ReadEnded(lun, offset, count, read, status);
        }
    }

    /// <summary>A write, zero or discard was answered.</summary>
    public void Written(string lun, long offset, long count, bool isForced, IoStatus status)
    {
        foreach (HistoryFeed feed in feeds)
        {
            feed.Written(lun, offset, count, isForced, status);
        }
    }

    /// <summary>A disk is told to flush; the number is for <see cref="Flushed"/>.</summary>
    public long Flushing(string lun)
    {
        Record(new FlushIssued(lun, ++flushes));
        return flushes;
    }

    /// <summary>A disk has answered a flush.</summary>
    public void Flushed(string lun, long flush, IoStatus status) =>
        Record(new FlushEnded(lun, flush, status == IoStatus.Success));

    /// <summary>A change of the configuration is about to be written.</summary>
    public void CommitBegins(GroupConfiguration next) => ForEach(feed => feed.CommitBegins(next));

    /// <summary>A copy has its map.</summary>
    public void CopyStarts(PlexCopyOptions options, CopyMap map) => ForEach(feed => feed.CopyStarts(options, map));

    /// <summary>A copy holds a range.</summary>
    public void CopyBegins(CopyMap map, ByteRange range) => ForEach(feed => feed.CopyBegins(map, range));

    /// <summary>A copy has marked a range.</summary>
    public void Copied(CopyMap map, ByteRange range) => ForEach(feed => feed.Copied(map, range));

    /// <summary>A copy holds a range no longer.</summary>
    public void CopyEnded(CopyMap map, ByteRange range) => ForEach(feed => feed.CopyEnded(map, range));

    private void ForEach(Action<HistoryFeed> tell)
    {
        foreach (HistoryFeed feed in feeds)
        {
            tell(feed);
        }
    }
}
