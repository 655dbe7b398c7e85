using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.Layout;

/// <content>Subdisks by hand (vxsd assoc, dis, split, join).</content>
public static partial class VolumeOperations
{
    /// <summary>
    /// vxsd assoc: puts free subdisks behind the end of a column of a plex that is dissociated, or whose volume is
    /// stopped. What a plex with contents gets is behind the end of its volume, where nobody reads it.
    /// </summary>
    public static Outcome<GroupConfiguration> AssociateSubdisks(
        GroupConfiguration configuration, RecordId plexId, IReadOnlyList<SubdiskPlace> places)
    {
        if (!configuration.Plexes.TryGetValue(plexId, out PlexRecord? plex))
        {
            return Refusals.NotFound(plexId.ToString());
        }

        if (CheckHandEdit(configuration, plex) is { } held)
        {
            return held;
        }

        foreach (SubdiskPlace place in places)
        {
            if (configuration.FindSubdisk(place.Subdisk) is not { } subdisk)
            {
                return Refusals.NotFound(place.Subdisk);
            }

            if (subdisk.PlexId is not null)
            {
                return Refusals.Associated(subdisk);
            }

            int column = place.Column ?? 0;
            if (column < 0 || column >= plex.ColumnCount || (plex.ColumnCount > 1 && place.Column is null))
            {
                return new Refusal(
                    ErrorCode.Usage,
                    $"Subdisk {subdisk.Name}: Plex {plex.Name} has columns 0 to {plex.ColumnCount - 1}; give one");
            }

            long end = configuration.SubdisksOf(plexId).Where(other => other.Column == column)
                .Select(other => other.PlexOffset + other.Length).Append(0).Max();
            if (place.Offset is { } offset && offset != end)
            {
                return new Refusal(
                    ErrorCode.InvalidState,
                    $"Subdisk {subdisk.Name}: Plex {plex.Name} continues at offset {Refusals.Blocks(end)}; sparse "
                        + "plexes are not supported");
            }

            configuration = configuration.With(subdisk with { PlexId = plexId, Column = column, PlexOffset = end });
        }

        return configuration;
    }

    /// <summary>vxsd dis: takes the last subdisk of a column out of a dissociated plex.</summary>
    public static Outcome<GroupConfiguration> DissociateSubdisk(
        GroupConfiguration configuration, RecordId subdiskId, bool remove)
    {
        if (!configuration.Subdisks.TryGetValue(subdiskId, out SubdiskRecord? subdisk))
        {
            return Refusals.NotFound(subdiskId.ToString());
        }

        if (subdisk.PlexId is not { } plexId)
        {
            return new Refusal(ErrorCode.Dissociated, $"Subdisk {subdisk.Name} is not associated with a plex");
        }

        PlexRecord plex = configuration.Plexes[plexId];
        if (plex.VolumeId is not null)
        {
            return new Refusal(
                ErrorCode.Associated,
                $"Subdisk {subdisk.Name}: Plex {plex.Name} belongs to a volume; dissociate the plex first, or move the "
                    + "subdisk with vxsd mv");
        }

        if (configuration.SubdisksOf(plexId).Any(other => other.Column == subdisk.Column
            && other.PlexOffset > subdisk.PlexOffset))
        {
            return new Refusal(
                ErrorCode.InvalidState,
                $"Subdisk {subdisk.Name} is not the last one of its column in plex {plex.Name}: sparse plexes are not "
                    + "supported");
        }

        return remove
            ? configuration.Without(subdiskId)
            : configuration.With(subdisk with { PlexId = null, Column = 0, PlexOffset = 0 });
    }

