using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.Layout;

/// <summary>A piece of a plex's address space that is contiguous on one disk.</summary>
/// <param name="DiskId">The disk.</param>
/// <param name="DiskOffset">Byte offset in the disk's public region.</param>
/// <param name="PlexOffset">Byte offset in the plex.</param>
/// <param name="Length">Bytes, positive.</param>
public readonly record struct PlexSegment(RecordId DiskId, long DiskOffset, long PlexOffset, long Length);

/// <summary>A subdisk as a plex sees it: a run of one column.</summary>
/// <param name="Column">Zero-based column.</param>
/// <param name="ColumnOffset">Byte offset in the column.</param>
/// <param name="DiskId">The disk.</param>
/// <param name="DiskOffset">Byte offset in the disk's public region.</param>
/// <param name="Length">Bytes, positive.</param>
public readonly record struct PlexExtent(int Column, long ColumnOffset, RecordId DiskId, long DiskOffset, long Length)
{
    /// <summary>The first column offset behind it.</summary>
    public long ColumnEnd => ColumnOffset + Length;
}
