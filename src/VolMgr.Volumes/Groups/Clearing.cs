using VolMgr.Blocks;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Volumes.Groups;

/// <summary>Clears areas of plexes that no volume uses yet, durably.</summary>
internal static class Clearing
{
    /// <summary>Bytes of one request.</summary>
    private const long Step = 1L << 30;

    public static async Task<IoStatus> ZeroAsync(PlexDevice plex, long offset, long length)
    {
        for (long done = 0; done < length; done += Step)
        {
            IoStatus status = await plex.ZeroAsync(
                offset + done, Math.Min(Step, length - done), WriteFlags.None, CancellationToken.None);
            if (status != IoStatus.Success)
            {
                return status;
            }
        }
        return await plex.FlushAsync(CancellationToken.None);
    }
}
