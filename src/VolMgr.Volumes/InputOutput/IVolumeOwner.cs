using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.InputOutput;

/// <summary>
/// The disk group as the data path sees it: it makes facts durable that an acknowledgement depends on.
/// </summary>
/// <remarks>
/// Both calls come from requests that hold the volume's gate. An implementation must therefore never wait for the gate:
/// it commits in the group's own loop and publishes the smaller plex set later, in work of its own.
/// </remarks>
public interface IVolumeOwner
{
    /// <summary>
    /// Records durably that the plex (data or log) has missed something and is no longer to be trusted. Returns true
    /// only after that is durable; false when it is refused (last complete plex) or could not be made durable.
    /// </summary>
    ValueTask<bool> DetachPlexAsync(RecordId volume, RecordId plex, IoStatus reason);

    /// <summary>
    /// Records durably, before the first write after a start, that the plexes may differ after a crash. False when that
    /// could not be made durable; the write fails then.
    /// </summary>
    ValueTask<bool> MarkDirtyAsync(RecordId volume);
}
