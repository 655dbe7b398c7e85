using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Layout;

/// <content>Layered volumes: mirrors below the stripe instead of above it (vxassist convert).</content>
public static partial class VolumeOperations
{
    /// <summary>
    /// mirror-stripe becomes stripe-mirror, mirror-concat becomes concat-mirror: each column of all mirrors becomes a
    /// mirrored volume of its own, and one plex of these volumes takes the place of all plexes. No data moves. The
    /// volume must not be recovered nor copied just now, and all its mirrors must have one shape.
    /// </summary>
    public static Outcome<GroupConfiguration> ConvertToLayered(GroupConfiguration configuration, RecordId volumeId)
    {
        Outcome<VolumeRecord> found = Convertible(configuration, volumeId);
        if (!found.IsDone)
        {
            return found.Refusal;
        }

        VolumeRecord volume = found.Value;
        IReadOnlyList<PlexRecord> mirrors = configuration.PlexesOf(volumeId);
        if (CheckMirrors(configuration, volume, mirrors) is { } wrong)
        {
            return wrong;
        }

        PlexShape shape = PlexShape.Of(mirrors[0]);
        long length = shape.ColumnLength(volume.Length, Alignment.Of(configuration));
        string name = ObjectNames.NextPlex(configuration, volume.Name);
        (configuration, RecordId top) = configuration.TakeId();
        List<SubVolumeRecord> subs = [];
        for (int column = 0; column < shape.ColumnCount; column++)
        {
            (configuration, VolumeRecord below) = AddBelow(configuration, volume, length);
            foreach (PlexRecord mirror in mirrors)
            {
                configuration = MoveColumn(configuration, volume, mirror, column, below.Id);
            }

            (configuration, RecordId id) = configuration.TakeId();
            SubVolumeRecord sub = new()
            {
                Id = id,
                Name = ObjectNames.NextPart(configuration, volume.Name, 'S'),
                PlexId = top,
                VolumeId = below.Id,
                Length = length,
                Column = column,
            };
            configuration = configuration.With(sub);
        }

        foreach (PlexRecord mirror in mirrors)
        {
            configuration = configuration.Without(mirror.Id);
        }

        return configuration
            .With(volume with { PreferredPlexId = null, ReadPolicy = ReadPolicy.Select })
            .With(Whole(volume, mirrors[0] with { Id = top, Name = name, DetachMap = null, TUtil0 = "", PUtil0 = "" }));
    }

    /// <summary>
    /// The way back: the plexes of the volumes below become the columns of mirrors of the volume again. Each of these
    /// volumes must have as many mirrors as the others. A mirror whose parts are not all good is STALE.
    /// </summary>
    public static Outcome<GroupConfiguration> ConvertToPlain(GroupConfiguration configuration, RecordId volumeId)
    {
        Outcome<VolumeRecord> found = Convertible(configuration, volumeId);
        if (!found.IsDone)
        {
            return found.Refusal;
        }

        VolumeRecord volume = found.Value;
        PlexRecord top = configuration.DataPlexesOf(volumeId)[0]; // a layered volume has one
        IReadOnlyList<SubVolumeRecord> subs = configuration.SubVolumesOf(top.Id);
        if (CheckParts(configuration, volume, top, subs) is { } wrong)
        {
            return wrong;
        }

        bool isDirty = subs.Any(sub => configuration.Volumes[sub.VolumeId].IsDirty);
        List<IReadOnlyList<PlexRecord>> parts = [.. subs.Select(sub => configuration.DataPlexesOf(sub.VolumeId))];
        configuration = configuration.Without(top.Id);
        List<PlexRecord> mirrors = [];
        for (int mirror = 0; mirror < parts[0].Count; mirror++)
        {
            string name = ObjectNames.NextPlex(configuration, volume.Name);
            (configuration, RecordId id) = configuration.TakeId();
            PlexRecord worst = parts.Select(plexes => plexes[mirror]).OrderBy(IsGood).First();
            mirrors.Add(worst with
            {
                Id = id,
                Name = name,
                VolumeId = volumeId,
                Layout = top.Layout,
                ColumnCount = top.ColumnCount,
                StripeUnit = top.StripeUnit,
            });
            configuration = configuration.With(mirrors[^1]);
            foreach (SubVolumeRecord sub in subs)
            {
                configuration = MoveSubdisks(
                    configuration, parts[subs.ToList().IndexOf(sub)][mirror], id, sub.Column, sub.PlexOffset);
            }
        }

        foreach (SubVolumeRecord sub in subs)
        {
            configuration = configuration.DataPlexesOf(sub.VolumeId)
                .Aggregate(configuration, (all, plex) => all.Without(plex.Id)).Without(sub.Id).Without(sub.VolumeId);
        }

        return mirrors.Any(IsGood)
            ? configuration.With(volume with
            {
                IsDirty = volume.IsDirty || isDirty,
                PreferredPlexId = null,
                ReadPolicy = ReadPolicy.Select,
            })
            : new Refusal(
                ErrorCode.InvalidState,
                $"Volume {volume.Name}: no mirror is good in all its parts; recover it first (vxrecover)");

        bool IsGood(PlexRecord plex) => volume.KernelState == VolumeKernelState.Enabled
            ? plex.IsReadable() : plex.IsTrusted() || plex.State == PlexState.Empty;
    }

