using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Layout;

/// <content>Records made by hand (vxmake). What is new is associated with nothing, or DISABLED/EMPTY.</content>
public static partial class VolumeOperations
{
    /// <summary>vxmake sd: a subdisk in free space of a disk, at a place of the caller's choice.</summary>
    public static Outcome<GroupConfiguration> MakeSubdisk(GroupConfiguration configuration, SubdiskMakeRequest request)
    {
        if (CheckNewName(configuration, request.Name) is { } wrong)
        {
            return wrong;
        }

        if (configuration.FindDisk(request.Disk) is not { } disk)
        {
            return Refusals.NotFound(request.Disk);
        }

        if (disk.IsRemoved)
        {
            return new Refusal(ErrorCode.InvalidState, $"Disk {disk.Name} is removed");
        }

        long unit = Alignment.Of(configuration);
        if (request.Length <= 0 || request.Length % unit != 0 || request.Offset % unit != 0)
        {
            return Refusals.BadLength(
                $"Subdisk {request.Name}: offset and length must be multiples of {Refusals.Blocks(unit)} blocks");
        }

        if (!FreeSpace.On(configuration, disk.Id).Any(free => free.Offset <= request.Offset
            && request.Offset <= free.End - request.Length))
        {
            return new Refusal(
                ErrorCode.NoSpace,
                $"Subdisk {request.Name} would overlap another subdisk or leave the public region of disk {disk.Name}");
        }

        (configuration, RecordId id) = configuration.TakeId();
        return configuration.With(new SubdiskRecord
        {
            Id = id,
            Name = request.Name,
            Comment = request.Comment,
            DiskId = disk.Id,
            DiskOffset = request.Offset,
            Length = request.Length,
        });
    }

    /// <summary>vxmake plex: a dissociated plex of free subdisks.</summary>
    public static Outcome<GroupConfiguration> MakePlex(GroupConfiguration configuration, PlexMakeRequest request)
    {
        if (CheckNewName(configuration, request.Name) is { } wrong)
        {
            return wrong;
        }

        bool isStriped = request.Layout == PlexLayout.Stripe;
        int columns = isStriped ? request.ColumnCount ?? Math.Max(1, request.Subdisks.Count) : 1;
        if (isStriped && (request.StripeUnit <= 0 || request.StripeUnit % Alignment.Of(configuration) != 0))
        {
            return Refusals.BadLength(
                $"Plex {request.Name}: stripe unit {Refusals.Blocks(request.StripeUnit)} is not a multiple of "
                    + $"{Refusals.Blocks(Alignment.Of(configuration))} blocks");
        }

        (configuration, RecordId id) = configuration.TakeId();
        configuration = configuration.With(new PlexRecord
        {
            Id = id,
            Name = request.Name,
            Comment = request.Comment,
            Layout = request.Layout,
            ColumnCount = columns,
            StripeUnit = isStriped ? request.StripeUnit : 0,
            State = PlexState.None,
        });
        bool dealsOut = isStriped && request.Subdisks.All(place => place.Column is null && place.Offset is null);
        if (dealsOut && request.Subdisks.Count % columns != 0)
        {
            return new Refusal(
                ErrorCode.Usage,
                $"Plex {request.Name}: {request.Subdisks.Count} subdisks cannot be dealt to {columns} columns; give "
                    + "each as sd:column/offset");
        }

        int perColumn = Math.Max(1, request.Subdisks.Count / columns);
        return AssociateSubdisks(
            configuration,
            id,
            dealsOut
                ? [.. request.Subdisks.Select((place, index) => place with { Column = index / perColumn })]
                : request.Subdisks);
    }

    /// <summary>vxmake vol: a DISABLED/EMPTY volume of dissociated plexes.</summary>
    public static Outcome<GroupConfiguration> MakeVolume(GroupConfiguration configuration, VolumeMakeRequest request)
    {
        if (CheckNewName(configuration, request.Name) is { } wrong)
        {
            return wrong;
        }

        List<PlexRecord> plexes = [];
        foreach (string name in request.Plexes)
        {
            if (configuration.FindPlex(name) is not { } plex)
            {
                return Refusals.NotFound(name);
            }

            if (plex.VolumeId is not null || plexes.Contains(plex))
            {
                return Refusals.Associated(plex);
            }

            plexes.Add(plex);
        }

        long unit = Alignment.Of(configuration);
        long shortest = plexes.Select(plex => PlexMap.Of(configuration, plex.Id).Length).DefaultIfEmpty(0).Min();
        long length = request.Length is { } asked ? Alignment.Up(asked, unit) : Alignment.Down(shortest, unit);
        if (length <= 0)
        {
            return Refusals.BadLength($"Volume {request.Name}: give len=, or plexes with subdisks");
        }

        (configuration, RecordId id) = configuration.TakeId();
        PlexRecord? preferred = plexes.FirstOrDefault(plex => plex.Name == request.PreferredPlex);
        if (request.ReadPolicy == ReadPolicy.Prefer && preferred is null)
        {
            return new Refusal(
                ErrorCode.Usage, $"Volume {request.Name}: Read policy prefer needs one of its data plexes");
        }

        configuration = configuration.With(new VolumeRecord
        {
            Id = id,
            Name = request.Name,
            Comment = request.Comment,
            Length = length,
            State = VolumeState.Empty,
            UseType = request.UseType,
            Minor = NextMinor(configuration),
            User = request.User,
            Group = request.Group,
            Mode = request.Mode,
            ReadPolicy = request.ReadPolicy,
            PreferredPlexId = request.ReadPolicy == ReadPolicy.Prefer ? preferred?.Id : null,
        });
        return plexes.Aggregate(configuration, (current, plex) => current.With(
            (plex with { VolumeId = id, State = PlexState.None }).After(PlexTrigger.AssociateEmpty)));
    }

    private static Refusal? CheckNewName(GroupConfiguration configuration, string name) =>
        !ObjectNames.IsLegal(name) ? Refusals.IllegalName(name)
        : configuration.FindObject(name) is not null ? Refusals.Exists("creating", name)
        : null;
}
