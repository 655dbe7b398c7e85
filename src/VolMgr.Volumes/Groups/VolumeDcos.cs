using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Groups;

/// <summary>
/// Volumes with a DCO: preparing and unpreparing them, their log volumes, and the maps of what was written since a plex
/// was detached (FastResync).
/// </summary>
/// <remarks>
/// The log volume is started before its volume and stopped after it; gates and turns are taken in the order volume, log
/// volume. A log volume that is left over from a preparation that a crash interrupted belongs to nobody, and the next
/// preparation removes it.
/// </remarks>
internal sealed partial class VolumeDcos(GroupCore core, VolumeLife life)
{
    private const string LeftOver = "log volume of a DCO";

    public Task<Outcome> PrepareAsync(DcoRequest request) =>
        core.Current.FindVolume(request.Volume) is not { } volume ? PrepareOneAsync(request)
            : VolumeOperations.RefuseSubVolume(core.Current, volume.Id) is { } part ? Task.FromResult<Outcome>(part)
            : core.Current.IsLayered(volume.Id) ? PrepareBelowAsync(volume.Id, request)
            : PrepareOneAsync(request);

    public Task<Outcome> UnprepareAsync(string name) =>
        core.Current.FindVolume(name) is not { } volume ? UnprepareOneAsync(name)
            : VolumeOperations.RefuseSubVolume(core.Current, volume.Id) is { } part ? Task.FromResult<Outcome>(part)
            : EachBelowAsync(volume, UnprepareOneAsync);

    public Task<Outcome> SetTrackingAsync(string name, bool isTracking) =>
        core.Current.FindVolume(name) is not { } volume ? SetOneTrackingAsync(name, isTracking)
            : EachBelowAsync(volume, each => SetOneTrackingAsync(each, isTracking));

    /// <summary>The DCOs of a layered volume are those of its sub-volumes, whose plexes are what can be detached: all
    /// of them get one, or none.</summary>
    private async Task<Outcome> PrepareBelowAsync(RecordId volumeId, DcoRequest request)
    {
        List<string> prepared = [];
        foreach (string below in NamesBelow(volumeId))
        {
            Outcome outcome = await PrepareOneAsync(request with { Volume = below });
            if (!outcome.IsDone)
            {
                foreach (string done in prepared)
                {
                    await UnprepareOneAsync(done);
                }

                return outcome.Refusal.Code == ErrorCode.AlreadyExists
                    ? outcome.Refusal with { Message = $"volume {request.Volume} is already instant ready" }
                    : outcome;
            }

            prepared.Add(below);
        }

        return Outcome.Done;
    }

    private async Task<Outcome> EachBelowAsync(VolumeRecord volume, Func<string, Task<Outcome>> change)
    {
        IReadOnlyList<string> below = NamesBelow(volume.Id);
        foreach (string name in below.Count == 0 ? [volume.Name] : below)
        {
            Outcome outcome = await change(name);
            if (!outcome.IsDone)
            {
                return outcome;
            }
        }

        return Outcome.Done;
    }

    private IReadOnlyList<string> NamesBelow(RecordId volumeId) =>
        [.. core.Current.VolumesBelow(volumeId).Select(id => core.Current.Volumes[id].Name)];

    private async Task<Outcome> PrepareOneAsync(DcoRequest request)
    {
        if (core.Current.FindVolume(VolumeOperations.DcoLogName(request.Volume)) is { Comment: LeftOver } stray
            && core.Current.DcoOnLog(stray.Id) is null)
        {
            await life.RemoveAsync(stray.Name, force: true);
        }

        DcoRequest complete = request with { Sites = core.Disks.Sites };
        Outcome made = Outcome.Done;
        foreach (bool isApart in (bool[])[true, false])
        {
            Outcome<VolumeRequest> log = VolumeOperations.DcoLog(core.Current, complete, isApart);
            if (!log.IsDone)
            {
                return log.Refusal;
            }

            made = await life.CreateAsync(log.Value with { Comment = LeftOver });
            if (made.IsDone || made.Refusal.Code != ErrorCode.NoSpace)
            {
                break;
            }
        }

        if (!made.IsDone)
        {
            return made;
        }

        Outcome bound = await BindAsync(request);
        if (!bound.IsDone)
        {
            await life.RemoveAsync(VolumeOperations.DcoLogName(request.Volume), force: true);
        }

        return bound;
    }

