using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.OnDisk;

/// <summary>One disk at an import: what its header says and what its configuration copy holds.</summary>
internal sealed record ImportCandidate(GroupDisk Disk, CopyReading Copy)
{
    public string DiskId => Disk.Header.DiskId;
}

/// <summary>What an import takes.</summary>
/// <param name="Image">The generation that counts.</param>
/// <param name="Members">Disks of that generation's records; all of them get a new copy.</param>
/// <param name="Strangers">Disks that carry the group's id and are in none of its records: left behind by an
/// interrupted
/// join or leave.</param>
internal sealed record ImportChoice(
    CopyImage Image, IReadOnlyList<ImportCandidate> Members, IReadOnlyList<ImportCandidate> Strangers);

/// <summary>
/// Decides which generation of a group counts, or that none does. Pure: disks seen in, a choice or a refusal out.
/// </summary>
/// <remarks>
/// In this order:
/// <list type="number">
/// <item>The newest generation that is seen is that of the longest lineage, then the highest generation, then
/// attempt.</item>
/// <item>Every other copy has to be of the same history: older, or ahead by the one commit that was in flight when the
/// host
/// went down and that a disk of the newer history never got, so that it was never acknowledged. Anything else is a
/// split
/// brain: two sides were changed separately. It is refused and never merged.</item>
/// <item>More than half of the disks that the newest generation lists as holders have to be seen with a whole copy:
/// then no
/// newer generation can be on the others. Force waives it, and takes a damaged copy where there is no whole one.</item>
/// <item>No disk but one with an outdated copy may be held by another host, unless the lock is to be cleared.</item>
/// <item>The records have to pass the checks of a configuration.</item>
/// </list>
/// </remarks>
internal static class ImportRule
{
    private const string FailureId = "V-5-1-10978";

    public static Outcome<ImportChoice> Choose(IReadOnlyList<ImportCandidate> candidates, ImportOptions options)
    {
        if (candidates.Count == 0)
        {
            return Refuse(ErrorCode.NotFound, options, "No valid disk found containing disk group");
        }

        if (FindAmbiguity(candidates) is string ambiguity)
        {
            return Refuse(ErrorCode.InvalidState, options, ambiguity);
        }

        List<ImportCandidate> whole = [.. candidates.Where(candidate => candidate.Copy.Status == ReadStatus.Valid)];
        List<ImportCandidate> usable = whole.Count == 0 && options.Force
            ? [.. candidates.Where(candidate => candidate.Copy.Image is not null)]
            : whole;
        if (usable.Count == 0)
        {
            return Refuse(ErrorCode.InvalidState, options, DescribeDamage(candidates));
        }

        CopyImage newest = usable.Select(candidate => candidate.Copy.Image!) // usable means that it has one
            .OrderByDescending(image => image.Lineage.Count)
            .ThenByDescending(image => image.Generation)
            .ThenByDescending(image => image.Attempt)
            .First();
        List<ImportCandidate> foreign = [.. usable.Where(candidate => !IsOfHistory(candidate.Copy.Image!, newest))];
        if (foreign.Count > 0)
        {
            return Refuse(ErrorCode.InvalidState, options, DescribeSplit(usable, foreign, newest));
        }

        int seen = newest.Holders.Count(holder => whole.Any(candidate => candidate.DiskId == holder));
        if (seen * 2 <= newest.Holders.Length && !options.Force)
        {
            return Refuse(ErrorCode.NotFound, options, DescribeMissing(candidates, newest, seen));
        }

        if (!options.ClearHostLock && FindForeignLock(candidates, newest, options) is ImportCandidate locked)
        {
            return Refuse(
                ErrorCode.InvalidState,
                options,
                $"Disk is in use by another host ({locked.Disk.DeviceName} is held by {locked.Disk.Header.HostId}; " +
                "deport the group there, or use -C when that host is down for certain)");
        }

        IReadOnlyList<string> violations = ConfigurationChecks.Validate(newest.Configuration);
        if (violations.Count > 0)
        {
            return new Refusal(
                ErrorCode.Internal,
                $"Disk group {options.Group}: Inconsistency -- Not loaded into kernel: {string.Join("; ", violations)}",
                "V-5-0-591");
        }

        HashSet<string> members = newest.Configuration.MemberDiskIds();
        return new ImportChoice(
            newest,
            [.. candidates.Where(candidate => members.Contains(candidate.DiskId))],
            [.. candidates.Where(candidate => !members.Contains(candidate.DiskId))]);
    }

