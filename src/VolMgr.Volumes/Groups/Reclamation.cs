using VolMgr.Blocks;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Volumes.Groups;

/// <summary>Gives back to the array what no subdisk of a thin disk covers (vxdisk reclaim).</summary>
/// <remarks>
/// Nobody takes space of the group, and no disk comes, goes or changes its group, while it runs: what was free when it
/// began is free until it has ended. A crash in between leaves free space as it was, or given back.
/// </remarks>
internal sealed class Reclamation(GroupCore core)
{
    /// <summary>Bytes of one request to the array.</summary>
    private const long Step = 1L << 30;

    /// <summary>Reclaims a disk; the number of bytes that were free and are a hole now.</summary>
    public async Task<Outcome<long>> ReclaimAsync(string media)
    {
        TaskCompletionSource<Outcome<long>> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        // as work of the group: a host that goes down waits for the request that is under way
        core.Work.Start(async () => ended.SetResult(await RunAsync(media)));
        return await ended.Task;
    }

    private async Task<Outcome<long>> RunAsync(string media)
    {
        using IDisposable membership = await core.Host.MembershipGate.EnterAsync();
        using IDisposable space = await core.SpaceGate.EnterAsync();
        if (core.CheckClosed() is { } closed)
        {
            return closed;
        }

        if (core.Current.FindDisk(media) is not { } disk)
        {
            return new Refusal(ErrorCode.NotFound, $"Disk {media}: Disk not in the configuration", "V-5-1-558");
        }

        if (core.Disks.Find(disk.Id) is not { Node.IsReachable: true } bound)
        {
            return new Refusal(ErrorCode.InputOutput, $"Disk {media}: no device answers for it");
        }

        if (!bound.Node.IsThin)
        {
            return new Refusal(ErrorCode.WrongUse, $"Disk {media}: {bound.Node.Name} is not a thin LUN that reclaims");
        }

        IReadOnlyList<FreeExtent> free = FreeSpace.On(core.Current, disk.Id);
        VolumeTask task = core.Host.Tasks.Start(new TaskRequest
        {
            Type = "RECLAIM",
            Operation = "RECLAIM",
            GroupName = core.Current.Group.Name,
            VolumeName = media,
            End = free.Sum(extent => extent.Length),
        });
        Outcome<long> outcome = new Refusal(ErrorCode.InputOutput, $"Disk {media}: reclamation was interrupted");
        try
        {
            outcome = await DiscardAsync(bound.PublicRegion, media, free, task);
        }
        finally
        {
            task.Finish(
                outcome.IsDone ? TaskState.Completed
                    : task.AbortToken.IsCancellationRequested ? TaskState.Aborted : TaskState.Failed,
                outcome.Refusal?.Message ?? "");
        }

        return outcome;
    }

    private async Task<Outcome<long>> DiscardAsync(
        IExtentDevice region, string media, IReadOnlyList<FreeExtent> free, VolumeTask task)
    {
        long done = 0;
        foreach (FreeExtent extent in free)
        {
            for (long offset = extent.Offset; offset < extent.End; offset += Step)
            {
                await task.PausePointAsync();
                if (core.CheckClosed() is { } closed)
                {
                    return closed;
                }

                if (task.AbortToken.IsCancellationRequested)
                {
                    return new Refusal(ErrorCode.InvalidState, $"Disk {media}: reclamation was aborted");
                }

                long length = Math.Min(Step, extent.End - offset);
                IoStatus status = await region.DiscardAsync(offset, length, CancellationToken.None);
                if (status != IoStatus.Success)
                {
                    return new Refusal(ErrorCode.InputOutput, $"Disk {media}: reclamation failed: {status}");
                }

                done += length;
                task.Report(done);
            }
        }

        return done;
    }
}
