using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Volumes.Groups;

/// <content>Moves of subdisks and plexes under live I/O (vxsd mv, vxplex mv, vxassist move, vxevac).</content>
public sealed partial class DiskGroup
{
    /// <summary>Lets free subdisks take the place of one of a started volume (vxsd mv). Returns when the copy runs; the
    /// task ends when the new ones serve, or are free again. The old one is free then, or deleted.</summary>
    public Task<Outcome<VolumeTask>> MoveSubdiskAsync(
        string subdisk, IReadOnlyList<string> replacements, bool removeOld, CopyOptions options) =>
        new PlexMoves(core).MoveSubdiskAsync(subdisk, replacements, removeOld, options);

    /// <summary>Commits or rolls back moves that were begun with <see cref="CopyOptions.Tentative"/>; says how many
    /// there were.</summary>
    public Task<Outcome<int>> EndMovesAsync(TentativeSelection selection, bool commits) =>
        core.Attaches.EndTentativeAsync(selection, commits);

    /// <summary>Lets a dissociated plex take the place of one of a started volume (vxplex mv). The old one is
    /// dissociated at the end, or deleted.</summary>
    public Task<Outcome<VolumeTask>> MovePlexAsync(
        string plex, string replacement, bool removeOld, CopyOptions options) =>
        new PlexMoves(core).MovePlexAsync(plex, replacement, removeOld, options);

    /// <summary>Copies a stopped volume onto a dissociated plex, which stays dissociated (vxplex cp).</summary>
    public Task<Outcome<VolumeTask>> CopyPlexAsync(string volume, string plex, CopyOptions options) =>
        new PlexDuplicate(core).CopyAsync(volume, plex, options);

    /// <summary>Begins to move what one plex has in the place of relocated subdisks of a disk to that disk or another
    /// one, to the same offsets or anywhere (vxunreloc); null when nothing is left to move. Nothing moves unless
    /// everything can.</summary>
    public Task<Outcome<VolumeTask?>> UnrelocateNextAsync(
        string original, string target, bool isAnywhere, CopyOptions options) =>
        core.Relocation.UnrelocateNextAsync(original, target, isAnywhere, options);

    /// <summary>Moves what a volume has on the excluded disks of the specification to its included ones, or to any
    /// others (vxassist move). Null when there is nothing to move.</summary>
    public Task<Outcome<VolumeTask?>> MoveVolumeAsync(
        string volume, StorageSpecification storage, CopyOptions options)
    {
        Dictionary<Configuration.RecordId, DiskSite> sites = Sites.ToDictionary(site => site.DiskId);
        HashSet<Configuration.RecordId> left = [.. Current.Disks.Values
            .Where(disk => storage.Excluded.Any(term => term.Matches(disk, sites.GetValueOrDefault(disk.Id))))
            .Select(disk => disk.Id)];
        Outcome sound = storage.Check(Current, Sites);
        return sound.IsDone
            ? new PlexMoves(core).RelocateAsync(
                volume, left.Contains, new LogRequest { Volume = volume, Storage = storage }, options)
            : Task.FromResult<Outcome<VolumeTask?>>(sound.Refusal);
    }
}
