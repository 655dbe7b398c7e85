using VolMgr.Proof.Histories;

namespace VolMgr.Proof.Invariants;

/// <summary>What a copy may do.</summary>
internal static class CopyInvariants
{
    /// <summary>After an abort the plex is neither written nor read any more, and who attaches it again copies
    /// everything.</summary>
    internal sealed class AbortIsNeutral() : Checker(11, "abort neutrality")
    {
        private readonly HashSet<string> aborted = new(StringComparer.Ordinal);
        private readonly HashSet<string> again = new(StringComparer.Ordinal);

        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            // one that is still attaching was stopped before it was aborted, and goes on at the next start
            if (happened is CopyEnded { Ending: CopyEnding.Aborted } ended
                && state.View.Find(ended.Plex) is not { IsAttaching: true })
            {
                aborted.Add(ended.Plex);
                again.Add(ended.Plex);
            }
            else if (happened is CopyBegan began && again.Remove(began.Plex) && began.Claimed.Count > 0
                && state.View.Find(began.Plex) is not { IsTracked: true })
            {
                Fail($"the attach of plex {began.Plex} was aborted, and the next one copies only a part of it");
            }
            else if (happened is PlexWritten written && aborted.Contains(written.Plex)
                && state.View.Find(written.Plex) is not { IsEnabled: true })
            {
                Fail($"plex {written.Plex} is written at sector {written.First} after its attach was aborted");
            }
            else if (happened is PlexRead read && aborted.Contains(read.Plex)
                && state.View.Find(read.Plex) is not { IsEnabled: true })
            {
                Fail($"plex {read.Plex} is read at sector {read.First} after its attach was aborted");
            }
            else if (happened is Committed or Crashed)
            {
                aborted.RemoveWhere(plex => happened is Crashed || state.View.Find(plex) is { IsEnabled: true });
            }
        }
    }

    /// <summary>Progress grows, stays within the work, and is complete only when the plex is readable.</summary>
    internal sealed class HonestProgress() : Checker(21, "honest progress")
    {
        private readonly Dictionary<int, long> done = [];

        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            if (happened is CopyProgressed progress)
            {
                if (progress.Done < done.GetValueOrDefault(progress.Copy) || progress.Done > progress.Total)
                {
                    Fail($"copy {progress.Copy} tells {progress.Done} of {progress.Total} after "
                        + $"{done.GetValueOrDefault(progress.Copy)}");
                }

                done[progress.Copy] = progress.Done;
            }
            else if (happened is CopyEnded { Ending: CopyEnding.Completed } ended
                && state.View.Find(ended.Plex) is { IsAttaching: true, IsReadable: false })
            {
                Fail($"copy {ended.Copy} is called complete while plex {ended.Plex} is not readable");
            }
        }
    }

    /// <summary>A copy brings each sector to the target once, and to one whose misses are in a map only these.
    /// </summary>
    internal sealed class BoundedWork() : Checker(22, "bounded work")
    {
        private readonly Dictionary<int, HashSet<int>> marked = [];
        private readonly Dictionary<string, DetachMarks> missed = new(StringComparer.Ordinal);

        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            if (happened is CopyBegan began)
            {
                marked[began.Copy] = [.. began.Claimed.SelectMany(claim => Enumerable.Range(claim.First, claim.Count))];
                if (state.View.Find(began.Plex) is { IsTracked: true }
                    && missed.TryGetValue(began.Plex, out DetachMarks? map))
                {
                    CompareMissed(state, began, map);
                }
            }
            else if (happened is DetachMarks marks)
            {
                missed[marks.Plex] = marks;
            }
            else if (happened is CopyHeld hold && marked.TryGetValue(hold.Copy, out HashSet<int>? done)
                && Enumerable.Range(hold.First, hold.Count).FirstOrDefault(done.Contains, -1) is >= 0 and var again)
            {
                Fail($"copy {hold.Copy} takes sector {again} up again, which it has marked");
            }
            else if (happened is CopyMarked mark && marked.TryGetValue(mark.Copy, out HashSet<int>? sectors))
            {
                for (int sector = mark.First; sector < mark.First + mark.Count; sector++)
                {
                    if (!sectors.Add(sector))
                    {
                        Fail($"copy {mark.Copy} brings sector {sector} to its target twice");
                        return;
                    }
                }
            }
        }

        private void CompareMissed(HistoryState state, CopyBegan began, DetachMarks map)
        {
            // who writes just now may have a mark that is not yet durable
            HashSet<int> regions = [.. map.Regions.Concat(Enumerable.Range(0, state.View.Length)
                .Where(state.Sectors.IsBusy).Select(sector => sector / map.RegionSize))];
            int needless = Enumerable.Range(0, state.View.Length).FirstOrDefault(
                sector => !regions.Contains(sector / map.RegionSize) && !marked[began.Copy].Contains(sector), -1);
            if (needless >= 0)
            {
                Fail($"copy {began.Copy} brings sector {needless} to plex {began.Plex}, which did not miss it");
            }
        }
    }

    /// <summary>A copy has no more ranges in work than it may, none of them with more data than a step, and gives each
    /// of them back once.</summary>
    internal sealed class BoundedMemory() : Checker(25, "bounded memory")
    {
        private readonly Dictionary<int, (int Workers, int Step, string Plex)> limits = [];
        private readonly Dictionary<int, int> held = [];

        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            switch (happened)
            {
                case CopyBegan began:
                    limits[began.Copy] = (began.Workers, began.Step, began.Plex);
                    break;
                case CopyHeld hold when limits.TryGetValue(hold.Copy, out (int Workers, int, string) limit):
                    held[hold.Copy] = held.GetValueOrDefault(hold.Copy) + 1;
                    if (held[hold.Copy] > limit.Workers)
                    {
                        Fail($"copy {hold.Copy} has {held[hold.Copy]} ranges in work; it may have {limit.Workers}");
                    }

                    break;
                case CopyMarked { Count: > 0 } mark
                    when limits.TryGetValue(mark.Copy, out (int, int Step, string Plex) copy) && copy.Step > 0:
                    PlexLedger target = state.Plex(copy.Plex);
                    int data = Enumerable.Range(mark.First, mark.Count)
                        .Count(sector => target.At(sector) != Stamp.Zero);
                    if (data > copy.Step)
                    {
                        Fail($"copy {mark.Copy} had {data} sectors in memory at once; it may have {copy.Step}");
                    }

                    break;
                case AtRest when held.FirstOrDefault(copy => copy.Value > 0) is { Value: > 0 } kept:
                    Fail($"at rest copy {kept.Key} has {kept.Value} ranges in work");
                    break;
                case Crashed:
                    held.Clear();
                    limits.Clear();
                    break;
                case CopyReleased released when limits.ContainsKey(released.Copy):
                    held[released.Copy] = held.GetValueOrDefault(released.Copy) - 1;
                    if (held[released.Copy] < 0)
                    {
                        Fail($"copy {released.Copy} gives a range back that it does not have");
                    }

                    break;
            }
        }
    }

    /// <summary>What one copy marks changes the map of no other.</summary>
    internal sealed class TrackersAreIndependent() : Checker(28, "tracker independence")
    {
        private readonly Dictionary<int, HashSet<int>> own = [];

        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            if (happened is CopyBegan began)
            {
                own[began.Copy] = [.. began.Claimed.SelectMany(claim => Enumerable.Range(claim.First, claim.Count))];
            }
            else if (happened is CopyMarked mark && own.TryGetValue(mark.Copy, out HashSet<int>? sectors))
            {
                sectors.UnionWith(Enumerable.Range(mark.First, mark.Count));
                if (sectors.Count != mark.Total)
                {
                    Fail($"copy {mark.Copy} has marked {sectors.Count} sectors; its map says {mark.Total}");
                }
            }
        }
    }

    /// <summary>What a copy takes over from before a restart is really on its target; a record without its plex begins
    /// no copy.</summary>
    internal sealed class RestartIsSound() : Checker(29, "restart soundness")
    {
        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            if (happened is not CopyBegan began)
            {
                return;
            }

            // one that has failed meanwhile is out; its copy finds that out by itself
            if (state.View.Plexes.Count > 0 && state.View.Find(began.Plex) is null or { IsReadable: true })
            {
                Fail($"copy {began.Copy} begins for plex {began.Plex}, which is not to be copied to");
            }

            PlexLedger target = state.Plex(began.Plex);
            foreach ((int first, int count) in began.Claimed)
            {
                for (int sector = first; sector < first + count; sector++)
                {
                    if (state.Readable.Any() && !state.Sectors.IsBusy(sector)
                        && state.Readable.All(plex => plex.At(sector) != target.At(sector)))
                    {
                        Fail($"copy {began.Copy} goes on behind sector {sector}, which is {Show(target.At(sector))} on "
                            + $"plex {began.Plex}");
                        return;
                    }
                }
            }
        }
    }
}
