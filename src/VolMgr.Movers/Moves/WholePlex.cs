using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;

namespace VolMgr.Movers.Moves;

/// <summary>A plex that is one whole device: what a virtual disk file or a domain's memory is to the data
/// path.</summary>
internal static class WholePlex
{
    /// <summary>A plex with the addresses of the device.</summary>
    public static PlexDevice Over(long id, string name, IExtentDevice device)
    {
        var record = new PlexRecord { Id = new RecordId(id), Name = name, State = PlexState.Active };
        var subdisk = new SubdiskRecord
        {
            Id = new RecordId(id),
            Name = name,
            DiskId = new RecordId(id),
            DiskOffset = 0,
            Length = device.Length,
        };
        return new PlexDevice(PlexMap.Of(record, [subdisk]), _ => device);
    }

    /// <summary>The same as a member of a plex set.</summary>
    public static PlexMember Member(long id, string name, IExtentDevice device, PlexRole role) =>
        new(new RecordId(id), name, Over(id, name, device), role);
}
