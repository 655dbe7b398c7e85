using VolMgr.Proof.Histories;

namespace VolMgr.Proof.Invariants;

/// <summary>What a crash may not take.</summary>
internal static class DurabilityInvariants
{
    /// <summary>Where readable plexes differ, a durable bit of the log says so.</summary>
    internal sealed class DirtyBeforeDivergence() : Checker(5, "dirty before divergence")
    {
        private DirtyRegions? log;

        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            if (happened is DirtyRegions dirty)
            {
                log = dirty;
            }
            else if (happened is PlexWritten { HasFailed: false } written && log is { } known && state.View.HasLog
                && state.View.Find(written.Plex) is { IsReadable: true })
            {
                for (int index = 0; index < written.Values.Count; index++)
                {
                    int sector = written.First + index;
                    if (!known.Regions.Contains(sector / known.RegionSize)
                        && state.Readable.Any(plex => plex.At(sector) != written.Values[index]))
                    {
                        Fail($"sector {sector} differs between plexes while no durable bit covers it");
                        return;
                    }
                }
            }
        }
    }

    /// <summary>A bit goes only when what it stands for is the same everywhere: on source and target for a copy,
    /// durably on all readable plexes for the log.</summary>
    internal sealed class ClearOnlyWhenClean() : Checker(6, "clear only when clean")
    {
        private readonly Dictionary<int, string> targets = [];
        private IReadOnlyCollection<int> dirty = [];

        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            switch (happened)
            {
                case CopyBegan began:
                    targets[began.Copy] = began.Plex;
                    break;
                case CopyMarked marked when targets.TryGetValue(marked.Copy, out string? target):
                    CompareTarget(state, marked, state.Plex(target));
                    break;
                case DirtyRegions log:
                    foreach (int region in dirty.Where(region => !log.Regions.Contains(region)))
                    {
                        CompareDurable(state, region * log.RegionSize, log.RegionSize);
                    }

                    dirty = log.Regions;
                    break;
                case Crashed:
                    dirty = [];
                    break;
            }
        }

        private void CompareTarget(HistoryState state, CopyMarked marked, PlexLedger target)
        {
            for (int sector = marked.First; sector < marked.First + marked.Count; sector++)
            {
                if (state.Readable.Any() && state.Readable.All(plex => plex.At(sector) != target.At(sector)))
                {
                    Fail($"sector {sector} is marked as copied and is {Show(target.At(sector))} on plex {target.Name}");
                    return;
                }
            }
        }

        private void CompareDurable(HistoryState state, int first, int count)
        {
            PlexLedger[] plexes = [.. state.Readable];
            for (int sector = first; sector < Math.Min(first + count, state.View.Length); sector++)
            {
                PlexLedger? other = Array.Find(plexes, plex => plex.DurableAt(sector) != plexes[0].DurableAt(sector));
                if (other is not null && !state.Sectors.IsBusy(sector))
                {
                    Fail($"the log calls the region of sector {sector} clean; durably it is "
                        + $"{Show(plexes[0].DurableAt(sector))} on plex {plexes[0].Name} and "
                        + $"{Show(other.DurableAt(sector))} on plex {other.Name}");
                    return;
                }
            }
        }
    }

    /// <summary>After a flush everything that was acknowledged before it is durable on every readable plex, and no
    /// crash takes it.</summary>
    internal sealed class FlushDurability() : Checker(7, "flush durability")
    {
        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            if (happened is Answered { IsSuccess: true, Values.Count: > 0 } read)
            {
                LookAfterCrash(state, read);
            }
            else if (happened is Answered { IsSuccess: true }
                && (state.Ending.Request.Kind == RequestKind.Flush || state.Ending.Request.IsForced))
            {
                foreach (PlexLedger plex in state.Readable)
                {
                    Compare(state, plex);
                }
            }
        }

        private void LookAfterCrash(HistoryState state, Answered read)
        {
            (Invoked request, long began) = state.Ending;
            for (int index = 0; index < read.Values.Count; index++)
            {
                int sector = request.First + index;
                if (state.Sectors.WhoSuperseded(sector, read.Values[index], began) is { IsDurable: true } newer
                    && newer.End < state.LastCrash)
                {
                    Fail($"sector {sector} shows {Show(read.Values[index])}; {Show(newer.Value)} was flushed and is "
                        + "gone");
                }
            }
        }

        private void Compare(HistoryState state, PlexLedger plex)
        {
            (Invoked request, long began) = state.Ending;
            bool isFlush = request.Kind == RequestKind.Flush;
            int first = isFlush ? 0 : request.First;
            int end = isFlush ? state.View.Length : Math.Min(request.End, state.View.Length);
            for (int sector = first; sector < end; sector++)
            {
                long value = plex.DurableAt(sector);
                if (value != plex.At(sector)
                    && state.Sectors.WhoSuperseded(sector, value, isFlush ? began : state.Now) is { } newer)
                {
                    Fail($"the flush is acknowledged, and sector {sector} of plex {plex.Name} is durably still "
                        + $"{Show(value)} instead of {Show(newer.Value)}");
                    return;
                }
            }
        }
    }

    /// <summary>A write that a plex missed is acknowledged only when the plex is durably out.</summary>
    internal sealed class RecordedBeforeAcknowledged() : Checker(19, "failure recorded before acknowledge")
    {
        private readonly List<(PlexWriteFailed Failure, long When)> failures = [];

        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            if (happened is PlexWriteFailed failed)
            {
                failures.Add((failed, state.Now));
            }
            else if (happened is PlexContent or Crashed)
            {
                failures.Clear();
            }
            else if (happened is Committed)
            {
                // once it has been out durably, whoever takes it in again copies what it missed
                failures.RemoveAll(known => state.View.Find(known.Failure.Plex) is not { IsEnabled: true });
            }
            else if (happened is Answered { IsSuccess: true } && state.Ending.Request.IsMutation)
            {
                (Invoked request, long began) = state.Ending;
                foreach ((PlexWriteFailed failure, long when) in failures)
                {
                    if (when > began && request.Overlaps(failure.First, failure.Count)
                        && state.View.Find(failure.Plex) is { IsEnabled: true }
                        && HasMissed(state, failure, request))
                    {
                        Fail($"{Show(request.Value)} is acknowledged; plex {failure.Plex} failed it and is durably in");
                    }
                }
            }
        }

        private static bool HasMissed(HistoryState state, PlexWriteFailed failure, Invoked request)
        {
            PlexLedger plex = state.Plex(failure.Plex);
            int first = Math.Max(request.First, failure.First);
            int end = Math.Min(request.End, failure.First + failure.Count);
            return Enumerable.Range(first, end - first).Any(
                sector => plex.At(sector) != request.Value && !state.Sectors.IsBusy(sector)
                    && state.Sectors.WhoSuperseded(sector, plex.At(sector), state.Now + 1) is not null);
        }
    }

    /// <summary>After a flush that failed the next one is really done, or the plex is out.</summary>
    internal sealed class FailedFlushKeepsDebt() : Checker(20, "a failed flush keeps the debt")
    {
        private readonly HashSet<string> indebted = new(StringComparer.Ordinal);

        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            if (happened is FlushEnded ended)
            {
                _ = ended.IsSuccess ? indebted.Remove(ended.Lun) : indebted.Add(ended.Lun);
            }
            else if (happened is Crashed)
            {
                indebted.Clear();
            }
            else if (happened is Answered { IsSuccess: true } && state.Ending.Request.Kind == RequestKind.Flush)
            {
                foreach (string lun in indebted)
                {
                    PlexLedger? plex = state.Readable.FirstOrDefault(plex => plex.Unflushed(lun).Exists(
                        debt => plex.DurableAt(debt.Sector) != debt.Value && state.Sectors.WhoSuperseded(
                            debt.Sector, plex.DurableAt(debt.Sector), state.Ending.Start) is not null));
                    if (plex is not null)
                    {
                        Fail($"LUN {lun} failed its flush and was not flushed since; plex {plex.Name} is in, and a "
                            + "flush is acknowledged");
                    }
                }
            }
        }
    }

    /// <summary>Of the configuration a whole copy is left at every crash, and the newest one is taken.</summary>
    internal sealed class MetadataAtomicity() : Checker(35, "metadata atomicity")
    {
        private long newest;

        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            if (happened is Committed committed)
            {
                newest = Math.Max(newest, committed.View.Generation);
            }
            else if (happened is Booted booted)
            {
                if (booted.ValidCopies == 0)
                {
                    Fail("after the crash no copy of the configuration is whole");
                }

                if (booted.View.Generation < newest)
                {
                    Fail($"after the crash generation {booted.View.Generation} is taken; {newest} was durable");
                }
            }
        }
    }
}
