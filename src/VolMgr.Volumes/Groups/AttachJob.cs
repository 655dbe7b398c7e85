using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Resync;
using VolMgr.Volumes.States;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Volumes.Groups;

/// <summary>A copy to begin: the plex is a write-only member of the published set already.</summary>
/// <param name="Device">The volume.</param>
/// <param name="Plex">The plex.</param>
/// <param name="Options">How it runs.</param>
internal sealed record AttachRequest(VolumeDevice Device, RecordId Plex, CopyOptions Options)
{
    /// <summary>The task that it is part of.</summary>
    public int? Parent { get; init; }

    /// <summary>Whether the plex missed nothing since its record was written, except <see cref="Recopy"/>.</summary>
    public bool IsRecordTrusted { get; init; }

    /// <summary>The operation that listings of tasks show.</summary>
    public string Operation { get; init; } = "PLXATT";

    /// <summary>What the records become when the plex is complete, and another plex of the volume whose place changes
    /// with it; null: the plex becomes ACTIVE.</summary>
    public PlexCompletion? Completion { get; init; }

    /// <summary>The tag of a move that waits for a commit or a rollback when the copy is complete; null: it does
    /// not.</summary>
    public string? Tentative { get; init; }

    /// <summary>What to copy again in spite of the record.</summary>
    public IReadOnlyList<ByteRange> Recopy { get; init; } = [];
}

/// <summary>The end of a copy that does more than make its plex ACTIVE.</summary>
/// <param name="Change">The records after it, in one commit.</param>
/// <param name="Moved">The plex whose subdisks change, or null.</param>
internal sealed record PlexCompletion(
    Func<GroupConfiguration, Outcome<GroupConfiguration>> Change, RecordId? Moved = null);

/// <summary>
/// One copy onto one plex: copies, switches; or backs out by the kind of the plex. The task ends after the records say
/// how it ended.
/// </summary>
/// <remarks>A recovery of the volume may run at the same time: what it makes equal it makes equal on this plex
/// too.</remarks>
internal sealed class AttachJob
{
    private const int DefaultWorkers = 4;

