using VolMgr.Volumes.Layout;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Configuration;

/// <summary>The rules of one plex for <see cref="ConfigurationChecks"/>.</summary>
internal static class PlexChecks
{
    internal static void Check(GroupConfiguration configuration, PlexRecord plex, List<string> violations)
    {
        bool isSound = CheckShape(plex, violations);
        IReadOnlyList<SubdiskRecord> subdisks = configuration.PiecesOf(plex.Id);
        if (plex.MovesInto is not null)
        {
            MoveChecks.Check(configuration, plex, subdisks, violations);
            isSound = false; // its map is that of the plex that it moves into
        }

        isSound &= isSound && CheckColumns(plex, subdisks, violations);
        VolumeRecord? volume = null;
        if (plex.VolumeId is { } volumeId && !configuration.Volumes.TryGetValue(volumeId, out volume))
        {
            violations.Add($"plex {plex.Name}: its volume {volumeId} does not exist");
        }

        CheckStates(plex, volume, violations);
        if (isSound && volume is not null && !plex.IsLog && PlexQueries.MustCover(plex)
            && PlexMap.Of(plex, subdisks).Length < volume.Length)
        {
            violations.Add(
                $"plex {plex.Name}: it is {StateNames.Text(plex.State)} and shorter than volume {volume.Name}");
        }

        if (isSound && plex.IsLog && PlexMap.Of(plex, subdisks).Length < DirtyRegionLogGeometry.LogLength)
        {
            violations.Add($"plex {plex.Name}: a log needs {DirtyRegionLogGeometry.LogLength} bytes");
        }
    }

    private static bool CheckShape(PlexRecord plex, List<string> violations)
    {
        int before = violations.Count;
        if (!Enum.IsDefined(plex.Layout) || !Enum.IsDefined(plex.State) || !Enum.IsDefined(plex.KernelState)
            || !Enum.IsDefined(plex.Mode))
        {
            violations.Add($"plex {plex.Name}: its layout, a state or its mode is unknown");
        }

        if (plex.Layout == PlexLayout.Stripe)
        {
            if (plex.ColumnCount < 1)
            {
                violations.Add($"plex {plex.Name}: {plex.ColumnCount} columns");
            }

            if (plex.StripeUnit <= 0 || plex.StripeUnit % Alignment.Sector != 0)
            {
                violations.Add($"plex {plex.Name}: stripe unit {plex.StripeUnit} is not a number of sectors");
            }
        }
        else if (plex.ColumnCount != 1 || plex.StripeUnit != 0)
        {
            violations.Add($"plex {plex.Name}: a concatenated plex has one column and no stripe unit");
        }

        if (plex.IsLog && plex.Layout != PlexLayout.Concat)
        {
            violations.Add($"plex {plex.Name}: a log is concatenated");
        }

        return violations.Count == before;
    }

    private static bool CheckColumns(PlexRecord plex, IReadOnlyList<SubdiskRecord> subdisks, List<string> violations)
    {
        int before = violations.Count;
        bool isUnderConstruction = plex.VolumeId is null; // by hand: columns may still be empty
        if (subdisks.Count == 0)
        {
            violations.AddRange(isUnderConstruction ? [] : [$"plex {plex.Name}: it has no subdisks"]);
            return false;
        }

        foreach (SubdiskRecord subdisk in subdisks)
        {
            if (subdisk.Column < 0 || subdisk.Column >= plex.ColumnCount)
            {
                violations.Add($"subdisk {subdisk.Name}: plex {plex.Name} has no column {subdisk.Column}");
            }

            if (subdisk.Length <= 0)
            {
                violations.Add($"plex {plex.Name}: subdisk {subdisk.Name} is empty");
            }
        }

        if (violations.Count > before)
        {
            return false;
        }

        foreach (int column in Enumerable.Range(0, plex.ColumnCount))
        {
            Int128 end = 0;
            foreach (SubdiskRecord subdisk in subdisks.Where(subdisk => subdisk.Column == column))
            {
                if (subdisk.PlexOffset != end)
                {
                    violations.Add($"subdisk {subdisk.Name}: it starts at {subdisk.PlexOffset} of its column in plex "
                        + $"{plex.Name}, where {end} is next");
                }

                end = (Int128)subdisk.PlexOffset + subdisk.Length;
            }

            if (end == 0 && !isUnderConstruction)
            {
                violations.Add($"plex {plex.Name}: column {column} has no subdisks");
            }

            if (end > long.MaxValue / plex.ColumnCount)
            {
                violations.Add($"plex {plex.Name}: its address space is too large");
            }
        }

        return violations.Count == before;
    }

    private static void CheckStates(PlexRecord plex, VolumeRecord? volume, List<string> violations)
    {
        if (plex.VolumeId is null)
        {
            if (plex.State is not (PlexState.None or PlexState.Empty)
                || plex.KernelState != PlexKernelState.Disabled)
            {
                violations.Add($"plex {plex.Name}: it is dissociated and {plex.KernelState}/{plex.State}");
            }
        }
        else if (plex.State == PlexState.None)
        {
            violations.Add($"plex {plex.Name}: it is associated and has no state");
        }

        if (plex.State == PlexState.Log && !plex.IsLog)
        {
            violations.Add($"plex {plex.Name}: it is in state LOG and no log");
        }

        if (plex.IsLog && plex.State is PlexState.Clean or PlexState.Active)
        {
            violations.Add($"plex {plex.Name}: it is a log in state {StateNames.Text(plex.State)}");
        }

        if (plex.KernelState != PlexKernelState.Enabled)
        {
            return;
        }

        if (volume is { KernelState: not VolumeKernelState.Enabled })
        {
            violations.Add($"plex {plex.Name}: it is ENABLED while volume {volume.Name} is not");
        }

        if (!PlexQueries.MayBeEnabled(plex))
        {
            violations.Add($"plex {plex.Name}: it is ENABLED in state {StateNames.Text(plex.State)}");
        }
        else if ((plex.Mode == PlexMode.WriteOnly) != PlexQueries.IsIncomplete(plex))
        {
            violations.Add($"plex {plex.Name}: it is ENABLED/{StateNames.Text(plex.State)} with mode {plex.Mode}");
        }
    }
}
