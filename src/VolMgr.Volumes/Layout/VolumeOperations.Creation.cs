using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Layout;

/// <content>Creating volumes (vxassist make, maxsize; vxvol init).</content>
public static partial class VolumeOperations
{
    /// <summary>The step of maxsize and maxgrow: sizes are whole MiB.</summary>
    private const long SizeStep = 1 << 20;

    /// <summary>
    /// Creates a volume with its plexes and logs. With <see cref="VolumeInit.Sync"/> a mirrored volume is ENABLED/SYNC:
    /// its plexes must be made equal by recovery, and <see cref="CompleteResync"/> follows. With
    /// <see cref="VolumeInit.Zero"/> and
    /// <see cref="VolumeInit.None"/> it is DISABLED/EMPTY.
    /// </summary>
    public static Outcome<(GroupConfiguration Configuration, RecordId VolumeId)> CreateVolume(
        GroupConfiguration configuration, VolumeRequest request)
    {
        Outcome sound = CheckRequest(configuration, request);
        if (!sound.IsDone)
        {
            return sound.Refusal;
        }

        if (!ObjectNames.IsLegal(request.Name))
        {
            return Refusals.IllegalName(request.Name);
        }

        if (configuration.FindObject(request.Name) is not null)
        {
            return Refusals.Exists("creating volume", request.Name);
        }

        Outcome<(GroupConfiguration Configuration, RecordId VolumeId)> built = request.IsLayered
            ? BuildLayered(configuration, request) : BuildVolume(configuration, request);
        if (!built.IsDone || request.Init is VolumeInit.Zero or VolumeInit.None)
        {
            return built;
        }

        (configuration, RecordId id) = built.Value;
        return (InitializeVolume(configuration, id, request.Init).Value, id);
    }

    /// <summary>
    /// Makes an EMPTY volume ACTIVE and starts it (vxvol init active or zero, the latter after the zeroes are written),
    /// or SYNC with <see cref="VolumeInit.Sync"/> where it has several data plexes. <see cref="VolumeInit.None"/> does
    /// nothing.
    /// </summary>
    public static Outcome<GroupConfiguration> InitializeVolume(
        GroupConfiguration configuration, RecordId volumeId, VolumeInit init)
    {
        if (init == VolumeInit.None)
        {
            return configuration;
        }

        Outcome<VolumeRecord> found = UnlockedVolume(configuration, volumeId);
        if (!found.IsDone)
        {
            return found.Refusal;
        }

        foreach (RecordId below in configuration.VolumesBelow(volumeId))
        {
            Outcome<GroupConfiguration> part = InitializeVolume(configuration, below, init);
            if (!part.IsDone)
            {
                return part;
            }

            configuration = part.Value;
        }

        VolumeRecord volume = found.Value;
        IReadOnlyList<PlexRecord> data = configuration.DataPlexesOf(volumeId);
        Outcome initialisable = CheckInitialisable(configuration, volume, data);
        if (!initialisable.IsDone)
        {
            return initialisable.Refusal;
        }

        VolumeTrigger trigger = init switch
        {
            VolumeInit.Sync when data.Count > 1 => VolumeTrigger.InitSync,
            VolumeInit.Zero => VolumeTrigger.InitZero,
            VolumeInit.Sync or VolumeInit.Active or VolumeInit.None => VolumeTrigger.InitActive,
        };
        foreach (PlexRecord plex in configuration.PlexesOf(volumeId))
        {
            PlexTrigger step = !plex.IsLog ? PlexTrigger.InitActive
                : plex.State == PlexState.Log ? PlexTrigger.Start : PlexTrigger.StartApart;
            configuration = configuration.With(plex.After(step));
        }

        return configuration.With(volume.After(trigger) with { IsDirty = false });
    }

    /// <summary>vxvol init clean: that plex of an EMPTY volume holds its contents, the others become STALE; it stays
    /// stopped.</summary>
    public static Outcome<GroupConfiguration> InitializeClean(GroupConfiguration configuration, RecordId plexId)
    {
        Outcome<(PlexRecord Plex, VolumeRecord Volume)> found = UnlockedPlex(configuration, plexId);
        if (!found.IsDone)
        {
            return found.Refusal;
        }

        VolumeRecord volume = found.Value.Volume;
        if (RefuseLayered(configuration, volume.Id) is { } layered)
        {
            return layered;
        }

        IReadOnlyList<PlexRecord> data = configuration.DataPlexesOf(volume.Id);
        Outcome initialisable = CheckInitialisable(configuration, volume, data);
        if (!initialisable.IsDone || found.Value.Plex.IsLog)
        {
            return initialisable.Refusal ?? Refusals.WrongPlexState(found.Value.Plex, "a log cannot be the clean plex");
        }

        foreach (PlexRecord plex in data)
        {
            configuration = configuration.With(
                plex.After(plex.Id == plexId ? PlexTrigger.InitClean : PlexTrigger.InitStale));
        }

        return configuration.With(volume.After(VolumeTrigger.InitClean) with { IsDirty = false });
    }

