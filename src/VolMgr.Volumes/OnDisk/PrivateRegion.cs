namespace VolMgr.Volumes.OnDisk;

/// <summary>
/// Where things lie in the private region of a disk (vxvm.md 1.5, the 5.x to 7.x column). All values of this type are
/// bytes from the start of the private region; the table is in sectors of 512, for the default length.
/// </summary>
/// <remarks>
/// <code>
///     0        header, primary copy (2 sectors)
///     8        table of contents, primary copy
///    48-239    config region 1: the headers of the two checkpoint halves, at 48 and 144
///   240        header, backup copy
///   248        table of contents, backup copy
///   256-51423  config region 2: the bodies of the two halves, the same length each
/// 51424-55519  log: delta log half 0, delta log half 1, then 32 copy record slots of 8 sectors
/// 55520-55663  lockrgn: reserved
/// </code>
/// A shorter or longer private region scales config region 2 and the log; the rest keeps its length.
/// </remarks>
public sealed record PrivateRegion
{
    internal const int Sector = 512;
    internal const int CopySlotLength = 4096;
    internal const int CopySlotCount = 32;

    /// <summary>Offset of the private region on every disk, bytes.</summary>
    public const long DiskOffset = 256 * Sector;

    /// <summary>Length of the private region where nothing else is asked for: 32 MiB.</summary>
    public const long DefaultLength = 65536 * Sector;

    /// <summary>The shortest private region that holds everything: 1 MiB.</summary>
    public const long MinimumLength = 2048 * Sector;

    /// <summary>The longest private region: 1 GiB.</summary>
    public const long MaximumLength = 2097152L * Sector;

    internal const long HeaderPrimary = 0;
    internal const long HeaderBackup = 240 * Sector;
    internal const long ContentsPrimary = 8 * Sector;
    internal const long ContentsBackup = 248 * Sector;

    /// <summary>Config region 1.</summary>
    public const long Config1Offset = 48 * Sector;

    /// <summary>Length of config region 1.</summary>
    public const long Config1Length = 192 * Sector;

    /// <summary>Config region 2.</summary>
    public const long Config2Offset = 256 * Sector;


    /// <summary>Length of the lock region.</summary>
    public const long LockLength = 144 * Sector;

    private const long Granule = 16 * Sector;

    private PrivateRegion(long length)
    {
        Length = length;
        LogLength = Math.Max(length / 16 / Granule * Granule, 512 * Sector);
        long scaled = length / Sector * 51168 / 65536 * Sector / Granule * Granule;
        Config2Length = Math.Min(scaled, length - Config2Offset - LogLength - LockLength);
    }

    /// <summary>Length of the private region.</summary>
    public long Length { get; }

    /// <summary>Length of config region 2.</summary>
    public long Config2Length { get; }

    /// <summary>Length of the configuration copy: both regions, as listings print it.</summary>
    public long ConfigLength => Config1Length + Config2Length;

    /// <summary>Start of the log.</summary>
    public long LogOffset => Config2Offset + Config2Length;

    /// <summary>Length of the log.</summary>
    public long LogLength { get; }

    /// <summary>Start of the lock region.</summary>
    public long LockOffset => LogOffset + LogLength;

    internal long BodyLength => Config2Length / 2 / Sector * Sector;

    internal long DeltaHalfLength => (LogLength - (CopySlotCount * CopySlotLength)) / 2 / Sector * Sector;

    internal long CopySlotsOffset => LogOffset + LogLength - (CopySlotCount * CopySlotLength);

    /// <summary>The layout of a private region of that length; a legal length is a multiple of 8 KiB.</summary>
    public static PrivateRegion OfLength(long length)
    {
        Blocks.Invariant.Holds(IsLegalLength(length));
        return new PrivateRegion(length);
    }

    /// <summary>Whether a private region may be that long.</summary>
    public static bool IsLegalLength(long length) =>
        length is >= MinimumLength and <= MaximumLength && length % Granule == 0;

    internal static long CheckpointHeaderOffset(int half) => Config1Offset + (half * (Config1Length / 2));

    internal long CheckpointBodyOffset(int half) => Config2Offset + (half * BodyLength);

    internal long DeltaHalfOffset(int half) => LogOffset + (half * DeltaHalfLength);
}
