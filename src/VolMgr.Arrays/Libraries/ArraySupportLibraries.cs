using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays.Libraries;

/// <summary>
/// The libraries of the program in the order in which they are asked, and the categories for what none of them claims:
/// a disk that tells a serial number is category Disk, any other is OTHER_DISKS.
/// </summary>
internal static class ArraySupportLibraries
{
    /// <summary>Cabinet serial of the Disk category.</summary>
    public const string Disks = "DISKS";

    /// <summary>Type and cabinet serial of the category without identity.</summary>
    public const string OtherDisks = "OTHER_DISKS";

    public static IReadOnlyList<IArraySupportLibrary> All { get; } =
    [
        new EmcSymmetrixLibrary(),
        new EmcClariionLibrary(),
        new IbmDs8000Library(),
        new IbmSvcLibrary(),
        new HitachiLibrary(),
        new HitachiDfLibrary(),
        new Hpe3ParLibrary(),
        new PureLibrary(),
        new NetAppLibrary(),
        new VmwareDiskLibrary(),
    ];

    /// <summary>The category of a device that no library claims.</summary>
    public static ArrayClaim Unclaimed(InquiryReplies replies) =>
        replies.UnitSerial.Length > 0 ? Disk(replies) : OtherDisk();

    private static ArrayClaim Disk(InquiryReplies replies)
    {
        ArrayClaim claim = new(
            "Disk", "scsi3_jbod", Disks, replies.UnitSerial, "", "Disk", replies.Standard.Revision, PathType.None);
        return claim with { IsNumbered = false };
    }

    /// <summary>A device that no library may look at: each path is one of its own.</summary>
    public static ArrayClaim OtherDisk()
    {
        ArrayClaim claim = new(OtherDisks, "otherdisks", OtherDisks, "", "", OtherDisks, "-", PathType.None);
        return claim with { IsNumbered = false };
    }
}
