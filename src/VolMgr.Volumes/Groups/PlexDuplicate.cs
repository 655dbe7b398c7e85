using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Resync;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Volumes.Groups;

/// <summary>
/// vxplex cp: the contents of a stopped volume onto a dissociated plex, which stays dissociated. The volume is locked
/// (tutil0) meanwhile, so that nobody starts it.
/// </summary>
internal sealed class PlexDuplicate(GroupCore core)
{
    private const long LargestHole = 1L << 30;
    private const int DefaultIoSize = 1 << 20;

    public async Task<Outcome<VolumeTask>> CopyAsync(string volumeName, string plexName, CopyOptions asked)
    {
        Outcome<VolumeTurn> entered = await core.EnterAsync(volumeName);
        if (!entered.IsDone)
        {
            return entered.Refusal;
        }
        using VolumeTurn turn = entered.Value;
        RecordId id = turn.Volume;
        (RecordId Source, RecordId Target) pair = default;
        Outcome<GroupConfiguration> begun = await core.CommitAsync(configuration =>
        {
            Outcome<(RecordId Source, RecordId Target)> chosen = Choose(configuration, id, plexName);
            pair = chosen.IsDone ? chosen.Value : default;
            return chosen.IsDone
                ? Locked(
                    configuration,
                    id,
                    pair.Target,
                    VolumeOperations.AttachingVolumeLock,
                    VolumeOperations.AttachingPlexLock)
                : chosen.Refusal;
        });
        if (!begun.IsDone)
        {
            return begun.Refusal;
        }
        CopyOptions options = asked.Over(core.Host.Options.Copy);
        long length = core.Current.Volumes[id].Length;
        VolumeTask task = core.Host.Tasks.Start(new TaskRequest
        {
            Type = "ATCOPY",
            Operation = "PLXCP",
            GroupName = core.Current.Group.Name,
            VolumeName = volumeName,
            PlexName = plexName,
            Tag = options.Tag,
            End = length,
            SlowMs = options.SlowMs ?? 0,
        });
        core.Work.Start(async () =>
        {
            IoStatus status = await TransferAsync(pair.Source, pair.Target, length, task, options);
            await core.CommitAsync(configuration => Locked(configuration, id, pair.Target, "", ""));
            bool isAborted = task.AbortToken.IsCancellationRequested;
            task.Finish(
                isAborted ? TaskState.Aborted : status == IoStatus.Success ? TaskState.Completed : TaskState.Failed,
                status == IoStatus.Success ? "" : $"the copy failed: {status}");
        });
        return task;
    }

    private async Task<IoStatus> TransferAsync(
        RecordId source, RecordId target, long length, VolumeTask task, CopyOptions options)
    {
        PlexDevice from = PlexSets.Device(core, core.Current, source);
        PlexDevice to = PlexSets.Device(core, core.Current, target);
        var throttle = new CopyThrottle(
            new CopyThrottleOptions { BandwidthLimit = options.BandwidthLimit ?? 0 }, core.Engine, () => default);
        int ioSize = (int)(options.IoSize ?? DefaultIoSize);
        using var buffer = new StableBuffer(ioSize);
        IoStatus status = IoStatus.Success;
        for (long done = 0; done < length && status == IoStatus.Success;)
        {
            await task.PausePointAsync();
            if (task.AbortToken.IsCancellationRequested)
            {
                return IoStatus.Success;
            }
            ExtentReply extent = await from.NextExtentAsync(done, length - done, CancellationToken.None);
            bool isHole = extent is { Status: IoStatus.Success, Kind: ExtentKind.Hole };
            long step = Math.Min(length - done, isHole ? Math.Min(extent.Length, LargestHole) : ioSize);
            await throttle.WaitAsync(isHole ? 0 : step, task.SlowMs, task.AbortToken);
            status = isHole
                ? await to.ZeroAsync(done, step, WriteFlags.None, CancellationToken.None)
                : await MoveAsync(from, to, done, buffer.Memory[..(int)step]);
            done += step;
            task.Report(done);
        }
        return status == IoStatus.Success ? await to.FlushAsync(CancellationToken.None) : status;
    }

    private static async Task<IoStatus> MoveAsync(PlexDevice from, PlexDevice to, long offset, Memory<byte> data)
    {
        IoStatus read = await from.ReadAsync(offset, data, CancellationToken.None);
        return read == IoStatus.Success
            ? await to.WriteAsync(offset, data, WriteFlags.None, CancellationToken.None)
            : read;
    }

    private Outcome<(RecordId Source, RecordId Target)> Choose(
        GroupConfiguration configuration, RecordId volumeId, string plexName)
    {
        VolumeRecord volume = configuration.Volumes[volumeId];
        if (volume.KernelState == VolumeKernelState.Enabled)
        {
            return new Refusal(
                ErrorCode.InvalidState, $"Volume {volume.Name} is started; stop it, or use vxplex att");
        }
        if (configuration.FindPlex(plexName) is not { } target)
        {
            return Refusals.NoPlex(plexName);
        }
        if (target.VolumeId is not null)
        {
            return new Refusal(ErrorCode.Associated, $"{plexName}: Record is associated", "V-5-1-2879");
        }
        if (target.TUtil0.Length > 0 || PlexMap.Of(configuration, target.Id).Length < volume.Length)
        {
            return new Refusal(
                target.TUtil0.Length > 0 ? ErrorCode.Locked : ErrorCode.InvalidState,
                $"Plex {plexName} is locked, or shorter than volume {volume.Name}");
        }
        PlexRecord? source = configuration.DataPlexesOf(volumeId).FirstOrDefault(plex => plex.State == PlexState.Clean
            && configuration.SubdisksOf(plex.Id).All(subdisk => core.Disks.IsHere(subdisk.DiskId)));
        return source is not null
            ? (source.Id, target.Id)
            : new Refusal(ErrorCode.InvalidState, $"Volume {volume.Name} has no CLEAN plex to copy from");
    }

    private static GroupConfiguration Locked(
        GroupConfiguration configuration, RecordId volume, RecordId plex, string volumeLock, string plexLock)
    {
        if (configuration.Volumes.TryGetValue(volume, out VolumeRecord? record))
        {
            configuration = configuration.With(record with { TUtil0 = volumeLock });
        }
        return configuration.Plexes.TryGetValue(plex, out PlexRecord? target)
            ? configuration.With(target with { TUtil0 = plexLock })
            : configuration;
    }
}
