using VolMgr.Proof.Histories;
using VolMgr.Simulation;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Resync;

namespace VolMgr.Proof;

/// <summary>The engine as it is, held now and then at its named steps, so that rare interleavings become
/// frequent, and watched there.</summary>
internal class JitteredSteps(Simulator simulator) : DataPathSteps
{
    private readonly Random random = new(simulator.NewSeed());
    private readonly SortedDictionary<DataPathStep, long> hits = [];
    private HistoryFeeds? feed;
    private bool holdsEverywhere;

    /// <summary>How often each step was reached.</summary>
    public IReadOnlyDictionary<DataPathStep, long> Hits => hits;

    /// <summary>The closed world.</summary>
    protected Simulator Simulator => simulator;

    /// <inheritdoc/>
    public override ValueTask ReachedAsync(DataPathStep step, long offset, long length)
    {
        Note(step);
        // cases from before the later steps had names are the same runs as ever
        bool holds = holdsEverywhere || step <= DataPathStep.Published;
        return holds && random.Next(4) == 0 ? new ValueTask(HoldAsync(3000)) : default;
    }

    /// <summary>From now on what is seen here is told to the lab's history.</summary>
    public void Watch(SimulatedLab lab, bool everywhere)
    {
        feed = lab.Feeds;
        holdsEverywhere = everywhere;
    }

    /// <inheritdoc/>
    public override void CommitBegins(GroupConfiguration next) => feed?.CommitBegins(next);

    /// <inheritdoc/>
    public override void CopyStarts(PlexCopyOptions options, CopyMap map) => feed?.CopyStarts(options, map);

    /// <inheritdoc/>
    public override void CopyBegins(CopyMap map, ByteRange range) => feed?.CopyBegins(map, range);

    /// <inheritdoc/>
    public override void CopyEnds(CopyMap map, ByteRange range) => feed?.CopyEnded(map, range);

    /// <inheritdoc/>
    public override void MarkCopied(CopyMap map, ByteRange range)
    {
        base.MarkCopied(map, range);
        feed?.Copied(map, range);
    }

    /// <summary>A step was reached.</summary>
    protected void Note(DataPathStep step) => hits[step] = hits.GetValueOrDefault(step) + 1;

    /// <summary>Lets a random time pass, up to so many microseconds.</summary>
    protected Task HoldAsync(int longest) => simulator.Engine.DelayAsync(
        TimeSpan.FromMicroseconds(random.Next(longest)), CancellationToken.None);
}