    /// <summary>Why a volume cannot be changed by itself because it is a part of a layered volume; null where it
    /// can.</summary>
    internal static Refusal? RefuseSubVolume(GroupConfiguration configuration, RecordId volumeId) =>
        configuration.VolumeAbove(volumeId) is { } above
            ? new Refusal(
                ErrorCode.InUse,
                $"Volume {configuration.Volumes[volumeId].Name} is a sub-volume of {above.Name}; change that one")
            : null;

    /// <summary>Why a layered volume does not take what belongs on its sub-volumes; null for others.</summary>
    internal static Refusal? RefuseLayered(GroupConfiguration configuration, RecordId volumeId)
    {
        IReadOnlyList<RecordId> below = configuration.VolumesBelow(volumeId);
        return below.Count == 0 ? null : new Refusal(
            ErrorCode.WrongUse,
            $"Volume {configuration.Volumes[volumeId].Name} is layered: do that on its sub-volumes "
                + string.Join(", ", below.Select(id => configuration.Volumes[id].Name))
                + ", or convert it first (vxassist convert)");
    }

    /// <summary>The plan of growing or shrinking a layered volume: the volumes below get the length of a column each,
    /// the last one of a concatenation what is left to it.</summary>
    internal static IReadOnlyList<(SubVolumeRecord Sub, long Length)> PartLengths(
        GroupConfiguration configuration, RecordId volumeId, long length)
    {
        PlexRecord top = configuration.DataPlexesOf(volumeId)[0]; // a layered volume has one
        IReadOnlyList<SubVolumeRecord> subs = configuration.SubVolumesOf(top.Id);
        long column = PlexShape.Of(top).ColumnLength(length, Alignment.Of(configuration));
        return [.. subs.Select((sub, index) => (sub, IsLast(index) ? column - sub.PlexOffset
            : Math.Min(sub.Length, column - sub.PlexOffset)))];

        bool IsLast(int index) => index == subs.Count - 1 || subs[index + 1].Column != subs[index].Column;
    }

    private static GroupConfiguration RemoveBelow(GroupConfiguration configuration, RecordId volumeId)
    {
        foreach (RecordId below in configuration.VolumesBelow(volumeId))
        {
            configuration = RemoveDco(configuration, below);
            foreach (PlexRecord plex in configuration.PlexesOf(below))
            {
                configuration = DropPlex(configuration, plex, removeSubdisks: true);
            }

            configuration = configuration.SubVolumes.Values.Where(sub => sub.VolumeId == below)
                .Aggregate(configuration, (all, sub) => all.Without(sub.Id)).Without(below);
        }

        return configuration;
    }