    private readonly GroupCore core;
    private readonly VolumeDevice device;
    private readonly PlexCopy copy;
    private readonly PlexCompletion? completion;
    private readonly TaskCompletionSource<TentativeEnd> decision = new(
        TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AttachJob(GroupCore core, AttachRequest request)
    {
        this.core = core;
        device = request.Device;
        Plex = request.Plex;
        completion = request.Completion;
        Tentative = request.Tentative;
        CopyOptions options = request.Options.Over(core.Host.Options.Copy);
        Task = core.Host.Tasks.Start(new TaskRequest
        {
            Type = "ATCOPY",
            Operation = request.Operation,
            GroupName = core.Current.Group.Name,
            VolumeName = core.Current.Volumes[device.Volume].Name,
            PlexName = core.Current.Plexes[Plex].Name,
            Tag = options.Tag,
            ParentId = request.Parent,
            End = device.Length,
            SlowMs = options.SlowMs ?? 0,
        });
        IReadOnlyList<ByteRange>? missed = core.Dcos.MissedBy(device, Plex);
        var standard = new PlexCopyOptions { Volume = device, Target = Plex };
        copy = new PlexCopy(standard with
        {
            IoSize = options.IoSize ?? standard.IoSize,
            Workers = options.Workers ?? DefaultWorkers,
            Throttle = standard.Throttle with
            {
                BandwidthLimit = options.BandwidthLimit ?? 0,
                Policy = options.Policy ?? CopyPolicy.Application,
            },
            CheckpointBytes = options.CheckpointBytes ?? standard.CheckpointBytes,
            Task = Task,
            // What is not resumed leaves no record; what a detach map knows is resumed by that.
            Store = completion is null && missed is null ? CopyRecords.Of(core, Plex) : null,
            Only = missed,
            IsRecordTrusted = request.IsRecordTrusted,
            Recopy = request.Recopy,
        });
    }

    /// <summary>The volume.</summary>
    public RecordId Volume => device.Volume;

    /// <summary>The plex.</summary>
    public RecordId Plex { get; }

    /// <summary>The tag of a move that waits to be told how it ends; null for every other copy.</summary>
    public string? Tentative { get; }

    /// <summary>Whether its copy is complete and it waits to be told.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Whether the plex took its place.</summary>
    public bool IsSwitched { get; private set; }

    /// <summary>The task by which an administrator sees and controls it.</summary>
    public VolumeTask Task { get; }

    /// <summary>Ends when the records say how it ended and the volume is free.</summary>
    public Task Completion => ended.Task;

    /// <summary>Whether it was stopped to go on at the next start.</summary>
    public bool IsSuspended { get; private set; }

    /// <summary>
    /// Begins; <paramref name="release"/> is called when the volume is free, before anyone is told of the end.
    /// </summary>
    public void Start(Action release) => core.Work.Start(async () =>
    {
        TaskState last = TaskState.Failed;
        string failure = "internal error";
        try
        {
            (last, failure) = await RunAsync();
        }
        catch
        {
            await BackOutAsync(); // a bug: no plex stays half copied for it
            throw;
        }
        finally
        {
            release();
            Task.Finish(last, failure);
            ended.SetResult();
        }
    });

    public void Suspend()
    {
        IsSuspended = true;
        copy.Suspend();
        End(TentativeEnd.Suspend);
    }

    /// <summary>Ends it; the plex is backed out.</summary>
    public void Abort()
    {
        Task.Abort();
        End(TentativeEnd.RollBack);
    }

    public void LoseTarget(IoStatus reason)
    {
        copy.LoseTarget(reason);
        End(TentativeEnd.RollBack);
    }

    /// <summary>Tells a move that waits, or will wait, how it ends; the first word counts.</summary>
    public void End(TentativeEnd end) => decision.TrySetResult(end);

    private async Task<(TaskState Last, string Failure)> RunAsync()
    {
        PlexCopyResult result = await copy.RunAsync();
        if (result.State == PlexCopyState.Suspended)
        {
            return (TaskState.Aborted, "stopped; it goes on at the next start of the volume");
        }
        IsSuspended = false; // it ended before it could be suspended
        if (result.State == PlexCopyState.Completed && await DecideAsync() is var end && end != TentativeEnd.Commit)
        {
            if (end == TentativeEnd.RollBack)
            {
                await BackOutAsync();
            }
            return (TaskState.Aborted, "");
        }
        if (result.State == PlexCopyState.Completed)
        {
            PlexSwitchState switched = await copy.SwitchAsync(CommitSwitchAsync);
            if (switched == PlexSwitchState.Switched)
            {
                IsSwitched = true;
                return (TaskState.Completed, "");
            }
            await BackOutAsync();
            return switched == PlexSwitchState.Aborted
                ? (TaskState.Aborted, "")
                : (TaskState.Failed, CopyWords.Of(switched));
        }
        await BackOutAsync();
        return result.State == PlexCopyState.Aborted
            ? (TaskState.Aborted, "")
            : (TaskState.Failed, CopyWords.Of(result.State, result.Reason));
    }

    /// <summary>What is only tried is complete for whoever watches its task; it takes every write until it is told how
    /// it ends.</summary>
    private async Task<TentativeEnd> DecideAsync()
    {
        if (Tentative is null)
        {
            return TentativeEnd.Commit;
        }
        IsWaiting = true;
        Task.Finish(TaskState.Completed);
        TentativeEnd end = await decision.Task;
        IsWaiting = false;
        return end;
    }

    private async Task<VolumeChange?> CommitSwitchAsync(PlexSet before)
    {
        if (completion?.Moved is { } moved && before.Find(moved) is not { Device.IsFaulted: false })
        {
            return null; // the plex failed meanwhile: it keeps the subdisks that it has
        }
        Outcome<GroupConfiguration> committed = await core.CommitAsync(configuration =>
        {
            Outcome<GroupConfiguration> active = completion is null
                ? VolumeOperations.CompleteAttach(configuration, Plex)
                : completion.Change(configuration);
            return active.Then(next => AttachLock.Keep(next, Volume));
        });
        return committed.IsDone ? core.Started.Describe(Volume, before, completion?.Moved) : null;
    }

    /// <summary>Out of the records and out of the plex set, with the gate closed: its space is free only when nothing
    /// can write to it any more.</summary>
    private async Task BackOutAsync()
    {
        core.Log("VxVM vxplex NOTICE V-5-1-407 Attempting to cleanup after failure ...");
        Outcome outcome = await core.Started.ChangeAsync([Volume], BackOutOf, flushes: false);
        if (!outcome.IsDone)
        {
            core.Log($"VxVM vxplex ERROR Plex {Task.PlexName}: cleanup failed: {outcome.Refusal.Message}");
        }
    }

    private Outcome<GroupConfiguration> BackOutOf(GroupConfiguration configuration)
    {
        bool isAttaching = configuration.Plexes.TryGetValue(Plex, out PlexRecord? plex) && plex.IsAttaching();
        Outcome<GroupConfiguration> cancelled = isAttaching
            ? VolumeOperations.CancelAttach(configuration, Plex)
            : BackOut.Sweep(configuration, Plex);
        return cancelled.Then(next => AttachLock.Keep(AttachLock.Release(next, Volume), Volume));
    }
}
