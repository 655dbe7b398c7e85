using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Groups;

/// <summary>Starts volumes: first the records, durably, then the device.</summary>
internal sealed class VolumeStarts(GroupCore core)
{
    /// <summary>
    /// Starts a volume, after those below it that are stopped; it takes I/O when this returns, and what they need is
    /// for the caller to begin. The volume itself is the last of the result.
    /// </summary>
    public async Task<Outcome<IReadOnlyList<StartedVolume>>> StartAsync(RecordId id, bool leavesUnrecovered)
    {
        using IDisposable below = await core.EnterBelowAsync(id);
        List<(RecordId Id, StartPlan Plan)> plans = [];
        Outcome<GroupConfiguration> committed = await core.CommitAsync(configuration =>
        {
            plans.Clear();
            foreach (RecordId each in (RecordId[])[.. Stopped(configuration, id), id])
            {
                Outcome<StartPlan> outcome = StartPlan.Of(
                    configuration, each, core.Disks.Sites, core.Disks.IsHere, leavesUnrecovered);
                if (!outcome.IsDone)
                {
                    return outcome.Refusal;
                }
                configuration = outcome.Value.Configuration;
                plans.Add((each, outcome.Value));
            }
            return configuration;
        });
        if (!committed.IsDone)
        {
            return committed.Refusal;
        }
        List<StartedVolume> started = [];
        foreach ((RecordId each, StartPlan plan) in plans)
        {
            started.Add(await OpenAsync(each, plan));
        }
        return started;
    }

    /// <summary>
    /// Starts volumes with one commit, as a host does that comes up: those that can, and for the others says why not.
    /// </summary>
    public async Task<(IReadOnlyList<StartedVolume> Started, IReadOnlyList<Refusal> Refusals)> StartAllAsync(
        IReadOnlyList<RecordId> ids, bool leavesUnrecovered)
    {
        List<(RecordId Id, StartPlan Plan)> plans = [];
        List<Refusal> refusals = [];
        Outcome<GroupConfiguration> committed = await core.CommitAsync(configuration =>
        {
            plans.Clear();
            refusals.Clear();
            IReadOnlyList<DiskSite> sites = core.Disks.Sites;
            foreach (RecordId id in ids)
            {
                Outcome<StartPlan> outcome = StartPlan.Of(
                    configuration, id, sites, core.Disks.IsHere, leavesUnrecovered);
                if (outcome.IsDone)
                {
                    configuration = outcome.Value.Configuration;
                    plans.Add((id, outcome.Value));
                }
                else
                {
                    refusals.Add(outcome.Refusal);
                }
            }
            return configuration;
        });
        if (!committed.IsDone)
        {
            return ([], [committed.Refusal]);
        }
        List<StartedVolume> started = [];
        foreach ((RecordId id, StartPlan plan) in plans)
        {
            started.Add(await OpenAsync(id, plan));
        }
        return (started, refusals);
    }

    private static IEnumerable<RecordId> Stopped(GroupConfiguration configuration, RecordId id) =>
        configuration.VolumesBelow(id)
            .Where(below => configuration.Volumes[below].KernelState != VolumeKernelState.Enabled);

    private async Task<StartedVolume> OpenAsync(RecordId id, StartPlan plan)
    {
        OpenedVolume opened = await core.Started.OpenAsync(id, plan.Recovery, formatsLog: plan.MistrustsLog);
        if (plan.MistrustsLog && plan.Resumed.Count > 0 && core.Started.IsLogged(id) == (opened.Device.Log is not null))
        {
            await core.CommitAsync(configuration => configuration.Volumes.TryGetValue(id, out VolumeRecord? volume)
                ? configuration.With(volume with { PUtil0 = "" })
                : configuration);
        }
        return new StartedVolume(id, opened.Device, plan.Recovery, plan.Resumed, opened.Dirty);
    }
}

/// <summary>A volume that was just started and what it needs.</summary>
/// <param name="Id">The volume.</param>
/// <param name="Device">Its device.</param>
/// <param name="Need">What has to be made equal.</param>
/// <param name="Resumed">Plexes that take writes again and whose copy goes on.</param>
/// <param name="Dirty">What the log says may have been written before the stop; null without a log to trust.</param>
internal sealed record StartedVolume(
    RecordId Id,
    VolumeDevice Device,
    RecoveryNeed Need,
    IReadOnlyList<RecordId> Resumed,
    IReadOnlyList<ByteRange>? Dirty);
