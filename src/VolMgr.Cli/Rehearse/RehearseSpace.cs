namespace VolMgr.Cli.Rehearse;

/// <summary>Whether a rehearsal over files has room: it is refused before it fills a file system.</summary>
internal static class RehearseSpace
{
    /// <summary>
    /// Bytes that the lab's files grow to: what the volumes are filled with, on the old array and on the new one. What
    /// the application adds comes on top and is not counted.
    /// </summary>
    public static long Needed(RehearseOptions options) =>
        2 * RehearsePlan.For(options).Volumes.Sum(
            volume => volume.PlexCount * (volume.Size / 100 * RehearseOptions.FillPercent));

    /// <summary>Refuses a rehearsal that the file system of the folder, there or not yet, cannot hold.</summary>
    public static void Check(RehearseOptions options, string folder)
    {
        string? existing = folder;
        while (existing is not null && !Directory.Exists(existing))
        {
            existing = Path.GetDirectoryName(existing);
        }

        long free = new DriveInfo(existing ?? Path.GetPathRoot(folder)!).AvailableFreeSpace;
        long needed = Needed(options);
        if (needed > free)
        {
            throw UserErrorException.Refused(
                $"this rehearsal writes {needed >> 20} MiB to {folder}, whose file system has "
                + $"{free >> 20} MiB free; give a smaller --size, another --lab, or --virtual");
        }
    }
}
