using VolMgr.Proof.Histories;
using VolMgr.Simulation;

namespace VolMgr.Proof.Invariants;

/// <summary>Errors, ends, and what is left behind.</summary>
internal static class ErrorInvariants
{
    /// <summary>A request that was acknowledged is whole on at least one readable plex: an error of a part is not
    /// forgotten over the success of another.</summary>
    internal sealed class FirstErrorSticks() : Checker(18, "first error sticks")
    {
        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            if (happened is Answered { IsSuccess: true } && state.Ending.Request.IsMutation && state.Readable.Any())
            {
                Invoked request = state.Ending.Request;
                bool isWhole = state.Readable.Any(plex => Enumerable
                    .Range(request.First, Math.Min(request.End, state.View.Length) - request.First)
                    .All(sector => plex.At(sector) == request.Value || state.Sectors.IsBusy(sector)
                        || state.Sectors.WhoSuperseded(sector, plex.At(sector), state.Now + 1) is null));
                if (!isWhole)
                {
                    Fail($"{Show(request.Value)} is acknowledged and whole on no readable plex");
                }
            }
        }
    }

    /// <summary>Everything ends: no request is open at rest, nobody waits in a circle, nobody is stuck.</summary>
    internal sealed class Liveness() : Checker(23, "liveness")
    {
        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            if (happened is AtRest && state.Open.Count > 0)
            {
                Invoked request = state.Open.Values.First().Request;
                Fail($"at rest {request.Kind} of sector {request.First} has no answer");
            }
            else if (happened is Stuck stuck)
            {
                IReadOnlyList<WaitEdge> circle = stuck.Waits?.FindCycle() ?? [];
                Fail(circle.Count > 0 ? $"a circle of waits: {string.Join("; ", circle)}" : stuck.Who);
            }
        }
    }

    /// <summary>A plex that has left gets nothing any more, however late.</summary>
    internal sealed class NoGhosts() : Checker(30, "no ghost input and output")
    {
        private readonly HashSet<string> known = new(StringComparer.Ordinal);

        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            if (happened is Committed committed)
            {
                known.UnionWith(committed.View.Plexes.Select(plex => plex.Name));
            }
            else if (happened is PlexWritten written && known.Contains(written.Plex)
                && state.View.Find(written.Plex) is null)
            {
                Fail($"plex {written.Plex} is written at sector {written.First} although it has left the volume");
            }
        }
    }

    /// <summary>At rest the gate is open, nothing is locked and no task runs, no plex is left half attached; and what
    /// administrators set is what they set.</summary>
    internal sealed class GateIsRestored() : Checker(33, "gate and mode restoration")
    {
        private readonly HashSet<string> settings = new(StringComparer.Ordinal);
        private int asked;

        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            if (happened is AtRest rest && (rest.IsFrozen || rest.Locks > 0))
            {
                Fail($"at rest the gate is {(rest.IsFrozen ? "closed" : "open")} and {rest.Locks} ranges are locked");
            }
            else if (happened is AtRest { Tasks: > 0 } busy)
            {
                Fail($"at rest {busy.Tasks} tasks of the volume run");
            }
            else if (happened is AtRest && state.View.Locked.Count > 0)
            {
                Fail($"at rest the records of {string.Join(", ", state.View.Locked)} are locked");
            }
            else if (happened is Committed or Booted && state.View.Length > 0)
            {
                if (settings.Add(state.View.Settings) && settings.Count > 1 && --asked < 0)
                {
                    Fail($"the volume has {state.View.Settings}; nobody asked for that");
                }
            }
            else if (happened is SettingsAsked)
            {
                asked++;
            }
            else if (happened is AtRest && state.View.Plexes.FirstOrDefault(plex => plex.IsAttaching) is { } left)
            {
                Fail($"at rest plex {left.Name} still takes writes only, and nobody copies to it");
            }
        }
    }

    /// <summary>Counts are what is counted: nothing in flight at rest, as many dirty regions as bits in memory, none of
    /// them without its bit on the media, no bit behind the last region.</summary>
    internal sealed class Accounting() : Checker(34, "accounting")
    {
        private int bits;

        public override void Observe(HistoryEvent happened, HistoryState state)
        {
            if (happened is DirtyRegions dirty)
            {
                bits = dirty.Regions.Count;
                if (dirty.Padding > 0)
                {
                    Fail($"{dirty.Padding} bits of the log are set behind its last region");
                }
            }
            else if (happened is AtRest rest)
            {
                if (rest.InFlight != 0)
                {
                    Fail($"at rest {rest.InFlight} requests count as in flight");
                }

                if (rest.BusyRegions != 0)
                {
                    Fail($"at rest the log holds {rest.BusyRegions} regions for in use");
                }

                // fewer than on the media: those are being cleared just now
                if (rest.DirtyCount is { } count && (count != rest.DirtyBits || count > bits))
                {
                    Fail($"the log counts {count} dirty regions; {rest.DirtyBits} bits are set in memory and {bits} "
                        + "on the media");
                }
            }
        }
    }
}