    /// <summary>Sub-volumes and the volume get another length; the volumes below have it already, or more.</summary>
    internal static GroupConfiguration WithPartLengths(
        GroupConfiguration configuration, RecordId volumeId, long length)
    {
        foreach ((SubVolumeRecord sub, long part) in PartLengths(configuration, volumeId, length))
        {
            configuration = configuration.With(sub with { Length = part });
        }

        return configuration.With(configuration.Volumes[volumeId] with { Length = length });
    }

    private static Outcome<GroupConfiguration> GrowLayered(
        GroupConfiguration configuration,
        VolumeRecord volume,
        long length,
        StorageSpecification storage,
        IReadOnlyList<DiskSite> sites)
    {
        foreach ((SubVolumeRecord sub, long part) in PartLengths(configuration, volume.Id, length))
        {
            if (part > configuration.Volumes[sub.VolumeId].Length)
            {
                Outcome<GroupConfiguration> grown = GrowVolume(configuration, sub.VolumeId, part, storage, sites);
                if (!grown.IsDone)
                {
                    return grown.Refusal;
                }

                configuration = grown.Value;
            }
        }

        return WithPartLengths(configuration, volume.Id, length);
    }

    private static Outcome<VolumeRecord> Convertible(GroupConfiguration configuration, RecordId volumeId)
    {
        Outcome<VolumeRecord> found = UnlockedVolume(configuration, volumeId);
        if (!found.IsDone)
        {
            return found.Refusal;
        }

        VolumeRecord[] all = [found.Value, .. configuration.VolumesBelow(volumeId)
            .Select(id => configuration.Volumes[id])];
        if (all.FirstOrDefault(volume => volume.TUtil0.Length > 0) is { } locked)
        {
            return Refusals.Locked(locked);
        }

        return all.FirstOrDefault(volume => volume.State is VolumeState.Sync or VolumeState.NeedSync
            || volume.KernelState != found.Value.KernelState || volume.PUtil0.Length > 0) is { } other
            ? Refusals.WrongVolumeState(other, "recover it before its layout is converted")
            : RefuseSubVolume(configuration, volumeId) is { } part ? part : found;
    }

    private static Refusal? CheckMirrors(
        GroupConfiguration configuration, VolumeRecord volume, IReadOnlyList<PlexRecord> mirrors)
    {
        if (configuration.IsLayered(volume.Id) || mirrors.Count < 2)
        {
            return new Refusal(
                ErrorCode.WrongUse,
                $"Volume {volume.Name} is not mirrored by two or more plexes: nothing to convert to a layered layout");
        }

        if (mirrors.Any(plex => plex.IsLog) || configuration.DcoOf(volume.Id) is not null
            || configuration.DcoOnLog(volume.Id) is not null)
        {
            return new Refusal(
                ErrorCode.WrongUse,
                $"Volume {volume.Name} has a log or a DCO; remove it first, and give the sub-volumes logs afterwards");
        }

        PlexShape shape = PlexShape.Of(mirrors[0]);
        if (mirrors.FirstOrDefault(plex => PlexShape.Of(plex) != shape || plex.MovesInto is not null) is { } other)
        {
            return new Refusal(
                ErrorCode.WrongUse,
                $"Plex {other.Name} has another layout than {mirrors[0].Name}: cannot be converted");
        }

        long length = shape.ColumnLength(volume.Length, Alignment.Of(configuration));
        return mirrors.FirstOrDefault(plex => ColumnEnds(configuration, plex).Any(end => end < length)) is { } small
            ? Refusals.TooShort(small, volume)
            : null;
    }

