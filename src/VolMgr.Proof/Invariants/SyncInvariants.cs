using VolMgr.Proof.Histories;

namespace VolMgr.Proof.Invariants;

/// <summary>What is in sync, and what follows from it.</summary>
internal static class SyncInvariants
{
    /// <summary>Only plexes that are in sync are read, from the beginning of the read to its end; none becomes readable
    /// before everything is on it.</summary>
    internal sealed class NothingUnsynced() : Checker(2, "no read and no promotion of unsynced bytes")
    {
        private readonly Dictionary<string, int> copies = new(StringComparer.Ordinal);
        private readonly Dictionary<int, HashSet<int>> marked = [];
        private readonly Dictionary<(long Read, string Plex, int First), long> begun = [];
        private HashSet<string> attaching = new(StringComparer.Ordinal);

        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            switch (happened)
            {
                case PlexRead read when state.View.Find(read.Plex) is { IsAttaching: true, IsReadable: false }:
                    Fail($"plex {read.Plex} is read at sector {read.First} while it is being attached");
                    break;
                case PlexRead { Read: > 0 } read:
                    begun[(read.Read, read.Plex, read.First)] = state.Now;
                    break;
                case PlexReadEnded ended when begun.Remove((ended.Read, ended.Plex, ended.First), out long when):
                    LookAtServed(state, ended, when);
                    break;
                case CopyBegan began:
                    copies[began.Plex] = began.Copy;
                    marked[began.Copy] =
                        [.. began.Claimed.SelectMany(claim => Enumerable.Range(claim.First, claim.Count))];
                    break;
                case CopyMarked mark when marked.TryGetValue(mark.Copy, out HashSet<int>? done):
                    done.UnionWith(Enumerable.Range(mark.First, mark.Count));
                    break;
                case Committed committed:
                    Promote(committed.View);
                    break;
                case Crashed:
                    begun.Clear();
                    copies.Clear();
                    attaching.Clear();
                    break;
            }
        }

        /// <summary>What a plex gave may not be what had been taken back before it was asked. One that has just left
        /// may still be asked by who began before, under a lock of the range.</summary>
        private void LookAtServed(HistoryState state, PlexReadEnded ended, long began)
        {
            PlexLedger plex = state.Plex(ended.Plex);
            for (int sector = ended.First; sector < Math.Min(ended.First + ended.Count, state.Sectors.Length); sector++)
            {
                if (state.Sectors.WhoSuperseded(sector, plex.At(sector), began) is { } newer)
                {
                    Fail($"plex {plex.Name} serves a read of sector {sector} with {Show(plex.At(sector))}; "
                        + $"{Show(newer.Value)} had been acknowledged before");
                    return;
                }
            }
        }

        private void Promote(ConfigurationView view)
        {
            foreach (PlexView plex in view.Plexes.Where(plex => plex.IsReadable && attaching.Contains(plex.Name)))
            {
                int done = copies.TryGetValue(plex.Name, out int copy) ? marked[copy].Count : 0;
                if (done < view.Length)
                {
                    Fail($"plex {plex.Name} becomes readable with {view.Length - done} sectors not copied");
                }
            }

            attaching = [.. view.Plexes.Where(plex => plex.IsAttaching).Select(plex => plex.Name)];
        }
    }

    /// <summary>At rest all readable plexes hold the same, and nothing that the model does not allow. While a copy
    /// runs, its target holds what readable plexes hold wherever it is marked; that is looked at now and then.
    /// </summary>
    internal sealed class QuiescentIdentity() : Checker(3, "quiescent identity")
    {
        /// <summary>Marks of a copy between two looks at all it has marked.</summary>
        private const int LookEvery = 16;

        private readonly Dictionary<int, (string Plex, HashSet<int> Sectors, int Marks)> running = [];

        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            switch (happened)
            {
                case CopyBegan began:
                    running[began.Copy] = (began.Plex,
                        [.. began.Claimed.SelectMany(claim => Enumerable.Range(claim.First, claim.Count))], 0);
                    break;
                case CopyMarked { Count: > 0 } mark when running.TryGetValue(mark.Copy, out var copy):
                    copy.Sectors.UnionWith(Enumerable.Range(mark.First, mark.Count));
                    running[mark.Copy] = copy with { Marks = copy.Marks + 1 };
                    if (copy.Marks % LookEvery == LookEvery - 1)
                    {
                        CompareMarked(state, copy.Plex, copy.Sectors);
                    }

                    break;
                case CopyEnded ended:
                    running.Remove(ended.Copy);
                    break;
                case Crashed:
                    running.Clear();
                    break;
                case AtRest rest:
                    Compare(rest, state);
                    break;
            }
        }

        private void CompareMarked(HistoryState state, string target, HashSet<int> sectors)
        {
            PlexLedger[] readable = [.. state.Readable];
            PlexLedger plex = state.Plex(target);
            if (readable.Length == 0 || state.View.Find(target) is not { IsAttaching: true })
            {
                return;
            }

            foreach (int sector in sectors)
            {
                if (sector < state.View.Length && !state.Sectors.IsInDoubt(sector)
                    && Array.TrueForAll(readable, source => source.At(sector) != plex.At(sector)))
                {
                    Fail($"sector {sector} was marked as copied and is {Show(plex.At(sector))} on plex {target}, and "
                        + $"{Show(readable[0].At(sector))} on plex {readable[0].Name}");
                    return;
                }
            }
        }

        private void Compare(AtRest rest, HistoryState state)
        {
            (string Name, IReadOnlyList<long> Values)[] plexes =
                [.. rest.Plexes.Where(plex => state.View.Find(plex.Key) is { IsReadable: true })
                    .Select(plex => (plex.Key, plex.Value))];
            foreach ((string name, IReadOnlyList<long> values) in plexes)
            {
                for (int sector = 0; sector < state.View.Length; sector++)
                {
                    if (values[sector] != plexes[0].Values[sector])
                    {
                        Fail($"sector {sector} is {Show(plexes[0].Values[sector])} on plex {plexes[0].Name} and "
                            + $"{Show(values[sector])} on plex {name}");
                    }

                    if (!state.Sectors.IsKnown(sector, values[sector])
                        || state.Sectors.WhoSuperseded(sector, values[sector], state.Now) is not null)
                    {
                        Fail($"sector {sector} of plex {name} is {Show(values[sector])}, which it may not be");
                    }
                }
            }
        }
    }
}
