using VolMgr.Proof.Histories;

namespace VolMgr.Proof.Invariants;

/// <summary>What a client may be shown.</summary>
internal static class ReadInvariants
{
    /// <summary>A read shows no value that another one had taken back before the read began, and no value that an
    /// earlier read had already passed.</summary>
    internal sealed class LinearizableReads() : Checker(1, "linearizable reads")
    {
        /// <summary>The last read of each sector; one that ended at 0 is none.</summary>
        private (long Began, long Ended, long Value)[] seen = [];

        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            if (happened is Crashed)
            {
                Array.Clear(seen);
            }
            else if (happened is Answered { IsSuccess: true, Values.Count: > 0 } read)
            {
                (Invoked request, long began) = state.Ending;
                if (request.End > seen.Length)
                {
                    Array.Resize(ref seen, Math.Max(request.End, state.View.Length));
                }

                for (int index = 0; index < read.Values.Count; index++)
                {
                    Look(state, request.First + index, read.Values[index], began);
                }
            }
        }

        private void Look(HistoryState state, int sector, long value, long began)
        {
            if (state.Sectors.WhoSuperseded(sector, value, began) is { } newer && newer.End > state.LastCrash)
            {
                Fail($"sector {sector} shows {Show(value)}, which {Show(newer.Value)} had taken back before the read");
            }

            (_, long ended, long last) = seen[sector];
            if (ended > 0 && ended < began
                && state.Sectors.WhenEnded(sector, value) < state.Sectors.WhenIssued(sector, last))
            {
                Fail($"sector {sector} shows {Show(value)} after an earlier read had shown {Show(last)}");
            }

            seen[sector] = (began, state.Now, value);
        }
    }

    /// <summary>Each sector shows a value that somebody wrote there: no garbage, no poison, nothing from elsewhere.
    /// </summary>
    internal sealed class OldOrNew() : Checker(8, "old or new after a crash")
    {
        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            if (happened is Answered { IsSuccess: true, Values.Count: > 0 } read)
            {
                for (int index = 0; index < read.Values.Count; index++)
                {
                    int sector = state.Ending.Request.First + index;
                    if (!state.Sectors.IsKnown(sector, read.Values[index]))
                    {
                        Fail($"sector {sector} shows {Show(read.Values[index])}, which nobody wrote there");
                    }
                }
            }
        }
    }

    /// <summary>What the first read after a crash shows of a sector stays so, through further crashes, until somebody
    /// writes.</summary>
    internal sealed class ReadStability() : Checker(9, "read stability")
    {
        private readonly Dictionary<int, long> decided = [];
        private readonly Dictionary<int, long> lastMutation = [];

        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            if (happened is Invoked { IsMutation: true } mutation)
            {
                for (int sector = mutation.First; sector < mutation.End; sector++)
                {
                    decided.Remove(sector);
                    lastMutation[sector] = state.Now;
                }
            }
            else if (happened is Committed or Booted)
            {
                // what a shrink cut off and a growth brought back is new
                foreach (int gone in decided.Keys.Where(sector => sector >= state.View.Length).ToArray())
                {
                    decided.Remove(gone);
                }
            }
            else if (happened is Answered { IsSuccess: true, Values.Count: > 0 } read && state.LastCrash >= 0)
            {
                for (int index = 0; index < read.Values.Count; index++)
                {
                    Look(state.Ending.Request.First + index, read.Values[index], state.LastCrash);
                }
            }
        }

        private void Look(int sector, long value, long crash)
        {
            if (decided.TryGetValue(sector, out long first))
            {
                if (first != value)
                {
                    Fail($"sector {sector} shows {Show(value)}; a read after the crash had shown {Show(first)}, and "
                        + "nobody wrote since");
                }
            }
            else if (lastMutation.GetValueOrDefault(sector) < crash)
            {
                decided[sector] = value;
            }
        }
    }

    /// <summary>What was zeroed or discarded, and not written since, reads as zeroes.</summary>
    internal sealed class ZeroMeansZero() : Checker(16, "discard and zero")
    {
        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            if (happened is Answered { IsSuccess: true, Values.Count: > 0 } read)
            {
                (Invoked request, long began) = state.Ending;
                for (int index = 0; index < read.Values.Count; index++)
                {
                    if (read.Values[index] != Stamp.Zero && state.Sectors.IsZeroed(request.First + index, began))
                    {
                        Fail($"sector {request.First + index} was zeroed and shows {Show(read.Values[index])}");
                    }
                }
            }
        }
    }
}