    private static Refusal? CheckParts(
        GroupConfiguration configuration, VolumeRecord volume, PlexRecord top, IReadOnlyList<SubVolumeRecord> subs)
    {
        if (subs.Count == 0)
        {
            return new Refusal(ErrorCode.WrongUse, $"Volume {volume.Name} is not layered: nothing to convert");
        }

        foreach (SubVolumeRecord sub in subs)
        {
            VolumeRecord below = configuration.Volumes[sub.VolumeId];
            IReadOnlyList<PlexRecord> plexes = configuration.PlexesOf(below.Id);
            if (plexes.Count != configuration.PlexesOf(subs[0].VolumeId).Count
                || plexes.Any(plex => plex.IsLog || plex.Layout != PlexLayout.Concat || plex.TUtil0.Length > 0))
            {
                return new Refusal(
                    ErrorCode.WrongUse,
                    $"Volume {below.Name}: it must have as many mirrors as the other sub-volumes, concatenated, and no "
                        + "log, before its volume is converted");
            }

            if (configuration.DcoOf(below.Id) is { } dco)
            {
                return new Refusal(
                    ErrorCode.WrongUse,
                    $"Volume {volume.Name} has {dco.Name}: vxsnap unprepare it before its layout is converted");
            }

            bool isFollowed = subs.Any(next => next.Column == sub.Column && next.PlexOffset > sub.PlexOffset);
            if (plexes.FirstOrDefault(plex => isFollowed
                && PlexMap.Of(configuration, plex.Id).Length != sub.Length) is { } longer)
            {
                return new Refusal(
                    ErrorCode.WrongUse,
                    $"Plex {longer.Name} is longer than its part of {top.Name}: cannot be converted");
            }
        }

        return null;
    }

    private static IEnumerable<long> ColumnEnds(GroupConfiguration configuration, PlexRecord plex) =>
        Enumerable.Range(0, plex.ColumnCount).Select(column => configuration.SubdisksOf(plex.Id)
            .Where(subdisk => subdisk.Column == column)
            .Select(subdisk => subdisk.PlexOffset + subdisk.Length).Append(0).Max());

    private static (GroupConfiguration Configuration, VolumeRecord Below) AddBelow(
        GroupConfiguration configuration, VolumeRecord volume, long length)
    {
        (configuration, RecordId id) = configuration.TakeId();
        VolumeRecord below = new()
        {
            Id = id,
            Name = ObjectNames.NextPart(configuration, volume.Name, 'L'),
            Length = length,
            UseType = volume.UseType,
            State = volume.State,
            KernelState = volume.KernelState,
            IsDirty = volume.IsDirty,
            Minor = NextMinor(configuration),
            User = volume.User,
            Group = volume.Group,
            Mode = volume.Mode,
            LogsInSequence = volume.LogsInSequence,
        };
        return (configuration.With(below), below);
    }

    private static GroupConfiguration MoveColumn(
        GroupConfiguration configuration, VolumeRecord volume, PlexRecord mirror, int column, RecordId below)
    {
        string name = ObjectNames.NextPart(configuration, volume.Name, 'P');
        (configuration, RecordId id) = configuration.TakeId();
        configuration = configuration.With(mirror with
        {
            Id = id,
            Name = name,
            VolumeId = below,
            Layout = PlexLayout.Concat,
            ColumnCount = 1,
            StripeUnit = 0,
            DetachMap = null,
        });
        return configuration.SubdisksOf(mirror.Id).Where(subdisk => subdisk.Column == column)
            .Aggregate(configuration, (all, subdisk) => all.With(subdisk with { PlexId = id, Column = 0 }));
    }

    private static GroupConfiguration MoveSubdisks(
        GroupConfiguration configuration, PlexRecord part, RecordId plex, int column, long offset) =>
        configuration.SubdisksOf(part.Id).Aggregate(configuration, (all, subdisk) => all.With(
            subdisk with { PlexId = plex, Column = column, PlexOffset = offset + subdisk.PlexOffset }));

    /// <summary>The only plex of a volume: as good as the volume is.</summary>
    private static PlexRecord Whole(VolumeRecord volume, PlexRecord plex)
    {
        bool isEnabled = volume.KernelState == VolumeKernelState.Enabled;
        return plex with
        {
            State = volume.State switch
            {
                VolumeState.Empty => PlexState.Empty,
                VolumeState.Clean => PlexState.Clean,
                VolumeState.Active or VolumeState.Sync or VolumeState.NeedSync => PlexState.Active,
            },
            KernelState = isEnabled ? PlexKernelState.Enabled : PlexKernelState.Disabled,
            Mode = PlexMode.ReadWrite,
        };
    }
}
