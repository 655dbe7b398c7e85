using VolMgr.Proof.Histories;

namespace VolMgr.Proof.Invariants;

/// <summary>What the plexes hold.</summary>
internal static class PlexInvariants
{
    /// <summary>Nothing that an acknowledged mutation took back is stored again.</summary>
    internal sealed class NoResurrection() : Checker(10, "no resurrection")
    {
        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            if (happened is not PlexWritten { HasFailed: false } written
                || state.View.Find(written.Plex) is not { IsEnabled: true })
            {
                return;
            }

            for (int index = 0; index < written.Values.Count; index++)
            {
                int sector = written.First + index;
                if (sector < state.Sectors.Length
                    && state.Sectors.WhoSuperseded(sector, written.Values[index], state.Now) is { } newer)
                {
                    Fail($"sector {sector} of plex {written.Plex} gets {Show(written.Values[index])} after "
                        + $"{Show(newer.Value)} was acknowledged");
                    return;
                }
            }
        }
    }

    /// <summary>Nothing goes outside of a plex, nothing beyond the volume's end, and nothing to another sector than its
    /// own.</summary>
    internal sealed class ExactExtent() : Checker(14, "exact extent")
    {
        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            if (happened is StrayWritten stray)
            {
                Fail($"data of the volume goes to offset {stray.Offset} of LUN {stray.Lun}, which belongs to "
                    + stray.Owner);
            }
            else if (happened is PlexWritten { HasFailed: false } written && state.View.Find(written.Plex) is not null)
            {
                for (int index = 0; index < written.Values.Count; index++)
                {
                    if (written.Values[index] == Stamp.Garbage)
                    {
                        Fail($"sector {written.First + index} of plex {written.Plex} gets something that was not "
                            + "written to it");
                        return;
                    }

                    if (written.First + index < state.Sectors.Length
                        && !state.Sectors.IsKnown(written.First + index, written.Values[index]))
                    {
                        Fail($"sector {written.First + index} of plex {written.Plex} gets "
                            + $"{Show(written.Values[index])}, which is of another volume");
                        return;
                    }
                }
            }
        }
    }

    /// <summary>All plexes get the same bytes of a request, whatever its caller does with the buffer.</summary>
    internal sealed class BufferStability() : Checker(31, "buffer stability")
    {
        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            if (happened is not Answered { IsSuccess: true } || !state.Ending.Request.IsMutation)
            {
                return;
            }

            (Invoked request, long began) = state.Ending;
            PlexLedger[] plexes = [.. state.Readable];
            for (int sector = request.First; plexes.Length > 1 && sector < Math.Min(request.End, state.View.Length);
                sector++)
            {
                PlexLedger? other = Array.Find(plexes, plex => plex.At(sector) != plexes[0].At(sector));
                if (other is not null && !state.Sectors.IsBusy(sector) && !state.Sectors.HasFailedSince(sector, began))
                {
                    Fail($"after {Show(request.Value)} sector {sector} is {Show(plexes[0].At(sector))} on plex "
                        + $"{plexes[0].Name} and {Show(other.At(sector))} on plex {other.Name}");
                    return;
                }
            }
        }
    }

    /// <summary>Two mutations of a sector land in one order on all plexes.</summary>
    internal sealed class SameOrder() : Checker(32, "same order on all plexes")
    {
        private readonly Dictionary<(string Plex, int Sector), List<long>> orders = [];

        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            if (happened is Crashed)
            {
                orders.Clear();
            }
            else if (happened is PlexContent content)
            {
                foreach ((string Plex, int Sector) key in orders.Keys.Where(key => key.Plex == content.Plex).ToList())
                {
                    orders.Remove(key);
                }
            }
            else if (happened is PlexWritten { HasFailed: false } written
                && state.View.Find(written.Plex) is { IsReadable: true })
            {
                for (int index = 0; index < written.Values.Count; index++)
                {
                    Land(state, written.Plex, written.First + index, written.Values[index]);
                }
            }
        }

        private void Land(HistoryState state, string plex, int sector, long value)
        {
            if (value <= Stamp.Zero)
            {
                return; // zeroes are not told from one another
            }

            if (!orders.TryGetValue((plex, sector), out List<long>? order))
            {
                orders.Add((plex, sector), order = []);
            }

            if (order.Count > 0 && order[^1] == value)
            {
                return;
            }

            foreach (PlexLedger other in state.Readable.Where(other => other.Name != plex))
            {
                if (orders.TryGetValue((other.Name, sector), out List<long>? theirs)
                    && theirs.IndexOf(value) is >= 0 and var at
                    && order.Exists(earlier => theirs.IndexOf(earlier) > at))
                {
                    Fail($"sector {sector}: {Show(value)} lands last on plex {plex} and earlier on plex {other.Name}");
                }
            }

            order.Add(value);
            if (order.Count > 8)
            {
                order.RemoveAt(0);
            }
        }
    }
}
