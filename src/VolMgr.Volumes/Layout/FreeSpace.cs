using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.Layout;

/// <summary>A piece of a disk's public region that no subdisk covers.</summary>
/// <param name="DiskId">The disk.</param>
/// <param name="Offset">Byte offset in the public region.</param>
/// <param name="Length">Bytes, positive.</param>
public readonly record struct FreeExtent(RecordId DiskId, long Offset, long Length)
{
    /// <summary>The first byte behind it.</summary>
    public long End => Offset + Length;
}

/// <summary>What is not covered by subdisks. Free extents never overlap, never touch and never leave the public
/// region.</summary>
public static class FreeSpace
{
    /// <summary>All free extents by disk name and offset; removed disks have none.</summary>
    public static IReadOnlyList<FreeExtent> Of(GroupConfiguration configuration) =>
        [.. configuration.Disks.Values.Where(disk => !disk.IsRemoved).OrderBy(disk => disk.Name, StringComparer.Ordinal)
            .SelectMany(disk => On(configuration, disk.Id))];

    /// <summary>The free extents of one disk by offset.</summary>
    public static IReadOnlyList<FreeExtent> On(GroupConfiguration configuration, RecordId disk)
    {
        List<FreeExtent> free = [];
        long position = 0;
        foreach (SubdiskRecord subdisk in configuration.SubdisksOn(disk))
        {
            if (subdisk.DiskOffset > position)
            {
                free.Add(new FreeExtent(disk, position, subdisk.DiskOffset - position));
            }

            position = Math.Max(position, subdisk.DiskOffset + subdisk.Length);
        }

        long end = configuration.Disks[disk].PublicLength;
        if (end > position)
        {
            free.Add(new FreeExtent(disk, position, end - position));
        }

        return free;
    }
}
