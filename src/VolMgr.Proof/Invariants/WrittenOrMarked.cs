using VolMgr.Proof.Histories;

namespace VolMgr.Proof.Invariants;

/// <summary>An acknowledged mutation is on every plex that is in, the attaching ones too, or durably marked in the map
/// of a plex that is out; and nothing lands that such a plex does not have before it is marked.</summary>
internal sealed class WrittenOrMarked() : Checker(4, "written or marked")
{
    private readonly Dictionary<string, DetachMarks> maps = new(StringComparer.Ordinal);

    public override void Observe(HistoryEvent happened, HistoryState state)
    {
        switch (happened)
        {
            case DetachMarks marks:
                LookForUnmarked(state, marks);
                maps[marks.Plex] = marks;
                break;
            case Committed or Booted:
                foreach (string plex in maps.Keys.Where(name => state.View.Find(name) is not { IsTracked: true }))
                {
                    maps.Remove(plex);
                }

                break;
            case Answered { IsSuccess: true } when state.Ending.Request.IsMutation:
                LookAtEnabled(state);
                LookAtTracked(state);
                break;
            case PlexWritten written when state.View.Find(written.Plex) is { IsEnabled: true }:
                LookForDivergence(state, written);
                break;
        }
    }

    private void LookAtEnabled(HistoryState state)
    {
        (Invoked request, long began) = state.Ending;
        // a plex that came meanwhile gets the write by its copy
        foreach (PlexLedger plex in state.Enabled.Where(
            plex => state.IsEnabledSince(plex.Name, state.ViewAtStart, began)))
        {
            if (FirstMissed(state, plex) is { } sector)
            {
                Fail($"{Show(request.Value)} is acknowledged, and sector {sector} of plex {plex.Name}, which "
                    + $"is in, holds {Show(plex.At(sector))}");
            }
        }
    }

    private void LookAtTracked(HistoryState state)
    {
        foreach (PlexView view in state.View.Plexes.Where(plex => plex is { IsTracked: true, IsEnabled: false }))
        {
            PlexLedger plex = state.Plex(view.Name);
            if (FirstMissed(state, plex, view.Name) is { } sector)
            {
                Fail($"{Show(state.Ending.Request.Value)} is acknowledged; plex {plex.Name} holds "
                    + $"{Show(plex.At(sector))} in sector {sector}, and its map does not say so");
            }
        }
    }

    /// <summary>The first sector of the request that ends in which the plex holds what came before it.</summary>
    private int? FirstMissed(HistoryState state, PlexLedger plex, string? tracked = null)
    {
        (Invoked request, long began) = state.Ending;
        for (int sector = request.First; sector < Math.Min(request.End, state.View.Length); sector++)
        {
            if (plex.At(sector) != request.Value
                && (tracked is null || !IsMarked(tracked, sector))
                && state.Sectors.WhenEnded(sector, plex.At(sector)) is var ended
                && (ended < began || !state.Sectors.IsKnown(sector, plex.At(sector))))
            {
                return sector;
            }
        }

        return null;
    }

    private void LookForDivergence(HistoryState state, PlexWritten written)
    {
        foreach (string tracked in maps.Keys.Where(tracked => tracked != written.Plex))
        {
            PlexLedger plex = state.Plex(tracked);
            for (int index = 0; index < written.Values.Count; index++)
            {
                int sector = written.First + index;
                if (sector < state.View.Length && plex.At(sector) != written.Values[index]
                    && !IsMarked(tracked, sector))
                {
                    Fail($"sector {sector} of plex {written.Plex} gets {Show(written.Values[index])}; plex {tracked} "
                        + $"holds {Show(plex.At(sector))}, and its map does not say so durably");
                    return;
                }
            }
        }
    }

    /// <summary>While a map is in use no mark goes, except behind the end of a volume that has shrunk.</summary>
    private void LookForUnmarked(HistoryState state, DetachMarks marks)
    {
        if (maps.TryGetValue(marks.Plex, out DetachMarks? before)
            && before.Regions.FirstOrDefault(
                region => region * marks.RegionSize < state.View.Length && !marks.Regions.Contains(region), -1)
                is >= 0 and var gone)
        {
            Fail($"region {gone} is not marked any more in the map of plex {marks.Plex}, which is out");
        }
    }

    private bool IsMarked(string plex, int sector) =>
        maps.TryGetValue(plex, out DetachMarks? marks) && marks.Regions.Contains(sector / marks.RegionSize);
}
