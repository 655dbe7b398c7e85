using VolMgr.Proof.Histories;

namespace VolMgr.Proof.Invariants;

/// <summary>
/// An error stays where it is: a request fails only where a plex that it needs is broken, and only such a plex is given
/// up; what could not be read or written does not count as copied; what is called done is done.
/// </summary>
internal sealed class ErrorConfinement() : Checker(17, "error confinement, no false success")
{
    private readonly Dictionary<string, SortedSet<int>> failed = new(StringComparer.Ordinal);
    private readonly HashSet<int> unread = [];

    /// <summary>When a copy took each sector into work, and when a disk last answered with its data.</summary>
    private readonly Dictionary<int, (long Held, long Read)> turns = [];
    private readonly Dictionary<int, long> begun = [];

    /// <summary>LUNs and arrays that have failed since the last rest.</summary>
    private readonly HashSet<string> blamed = new(StringComparer.Ordinal);
    private HashSet<string> attaching = new(StringComparer.Ordinal);
    private HashSet<string> readable = new(StringComparer.Ordinal);
    private bool isBroken;
    private long lastBroken = -1;
    private long lastOfHost = -1;

    public override void Observe(HistoryEvent happened, HistoryState state)
    {
        switch (happened)
        {
            case FaultBegan or FaultsEnded or AtRest or Crashed:
                TakeFault(happened, state.Now);
                break;
            case Answered { IsSuccess: false }:
                LookAtFailed(state);
                break;
            case PlexWriteFailed failure:
                Of(failure.Plex).UnionWith(Enumerable.Range(failure.First, failure.Count));
                break;
            case PlexReadFailed or PlexReadEnded or CopyHeld or CopyMarked:
                LookAtSource(happened, state);
                break;
            case PlexWritten written:
                TakeWritten(written, state);
                break;
            case PlexContent content:
                failed.Remove(content.Plex);
                break;
            case CopyBegan began:
                failed.Remove(began.Plex); // what it has of earlier is told by its claims
                begun[began.Copy] = state.Now;
                break;
            case ObjectRemoved removed when state.View.Find(removed.Name) is not null:
                Fail($"the removal of {removed.Name} is called done, and it is durably there");
                break;
            case Committed committed:
                LookAtReadable(committed.View);
                LookAtGivenUp(committed.View);
                break;
            case Booted booted:
                readable = ReadableOf(booted.View);
                break;
        }
    }

    private void TakeFault(HistoryEvent happened, long now)
    {
        switch (happened)
        {
            case FaultBegan began:
                isBroken = true;
                lastOfHost = began.IsOfHost ? long.MaxValue : lastOfHost;
                _ = began.IsOfHost || blamed.Add(began.Lun);
                break;
            case FaultsEnded:
                isBroken = false;
                lastBroken = now;
                lastOfHost = Math.Min(lastOfHost, now);
                break;
            case AtRest:
                blamed.Clear();
                break;
            default: // what fails goes on to fail
                unread.Clear();
                attaching.Clear();
                readable.Clear();
                break;
        }
    }

    private void LookAtFailed(HistoryState state)
    {
        Invoked request = state.Ending.Request;
        if (!isBroken && lastBroken < state.Ending.Start)
        {
            Fail($"{request.Kind} of sector {request.First} fails although everything works");
        }
        else if (lastOfHost < state.Ending.Start && blamed.Count > 0
            && !state.View.Plexes.Concat(state.ViewAtStart.Plexes).Any(plex => plex.IsReadable && IsBlamed(plex)))
        {
            Fail($"{request.Kind} of sector {request.First} fails although no readable plex is on "
                + string.Join(", ", blamed));
        }
    }

    /// <summary>A plex that was readable is given up for an error of its own alone.</summary>
    private void LookAtGivenUp(ConfigurationView view)
    {
        PlexView? innocent = view.Plexes.FirstOrDefault(
            plex => plex.HasFailed && readable.Contains(plex.Name) && !IsBlamed(plex));
        if (innocent is not null)
        {
            Fail($"plex {innocent.Name} is given up although none of its LUNs has failed");
        }

        readable = ReadableOf(view);
    }

    /// <summary>A range counts as copied only when its source was read since the copy took it into work; a client's
    /// read that fails after the copy's own takes nothing back. What a copy held before anybody saw it begin, while its
    /// host was booting, it may have read then.</summary>
    private void LookAtSource(HistoryEvent happened, HistoryState state)
    {
        switch (happened)
        {
            case PlexReadFailed failure when state.View.Find(failure.Plex) is { IsReadable: true }:
                unread.UnionWith(Enumerable.Range(failure.First, failure.Count).Where(
                    sector => turns.GetValueOrDefault(sector) is var turn && turn.Read <= turn.Held));
                break;
            case CopyHeld held:
                Turn(held.First, held.Count, turn => turn with { Held = state.Now });
                break;
            case PlexReadEnded ended:
                Turn(ended.First, ended.Count, turn => turn with { Read = state.Now });
                unread.ExceptWith(Enumerable.Range(ended.First, unread.Count > 0 ? ended.Count : 0));
                break;
            case CopyMarked marked when unread.Count > 0:
                int wrong = Enumerable.Range(marked.First, marked.Count).FirstOrDefault(
                    sector => unread.Contains(sector)
                        && turns.GetValueOrDefault(sector).Held >= begun.GetValueOrDefault(marked.Copy)
                        && state.Readable.Any(plex => plex.At(sector) != Stamp.Zero), -1);
                if (wrong >= 0)
                {
                    Fail($"copy {marked.Copy} marks sector {wrong}, which it could not read");
                }

                break;
        }
    }

    private void Turn(int first, int count, Func<(long Held, long Read), (long Held, long Read)> next)
    {
        for (int sector = first; sector < first + count; sector++)
        {
            turns[sector] = next(turns.GetValueOrDefault(sector));
        }
    }

    private void TakeWritten(PlexWritten written, HistoryState state)
    {
        IEnumerable<int> sectors = Enumerable.Range(written.First, written.Values.Count);
        if (failed.TryGetValue(written.Plex, out SortedSet<int>? missed))
        {
            missed.ExceptWith(sectors);
        }

        if (unread.Count > 0 && !written.HasFailed && state.View.Find(written.Plex) is { IsReadable: true })
        {
            unread.ExceptWith(sectors);
        }
    }

    private void LookAtReadable(ConfigurationView view)
    {
        foreach (PlexView plex in view.Plexes.Where(plex => plex.IsReadable && attaching.Contains(plex.Name)))
        {
            if (failed.TryGetValue(plex.Name, out SortedSet<int>? sectors) && sectors.Count > 0)
            {
                Fail($"plex {plex.Name} becomes readable; its sector {sectors.Min} failed and was not written since");
            }
        }

        attaching = [.. view.Plexes.Where(plex => plex.IsAttaching).Select(plex => plex.Name)];
    }

    private bool IsBlamed(PlexView plex) => plex.Luns.Any(lun => blamed.Any(
        name => name.EndsWith('/') ? lun.StartsWith(name, StringComparison.Ordinal) : lun == name));

    private static HashSet<string> ReadableOf(ConfigurationView view) =>
        [.. view.Plexes.Where(plex => plex.IsReadable).Select(plex => plex.Name)];

    private SortedSet<int> Of(string plex)
    {
        if (!failed.TryGetValue(plex, out SortedSet<int>? sectors))
        {
            failed.Add(plex, sectors = []);
        }

        return sectors;
    }
}
