using VolMgr.Blocks;
using VolMgr.Volumes.Recovery;

namespace VolMgr.Volumes.InputOutput;

/// <content>What is not yet equal on all plexes, for those who watch.</content>
public sealed partial class VolumeDevice
{
    /// <summary>Answers are put together from at most so many parts.</summary>
    private const int LargestPartCount = 64;

    /// <summary>
    /// Tells whether the plexes hold the same from <paramref name="offset"/> on, any byte of the volume.
    /// </summary>
    /// <remarks>
    /// Dirty is what an attaching plex has not been given yet, and what recovery after a crash has not reached (with a
    /// dirty region log: the regions that it named at the start, rounded out to the units of recovery). A region that
    /// the log holds dirty because it is being written is clean: its writes go to all plexes. A plex that is detached
    /// or stale takes no part and makes nothing dirty. Beyond the end everything is clean.
    /// <para>It reads maps in memory and waits for nobody, whatever the volume does: an answer is true of some moment
    /// during the call, and may be outdated when it arrives.</para>
    /// </remarks>
    public ResyncExtent NextResyncExtent(long offset, long length)
    {
        ByteRange.CheckBytes(offset, length);
        Invariant.Holds(length > 0);
        PlexSet plexes = Core.Gate.Published;
        RecoveryMap? unrecovered = Core.Unrecovered;
        if (offset >= plexes.Length)
        {
            return new ResyncExtent(ResyncState.Clean, length);
        }

        length = Math.Min(length, plexes.Length - offset);
        ResyncExtent extent = PartAt(plexes, unrecovered, offset, length);
        for (int parts = 1; extent.Length < length && parts < LargestPartCount; parts++)
        {
            ResyncExtent next = PartAt(plexes, unrecovered, offset + extent.Length, length - extent.Length);
            if (next.State != extent.State)
            {
                break;
            }

            extent = extent with { Length = extent.Length + next.Length };
        }

        return extent;
    }

    private static ResyncExtent PartAt(PlexSet plexes, RecoveryMap? unrecovered, long offset, long length)
    {
        ResyncExtent part = unrecovered?.StateAt(offset, length) ?? new ResyncExtent(ResyncState.Clean, length);
        foreach (PlexMember member in plexes.Members)
        {
            if (member.Role == PlexRole.WriteOnly && !member.Device.IsFaulted)
            {
                part = part.Over(
                    member.Device.Copied?.StateAt(offset, length) ?? new ResyncExtent(ResyncState.Dirty, length));
            }
        }

        return part;
    }
}