    /// <summary>
    /// vxsd split: cuts a subdisk in two at <paramref name="length"/> bytes. The first part is called
    /// <paramref name="first"/>, or keeps its name where that is null. Where the bytes of a plex lie does not change.
    /// </summary>
    public static Outcome<GroupConfiguration> SplitSubdisk(
        GroupConfiguration configuration, RecordId subdiskId, long length, string? first, string second)
    {
        if (!configuration.Subdisks.TryGetValue(subdiskId, out SubdiskRecord? subdisk))
        {
            return Refusals.NotFound(subdiskId.ToString());
        }

        long unit = Alignment.Of(configuration);
        if (length <= 0 || length >= subdisk.Length || length % unit != 0)
        {
            return Refusals.BadLength(
                $"Subdisk {subdisk.Name}: a part must have a multiple of {Refusals.Blocks(unit)} blocks and less than "
                    + $"{Refusals.Blocks(subdisk.Length)}");
        }

        if (CheckWholePlexFree(configuration, subdisk) is { } held)
        {
            return held;
        }

        string firstName = first ?? subdisk.Name;
        GroupConfiguration without = configuration.Without(subdiskId);
        Refusal? wrong = CheckNewName(without, firstName) ?? CheckNewName(without, second);
        if (wrong is not null || firstName == second)
        {
            return wrong ?? Refusals.Exists("creating", second);
        }

        (configuration, RecordId id) = configuration.TakeId();
        return configuration
            .With(subdisk with { Name = firstName, Length = length })
            .With(subdisk with
            {
                Id = id,
                Name = second,
                DiskOffset = subdisk.DiskOffset + length,
                Length = subdisk.Length - length,
                PlexOffset = subdisk.PlexId is null ? 0 : subdisk.PlexOffset + length,
            });
    }

    /// <summary>vxsd join: makes one subdisk of several that follow one another on their disk and in their
    /// plex.</summary>
    public static Outcome<GroupConfiguration> JoinSubdisks(
        GroupConfiguration configuration, IReadOnlyList<RecordId> subdiskIds, string name)
    {
        List<SubdiskRecord> parts = [];
        foreach (RecordId id in subdiskIds)
        {
            if (!configuration.Subdisks.TryGetValue(id, out SubdiskRecord? part))
            {
                return Refusals.NotFound(id.ToString());
            }

            parts.Add(part);
        }

        parts.Sort((one, other) => one.DiskOffset.CompareTo(other.DiskOffset));
        for (int index = 1; index < parts.Count; index++)
        {
            if (!IsContinuedBy(parts[index - 1], parts[index]))
            {
                return new Refusal(
                    ErrorCode.InvalidState,
                    $"Subdisks {parts[index - 1].Name} and {parts[index].Name} do not follow one another on one disk "
                        + "and in one plex");
            }
        }

        if (parts.Count < 2)
        {
            return new Refusal(ErrorCode.Usage, "At least two subdisks are joined");
        }

        if (CheckWholePlexFree(configuration, parts[0]) is { } held)
        {
            return held;
        }

        foreach (SubdiskRecord part in parts)
        {
            configuration = configuration.Without(part.Id);
        }

        return CheckNewName(configuration, name) is { } wrong
            ? wrong
            : configuration.With(parts[0] with { Name = name, Length = parts.Sum(part => part.Length) });
    }

    private static bool IsContinuedBy(SubdiskRecord one, SubdiskRecord next) =>
        one.DiskId == next.DiskId && one.DiskOffset + one.Length == next.DiskOffset && one.PlexId == next.PlexId
        && (one.PlexId is null || (one.Column == next.Column && one.PlexOffset + one.Length == next.PlexOffset));

    /// <summary>Refuses to touch the subdisks of a plex while a copy or a move works on its volume.</summary>
    private static Refusal? CheckWholePlexFree(GroupConfiguration configuration, SubdiskRecord subdisk)
    {
        PlexRecord? plex = subdisk.PlexId is { } id ? configuration.Plexes[id] : null;
        VolumeRecord? volume = plex?.VolumeId is { } volumeId ? configuration.Volumes[volumeId] : null;
        return volume is { TUtil0.Length: > 0 } ? Refusals.Locked(volume)
            : plex is { TUtil0.Length: > 0 } ? Refusals.Locked(plex)
            : subdisk.TUtil0.Length > 0 ? Refusals.Locked(subdisk) : null;
    }

    private static Refusal? CheckHandEdit(GroupConfiguration configuration, PlexRecord plex)
    {
        VolumeRecord? volume = plex.VolumeId is { } id ? configuration.Volumes[id] : null;
        return plex.TUtil0.Length > 0 ? Refusals.Locked(plex)
            : volume is { TUtil0.Length: > 0 } ? Refusals.Locked(volume)
            : volume is { KernelState: not VolumeKernelState.Disabled }
                ? Refusals.WrongVolumeState(volume, "stop it before its plexes are changed by hand")
            : plex.IsLog ? Refusals.WrongPlexState(plex, "a log keeps its subdisk")
            : null;
    }
}