    /// <summary>The largest length, in whole MiB, with which <see cref="CreateVolume"/> accepts the request.</summary>
    public static Outcome<long> MaximumSize(GroupConfiguration configuration, VolumeRequest request)
    {
        Outcome sound = CheckRequest(configuration, request with { Length = SizeStep });
        if (!sound.IsDone)
        {
            return sound.Refusal;
        }

        long free = FreeBytes(configuration, request);
        if (free == 0)
        {
            return Refusals.NoFreeSpace(configuration);
        }

        VolumeRequest any = request with { Name = FreeName(configuration) };
        long steps = LargestWhere(free / SizeStep, count =>
            BuildVolume(configuration, any with { Length = count * SizeStep }).IsDone);
        return steps == 0 ? Refusals.NoVolumePossible() : steps * SizeStep;
    }

    private static Outcome CheckInitialisable(
        GroupConfiguration configuration, VolumeRecord volume, IReadOnlyList<PlexRecord> data)
    {
        if (volume.State != VolumeState.Empty || volume.KernelState != VolumeKernelState.Disabled)
        {
            return Refusals.WrongVolumeState(volume, "only a stopped EMPTY volume can be initialised");
        }

        if (data.Count == 0)
        {
            return Refusals.NoPlexes(volume);
        }

        foreach (PlexRecord plex in data)
        {
            if (plex.State != PlexState.Empty)
            {
                return Refusals.WrongPlexState(plex, "only EMPTY plexes can be initialised");
            }

            if (PlexMap.Of(configuration, plex.Id).Length < volume.Length)
            {
                return Refusals.TooShort(plex, volume);
            }
        }

        return Outcome.Done;
    }

    private static Outcome CheckRequest(GroupConfiguration configuration, VolumeRequest request)
    {
        if (request.Length <= 0)
        {
            return Refusals.BadLength($"Volume length {Refusals.Blocks(request.Length)} must be positive");
        }

        if (request.MirrorCount is < 1 or > 32)
        {
            return new Refusal(ErrorCode.Usage, $"nmirror={request.MirrorCount}: a volume has 1 to 32 mirrors");
        }

        if (request.Log != LogKind.None && request.LogCount is < 1 or > 32)
        {
            return new Refusal(ErrorCode.Usage, $"nlog={request.LogCount}: a volume has 1 to 32 logs");
        }

        if (request.Log != LogKind.None && CheckLogLength(request.LogLength) is { } logLength)
        {
            return logLength;
        }

        if (request is { IsLayered: true, MirrorCount: 1 })
        {
            return new Refusal(ErrorCode.Usage, "nmirror=1: a layered layout has two or more mirrors");
        }

        Outcome stripe = CheckStripe(configuration, request.Layout, request.ColumnCount, request.StripeUnit);
        return stripe.IsDone ? request.Storage.Check(configuration, request.Sites) : stripe;
    }

    private static Outcome CheckStripe(
        GroupConfiguration configuration, PlexLayout layout, int? columns, long stripeUnit)
    {
        if (layout == PlexLayout.Concat)
        {
            return columns is null or 1
                ? Outcome.Done
                : new Refusal(ErrorCode.Usage, $"ncol={columns}: a concatenated layout has no columns");
        }

        if (columns is < 2 or > 64)
        {
            return new Refusal(ErrorCode.Usage, $"ncol={columns}: a striped layout has 2 to 64 columns");
        }

        long unit = Alignment.Of(configuration);
        return stripeUnit is <= 0 or > (1L << 30) || stripeUnit % unit != 0
            ? new Refusal(
                ErrorCode.Usage,
                $"stripeunit={Refusals.Blocks(stripeUnit)}: it must be a multiple of {Refusals.Blocks(unit)} blocks "
                    + "and at most 1 GiB")
            : Outcome.Done;
    }

