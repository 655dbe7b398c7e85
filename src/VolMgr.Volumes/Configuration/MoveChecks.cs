namespace VolMgr.Volumes.Configuration;

/// <summary>The rules of a plex that holds subdisks on their way into another plex: gaps are allowed, the rest of the
/// address space is that of the other plex.</summary>
internal static class MoveChecks
{
    internal static void Check(
        GroupConfiguration configuration,
        PlexRecord plex,
        IReadOnlyList<SubdiskRecord> subdisks,
        List<string> violations)
    {
        if (plex.VolumeId is not { } volume)
        {
            return; // given up: it is removed as soon as nothing is in flight
        }

        if (plex.MovesInto is not { } id || !configuration.Plexes.TryGetValue(id, out PlexRecord? target)
            || target.VolumeId != volume || target.Layout != plex.Layout || target.ColumnCount != plex.ColumnCount
            || target.StripeUnit != plex.StripeUnit)
        {
            violations.Add($"plex {plex.Name}: the plex that it moves into is gone or has another geometry");
            return;
        }

        IReadOnlyList<SubdiskRecord> replaced = configuration.SubdisksOf(id);
        foreach (SubdiskRecord subdisk in subdisks)
        {
            long covered = replaced.Where(other => other.Column == subdisk.Column).Sum(other => Math.Max(
                0,
                Math.Min(other.PlexOffset + other.Length, subdisk.PlexOffset + subdisk.Length)
                    - Math.Max(other.PlexOffset, subdisk.PlexOffset)));
            if (covered != subdisk.Length)
            {
                violations.Add($"subdisk {subdisk.Name}: it reaches beyond what it replaces in plex {target.Name}");
            }
        }

        for (int index = 1; index < subdisks.Count; index++)
        {
            SubdiskRecord before = subdisks[index - 1];
            if (before.Column == subdisks[index].Column
                && before.PlexOffset + before.Length > subdisks[index].PlexOffset)
            {
                violations.Add($"subdisk {subdisks[index].Name}: it overlaps {before.Name} in plex {plex.Name}");
            }
        }
    }
}
