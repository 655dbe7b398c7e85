using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Proof.Histories;

/// <summary>Reads a dirty region log past the engine.</summary>
internal static class LogReading
{
    /// <summary>Adds the bits of one log plex; false when no log of this geometry is there.</summary>
    public static bool TryAdd(
        SimulatedLab lab, (string Lun, PlexPlace Place) plex, DirtyRegionLogGeometry geometry, Span<byte> bits)
    {
        byte[] sectors = new byte[(1 + geometry.PageCount) * DirtyRegionLogPage.Size];
        lab.Disks[plex.Lun].Peek(plex.Place.Offset, sectors);
        if (DirtyRegionLogPage.ReadHeader(sectors.AsSpan(0, DirtyRegionLogPage.Size), geometry, out Guid log)
            != ReadStatus.Valid)
        {
            return false;
        }

        const int bytesPerPage = DirtyRegionLogGeometry.RegionsPerPage / 8;
        for (int page = 0; page < geometry.PageCount; page++)
        {
            ReadStatus status = DirtyRegionLogPage.ReadBits(
                sectors.AsSpan((1 + page) * DirtyRegionLogPage.Size, DirtyRegionLogPage.Size),
                log,
                page + 1,
                bits.Slice(page * bytesPerPage, bytesPerPage));
            if (status != ReadStatus.Valid)
            {
                return false;
            }
        }

        return true;
    }
}
