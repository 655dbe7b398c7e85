namespace VolMgr.Volumes.InputOutput;

/// <summary>A contiguous part of a plex on one of its disks.</summary>
/// <param name="Disk">Index of the disk among the plex's disks.</param>
/// <param name="DiskOffset">Where it begins in the disk's public region.</param>
/// <param name="PlexOffset">Where it begins in the plex.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct PlexPiece(int Disk, long DiskOffset, long PlexOffset, long Length);
