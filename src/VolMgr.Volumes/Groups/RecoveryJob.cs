using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Recovery;
using VolMgr.Volumes.Resync;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Volumes.Groups;

/// <summary>One read-writeback of one volume. Its task ends after the records say how it ended.</summary>
internal sealed class RecoveryJob
{
    private readonly GroupCore core;
    private readonly VolumeDevice device;
    private readonly MirrorRecovery recovery;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool isStopping;

    public RecoveryJob(GroupCore core, VolumeDevice device, string operation, int? parent, CopyOptions options)
    {
        this.core = core;
        this.device = device;
        CopyOptions complete = options.Over(core.Host.Options.Copy);
        Task = core.Host.Tasks.Start(new TaskRequest
        {
            Type = "RDWRBACK",
            Operation = operation,
            GroupName = core.Current.Group.Name,
            VolumeName = core.Current.Volumes[device.Volume].Name,
            Tag = complete.Tag,
            ParentId = parent,
            End = device.Length,
            SlowMs = complete.SlowMs ?? 0,
        });
        var standard = new MirrorRecoveryOptions { Volume = device };
        recovery = new MirrorRecovery(standard with
        {
            Workers = complete.Workers ?? standard.Workers,
            Throttle = new CopyThrottleOptions { BandwidthLimit = complete.BandwidthLimit ?? 0 },
            Task = Task,
        });
    }

    /// <summary>The task by which an administrator sees and controls it.</summary>
    public VolumeTask Task { get; }

    /// <summary>Ends when the records say how it ended.</summary>
    public Task Completion => ended.Task;

    /// <summary>Begins; <paramref name="release"/> is called before anyone is told of the end.</summary>
    public void Start(Action release) => core.Work.Start(async () =>
    {
        TaskState last = TaskState.Failed;
        try
        {
            last = await RunAsync();
        }
        finally
        {
            release();
            Task.Finish(last);
            ended.SetResult();
        }
    });

    /// <summary>
    /// Ends it because the volume stops: nothing is recorded, so that the next start takes it up as it was.
    /// </summary>
    public void Stop()
    {
        isStopping = true;
        Task.Abort();
    }

    private async Task<TaskState> RunAsync()
    {
        MirrorRecoveryState state = await recovery.RunAsync();
        if (state != MirrorRecoveryState.Completed && isStopping)
        {
            return TaskState.Aborted;
        }
        Outcome<GroupConfiguration> recorded = await core.CommitAsync(
            configuration => Record(configuration, state == MirrorRecoveryState.Completed));
        if (!recorded.IsDone)
        {
            return TaskState.Failed;
        }
        return state switch
        {
            MirrorRecoveryState.Completed => TaskState.Completed,
            MirrorRecoveryState.Aborted => TaskState.Aborted,
            MirrorRecoveryState.Failed => TaskState.Failed,
        };
    }

    private Outcome<GroupConfiguration> Record(GroupConfiguration configuration, bool isComplete)
    {
        if (!configuration.Volumes.TryGetValue(device.Volume, out VolumeRecord? volume)
            || volume.State != VolumeState.Sync)
        {
            return configuration;
        }
        if (!isComplete)
        {
            return VolumeOperations.FailResync(configuration, volume.Id);
        }
        Outcome<GroupConfiguration> done = VolumeOperations.CompleteResync(configuration, volume.Id);
        return done.IsDone && volume.PUtil0 == StartPlan.FullResyncMark
            ? done.Value.With(done.Value.Volumes[volume.Id] with { PUtil0 = "" })
            : done;
    }
}