    private static Outcome<(GroupConfiguration Configuration, RecordId VolumeId)> BuildVolume(
        GroupConfiguration configuration, VolumeRequest request)
    {
        if (request.Length > FreeBytes(configuration, request))
        {
            return Refusals.NoSpace(request.Length);
        }

        long length = Alignment.Up(request.Length, Alignment.Of(configuration));
        IReadOnlyList<PlexShape> shapes = Placement.Shapes(request.Layout, request.ColumnCount, request.StripeUnit);
        Outcome<(GroupConfiguration Configuration, RecordId VolumeId)> last = Refusals.NoSpace(length);
        foreach (PlexShape shape in shapes)
        {
            last = BuildVolume(configuration, request, shape, length);
            if (last.IsDone)
            {
                break;
            }
        }

        return last;
    }

    private static Outcome<(GroupConfiguration Configuration, RecordId VolumeId)> BuildVolume(
        GroupConfiguration configuration, VolumeRequest request, PlexShape shape, long length)
    {
        (configuration, RecordId id) = configuration.TakeId();
        VolumeRecord volume = new()
        {
            Id = id,
            Name = request.Name,
            Length = length,
            State = VolumeState.Empty,
            UseType = request.UseType,
            User = request.User,
            Group = request.Group,
            Mode = request.Mode,
            Comment = request.Comment,
            LogsInSequence = request.LogsInSequence,
            Minor = NextMinor(configuration),
        };
        configuration = configuration.With(volume);
        for (int mirror = 0; mirror < request.MirrorCount; mirror++)
        {
            IReadOnlySet<RecordId> inUse = Placement.DisksOf(configuration, configuration.DataPlexesOf(id));
            if (Placement.FindPlex(configuration, request, [shape], length, inUse) is not { } place)
            {
                return Refusals.NoSpace(length);
            }

            configuration = PlexBuilder
                .Add(configuration, volume, place.Shape, place.Columns, PlexTrigger.AssociateEmpty).Configuration;
        }

        for (int log = 0; request.Log == LogKind.DirtyRegion && log < request.LogCount; log++)
        {
            StorageRequest storage = request with { Storage = request.LogStorage ?? request.Storage };
            if (AddLogPlex(configuration, volume, storage, request.LogLength) is not { } added)
            {
                return Refusals.NoSpaceForLog(volume.Name);
            }

            configuration = added.Configuration;
        }

        return (configuration, id);
    }

    /// <summary>The mirrored volume first, without a log; then its layers; then a log for each volume below.</summary>
    private static Outcome<(GroupConfiguration Configuration, RecordId VolumeId)> BuildLayered(
        GroupConfiguration configuration, VolumeRequest request)
    {
        Outcome<(GroupConfiguration Configuration, RecordId VolumeId)> built =
            BuildVolume(configuration, request with { Log = LogKind.None });
        Outcome<GroupConfiguration> layered = built.IsDone
            ? ConvertToLayered(built.Value.Configuration, built.Value.VolumeId) : built.Refusal;
        if (!layered.IsDone)
        {
            return layered.Refusal;
        }

        configuration = layered.Value;
        StorageRequest storage = request with { Storage = request.LogStorage ?? request.Storage };
        int logs = request.Log == LogKind.DirtyRegion ? request.LogCount : 0;
        foreach (RecordId below in configuration.VolumesBelow(built.Value.VolumeId))
        {
            for (int log = 0; log < logs; log++)
            {
                VolumeRecord part = configuration.Volumes[below];
                if (AddLogPlex(configuration, part, storage, request.LogLength) is not { } added)
                {
                    return Refusals.NoSpaceForLog(request.Name);
                }

                configuration = added.Configuration;
            }
        }

        return (configuration, built.Value.VolumeId);
    }

    private static int NextMinor(GroupConfiguration configuration)
    {
        HashSet<int> taken = [.. configuration.Volumes.Values.Select(volume => volume.Minor)];
        return Enumerable.Range(0, taken.Count + 1).First(minor => !taken.Contains(minor));
    }

    private static string FreeName(GroupConfiguration configuration) =>
        Enumerable.Range(0, int.MaxValue).Select(number => $"maxsize{number}")
            .First(name => configuration.FindObject(name) is null);

    private static long FreeBytes(GroupConfiguration configuration, StorageRequest request) =>
        (long)Int128.Min(
            long.MaxValue / 4,
            CandidateDisk.Of(configuration, request).Aggregate((Int128)0, (sum, disk) => sum + disk.TotalFree));

    /// <summary>The largest count up to the limit for which the condition holds, which holds for all smaller ones; or
    /// 0.</summary>
    private static long LargestWhere(long limit, Func<long, bool> holds)
    {
        long low = 0;
        long high = limit;
        while (low < high)
        {
            long middle = low + ((high - low + 1) / 2);
            if (holds(middle))
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }
}
