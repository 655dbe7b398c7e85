using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Layout;

/// <summary>Every message with which an operation of this folder refuses (vxvm.md section 7), in one place.</summary>
internal static class Refusals
{
    internal static Refusal NotFound(string name) =>
        new(ErrorCode.NotFound, $"Record {name} not in disk group configuration", "V-5-1-926");

    internal static Refusal VolumeNotFound(GroupConfiguration configuration, string name) =>
        new(ErrorCode.NotFound, $"Volume {name} not found in disk group {configuration.Group.Name}", "V-5-1-926");

    internal static Refusal Exists(string operation, string name) =>
        new(ErrorCode.AlreadyExists, $"{operation} {name}: Record already exists in disk group", "V-5-1-10127");

    internal static Refusal IllegalName(string name) =>
        new(ErrorCode.Syntax, $"{name}: Name is not legal; use 1 to {ObjectNames.MaximumLength} letters, digits, "
            + "_ - . : and no leading dash");

    internal static Refusal Locked(ObjectRecord record) =>
        new(ErrorCode.Locked, $"{record.Name}: Record is locked by another utility (tutil0 is {record.TUtil0})");

    internal static Refusal NoSpace(long length) => new(
        ErrorCode.NoSpace,
        $"Cannot allocate space for {Blocks(length)} block volume: Not enough HDD devices that meet specification.",
        "V-5-1-15315");

    internal static Refusal NoSpaceToMirror(VolumeRecord volume) => new(
        ErrorCode.NoSpace,
        $"Cannot allocate space to mirror {Blocks(volume.Length)} block volume {volume.Name}: "
            + "Not enough HDD devices that meet specification.",
        "V-5-1-15315");

    internal static Refusal NoSpaceForLog(string volume) => new(
        ErrorCode.NoSpace,
        $"Cannot allocate space for a log of {Blocks(DirtyRegionLogGeometry.LogLength)} blocks for volume {volume}",
        "V-5-1-15315");

    internal static Refusal NoSpaceToGrow(long length) =>
        new(ErrorCode.NoSpace, $"Cannot allocate space to grow volume to {Blocks(length)} blocks", "V-5-1-436");

    internal static Refusal NoFreeSpace(GroupConfiguration configuration) => new(
        ErrorCode.NoSpace,
        $"No free space remaining in diskgroup {configuration.Group.Name} with given constraints",
        "V-5-1-15809");

    internal static Refusal NoVolumePossible() =>
        new(ErrorCode.NoSpace, "No volume can be created within the given constraints", "V-5-1-752");

    internal static Refusal BadLength(string text) => new(ErrorCode.Usage, text);

    internal static Refusal NotAssociated(PlexRecord plex) =>
        new(ErrorCode.Dissociated, $"Plex {plex.Name} is not associated with a volume", "V-5-1-388");

    internal static Refusal LastPlex(PlexRecord plex, VolumeRecord volume) => new(
        ErrorCode.LastPlex,
        $"Plex {plex.Name} is the last complete plex of volume {volume.Name}; use -o force to give up its data",
        "V-5-1-389");

    internal static Refusal WrongPlexState(PlexRecord plex, string remedy) => new(
        ErrorCode.InvalidState,
        $"Plex {plex.Name} is {StateNames.Text(plex.KernelState)}/{StateNames.Text(plex.State)}: {remedy}");

    internal static Refusal WrongVolumeState(VolumeRecord volume, string remedy) => new(
        ErrorCode.InvalidState,
        $"Volume {volume.Name} is {StateNames.Text(volume.KernelState)}/{StateNames.Text(volume.State)}: {remedy}");

    internal static Refusal TooShort(PlexRecord plex, VolumeRecord volume) => new(
        ErrorCode.InvalidState,
        $"Plex {plex.Name} is shorter than volume {volume.Name}: sparse plexes are not supported");

    internal static Refusal AlreadyStarted(VolumeRecord volume) =>
        new(ErrorCode.AlreadyStarted, $"Volume {volume.Name} is already started", "V-5-1-1243");

    internal static Refusal NotStarted(VolumeRecord volume) =>
        new(ErrorCode.NotStarted, $"Volume {volume.Name} is not started", "V-5-1-1243");

    internal static Refusal NoPlexes(VolumeRecord volume) =>
        new(ErrorCode.NoPlexes, $"Cannot start volume {volume.Name}, no valid plexes", "V-5-1-117");

    internal static Refusal NoTrustedPlex(VolumeRecord volume) => new(
        ErrorCode.NotStartable,
        $"Volume {volume.Name} has no CLEAN or non-volatile ACTIVE plexes",
        "V-5-1-1198");

    internal static Refusal NoCompletePlex(VolumeRecord volume) => new(
        ErrorCode.NotStartable,
        $"Volume {volume.Name} has no complete, non-volatile CLEAN or ACTIVE plexes",
        "V-5-1-1199");

    internal static Refusal DiskInUse(DiskRecord disk) => new(
        ErrorCode.Associated,
        $"Disk {disk.Name} is used by one or more subdisks. Use -k to remove device assignment.",
        "V-5-1-552");

    internal static Refusal LastDisk(DiskRecord disk) => new(
        ErrorCode.LastPlex,
        $"disassociating disk-media {disk.Name}: Cannot remove last disk group configuration copy",
        "V-5-1-10128");

    internal static Refusal DiskNameUsed(string name) =>
        new(ErrorCode.AlreadyExists, $"Disk {name}: Name is already used", "V-5-1-559");

    internal static Refusal Associated(ObjectRecord record) =>
        new(ErrorCode.Associated, $"{record.Name}: Record is associated", "V-5-1-2879");

    internal static long Blocks(long bytes) => bytes / Alignment.Sector;
}