    /// <summary>Ids of the disks that belong to the group with their device.</summary>
    internal static HashSet<string> MemberDiskIds(this GroupConfiguration configuration) => configuration.Disks.Values
        .Where(disk => !disk.IsRemoved).Select(disk => disk.DiskId).ToHashSet(StringComparer.Ordinal);

    internal static Refusal Refuse(ErrorCode code, ImportOptions options, string reason) =>
        new(code, $"Disk group {options.Group}: import failed: {reason}", FailureId);

    /// <summary>Whether a copy is the newest one, an older one of its history, or one unacknowledged commit
    /// ahead.</summary>
    internal static bool IsOfHistory(CopyImage image, CopyImage newest)
    {
        if (image.IsSameCommit(newest))
        {
            return image.HasSameContent(newest);
        }

        return image.Lineage.BranchPoint(newest.Lineage) is long branchPoint &&
            (image.Generation < branchPoint ||
                (image.Generation == branchPoint && image.Holders.Intersect(newest.Holders).Any()));
    }

    private static string? FindAmbiguity(IReadOnlyList<ImportCandidate> candidates)
    {
        if (candidates.Select(candidate => candidate.Disk.Header.GroupId).Distinct().Count() > 1)
        {
            return "more than one disk group has this name; import it by its id";
        }

        IGrouping<string, ImportCandidate>? twins =
            candidates.GroupBy(candidate => candidate.DiskId).FirstOrDefault(group => group.Count() > 1);
        return twins is null
            ? null
            : $"disks {Names(twins)} have the same disk id {twins.Key}: one is a copy of the other; take it away or " +
              "initialise it again";
    }

    private static ImportCandidate? FindForeignLock(
        IReadOnlyList<ImportCandidate> candidates, CopyImage newest, ImportOptions options) =>
        candidates.FirstOrDefault(candidate =>
            candidate.Disk.Header.HostId.Length > 0 && candidate.Disk.Header.HostId != options.HostId &&
            !(candidate.Copy is { Status: ReadStatus.Valid, Image: CopyImage image } && !image.IsSameCommit(newest) &&
                !newest.Holders.Contains(candidate.DiskId)));

    private static string DescribeDamage(IReadOnlyList<ImportCandidate> candidates)
    {
        if (candidates.Any(candidate => candidate.Copy.Status == ReadStatus.TooNew))
        {
            return "the configuration was written by a later version of this program";
        }

        string force = candidates.Any(candidate => candidate.Copy.Image is not null)
            ? "; use -f to import what can still be read"
            : "";
        return $"Disk group has no valid configuration copies (disks {Names(candidates)}){force}";
    }

    private static string DescribeSplit(
        List<ImportCandidate> usable, List<ImportCandidate> foreign, CopyImage newest)
    {
        IEnumerable<ImportCandidate> others = usable.Except(foreign);
        return $"Split Brain: disks {Names(others)} (generation {newest.Generation}) and disks {Names(foreign)} " +
            $"(generation {foreign.Max(candidate => candidate.Copy.Image!.Generation)}) were changed separately; " +
            "nothing was changed: import one side while the other is taken away, then initialise the other side again";
    }

    private static string DescribeMissing(
        IReadOnlyList<ImportCandidate> candidates, CopyImage newest, int seen)
    {
        IEnumerable<string> missing = newest.Holders
            .Where(holder => candidates.All(candidate => candidate.DiskId != holder))
            .Select(holder => newest.Configuration.Disks.Values
                .FirstOrDefault(disk => disk.DiskId == holder)?.Name ?? holder);
        string names = string.Join(", ", missing);
        return "Disk for disk group not found " +
            $"({seen} of {newest.Holders.Length} configuration copies seen" +
            (names.Length > 0 ? $", missing: {names}" : "") + "; use -f to import with the disks that are there)";
    }

    private static string Names(IEnumerable<ImportCandidate> candidates) => string.Join(
        ", ", candidates.Select(candidate => candidate.Disk.DeviceName).Order(StringComparer.Ordinal));
}