    private async Task<Outcome> UnprepareOneAsync(string name)
    {
        Outcome<VolumeTurn> entered = await core.EnterAsync(name);
        if (!entered.IsDone)
        {
            return entered.Refusal;
        }

        RecordId? log;
        using (VolumeTurn turn = entered.Value)
        {
            log = core.Current.DcoOf(turn.Volume)?.LogVolumeId;
            if (log is null)
            {
                return new Refusal(ErrorCode.InvalidState, $"volume {name} is not instant ready");
            }

            Outcome removed = await core.Started.ChangeAsync(
                [turn.Volume], configuration => VolumeOperations.RemoveDco(configuration, turn.Volume));
            if (!removed.IsDone)
            {
                return removed;
            }
        }

        return core.Current.Volumes.TryGetValue(log.Value, out VolumeRecord? volume)
            ? await life.RemoveAsync(volume.Name, force: true)
            : Outcome.Done;
    }

    private async Task<Outcome> SetOneTrackingAsync(string name, bool isTracking)
    {
        Outcome<VolumeTurn> entered = await core.EnterAsync(name);
        if (!entered.IsDone)
        {
            return entered.Refusal;
        }

        using VolumeTurn turn = entered.Value;
        Outcome<GroupConfiguration> committed = await core.CommitAsync(
            configuration => VolumeOperations.SetTracking(configuration, turn.Volume, isTracking));
        return committed.IsDone ? Outcome.Done : committed.Refusal;
    }

    /// <summary>
    /// The maps of a volume that is being opened, with its log volume started; null for a volume without a DCO. Where
    /// they cannot be read, the records stop to believe them; until that is durable no write goes on.
    /// </summary>
    public async Task<DetachMaps?> LoadAsync(RecordId volumeId)
    {
        if (core.Current.DcoOf(volumeId) is not { } dco)
        {
            return null;
        }

        int[] used = Used(volumeId);
        VolumeDevice? log = await StartLogAsync(dco.LogVolumeId);
        DetachMapGeometry geometry = Geometry(dco);
        DetachMaps? maps = log is null
            ? null : await DetachMaps.LoadAsync(log, geometry, used, () => ForgetAsync(volumeId));
        if (maps is not null)
        {
            return maps;
        }

        bool isForgotten = used.Length == 0 || await ForgetAsync(volumeId);
        return isForgotten ? null : DetachMaps.Broken(
            new AbsentDevice(geometry.Length), geometry, used, () => ForgetAsync(volumeId));
    }

    /// <summary>Takes a clean map into use for a plex that is about to be detached, with the volume's gate closed and
    /// its plexes flushed; null: the plex is not tracked. A clean map says that the plex holds what the others hold; as
    /// long as something waits for recovery after a crash, that is not so, and recovery chooses without it.</summary>
    public async Task<int?> BeginMapAsync(VolumeDevice device)
    {
        if (device.Core.Unrecovered is not null)
        {
            return null;
        }

        int? map = VolumeOperations.FreeDetachMap(core.Current, device.Volume);
        return map is { } free && device.Core.DetachMaps is { } maps && await maps.BeginAsync(free) ? free : null;
    }

    /// <summary>Only the maps that the records name stay in use; with the volume's gate closed.</summary>
    public void Keep(VolumeDevice device) => device.Core.DetachMaps?.Keep(Used(device.Volume));

    /// <summary>What a plex that is write-only by now has missed; null: nobody knows.</summary>
    public IReadOnlyList<ByteRange>? MissedBy(VolumeDevice device, RecordId plex) =>
        core.Current.Plexes.GetValueOrDefault(plex)?.DetachMap is { } map
            ? device.Core.DetachMaps?.Marked(map, device.Length)
            : null;

    /// <summary>After its volume was stopped, the log volume is.</summary>
    public async Task StopLogAsync(RecordId volumeId)
    {
        if (core.Current.DcoOf(volumeId) is { } dco && core.Started.Find(dco.LogVolumeId) is not null)
        {
            using IDisposable turn = await core.EnterAsync(dco.LogVolumeId);
            await core.Attaches.AbortAsync(dco.LogVolumeId);
            await core.Recoveries.StopAsync(dco.LogVolumeId);
            await core.Started.CloseAsync(dco.LogVolumeId);
        }
    }

    /// <summary>Why a log volume may not be stopped or removed by itself; null where it may.</summary>
    public Refusal? RefuseAlone(RecordId volumeId) =>
        core.Current.DcoOnLog(volumeId) is { } dco && core.Started.Find(dco.VolumeId) is not null
            ? new Refusal(
                ErrorCode.InUse,
                $"Volume {core.Current.Volumes[volumeId].Name} is the log volume of {dco.Name}, "
                + "whose volume is started")
            : null;

    private async Task<Outcome> BindAsync(DcoRequest request)
    {
        Outcome<VolumeTurn> entered = await core.EnterAsync(request.Volume);
        if (!entered.IsDone)
        {
            return entered.Refusal;
        }

        using VolumeTurn turn = entered.Value;
        if (core.Current.FindVolume(VolumeOperations.DcoLogName(request.Volume))?.Id is not { } log)
        {
            return Refusals.VolumeIsGone;
        }

        if (request.HasLog && core.Current.Volumes[turn.Volume].State is VolumeState.Sync or VolumeState.NeedSync)
        {
            return new Refusal(
                ErrorCode.InvalidState,
                $"Volume {request.Volume} is being recovered; give it a log after its task has ended");
        }

        Outcome bound = request.HasLog
            ? await core.Started.ChangeLogAsync(turn.Volume, Change)
            : await core.Started.ChangeAsync([turn.Volume], Change);
        if (bound.IsDone && core.Started.Find(turn.Volume) is { } volume && core.Started.Find(log) is { } device)
        {
            // No map is in use, so nobody depends on these yet: the first detach takes them into use behind the gate.
            volume.Core.DetachMaps = await DetachMaps.LoadAsync(
                device,
                Geometry(core.Current.Dcos.Values.Single(dco => dco.LogVolumeId == log)),
                [],
                () => ForgetAsync(turn.Volume));
        }

        return bound;

        Outcome<GroupConfiguration> Change(GroupConfiguration configuration) =>
            VolumeOperations.AddDco(configuration, turn.Volume, log, request);
    }

    private async Task<VolumeDevice?> StartLogAsync(RecordId logId)
    {
        if (core.Started.Find(logId) is { } started)
        {
            return started;
        }

        using IDisposable turn = await core.EnterAsync(logId);
        if (core.Started.Find(logId) is { } meanwhile)
        {
            return meanwhile;
        }

        Outcome<IReadOnlyList<StartedVolume>> outcome = await core.Starts.StartAsync(logId, leavesUnrecovered: false);
        if (!outcome.IsDone)
        {
            core.Log($"VxVM vxvol ERROR {outcome.Refusal.MessageId} {outcome.Refusal.Message}");
            return null;
        }

        core.Recoveries.Recover(outcome.Value, leavesUnrecovered: false, new CopyOptions());
        return outcome.Value[^1].Device;
    }

    private async Task<bool> ForgetAsync(RecordId volumeId)
    {
        Outcome<GroupConfiguration> forgotten = await core.CommitAsync(
            configuration => VolumeOperations.ForgetDetachMaps(configuration, volumeId));
        if (forgotten.IsDone)
        {
            core.Log("VxVM vxio WARNING V-5-0-181 FastResync: the maps of "
                + $"{core.Current.DcoOf(volumeId)?.Name} are lost; detached plexes come back by full copies");
        }

        return forgotten.IsDone;
    }

    private int[] Used(RecordId volumeId) =>
        [.. core.Current.DataPlexesOf(volumeId).Select(plex => plex.DetachMap).OfType<int>()];

    private DetachMapGeometry Geometry(DcoRecord dco) =>
        dco.Geometry(core.Current.Volumes[dco.LogVolumeId].Length);
}
