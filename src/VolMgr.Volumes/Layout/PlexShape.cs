using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.Layout;

/// <summary>Layout, columns and stripe unit of a plex: what decides how long its columns are.</summary>
internal readonly record struct PlexShape(PlexLayout Layout, int ColumnCount, long StripeUnit)
{
    internal static PlexShape Concat => new(PlexLayout.Concat, 1, 0);

    internal static PlexShape Of(PlexRecord plex) => new(plex.Layout, plex.ColumnCount, plex.StripeUnit);

    /// <summary>Bytes of each column of a plex that covers the length: whole stripe units, then the group's
    /// unit.</summary>
    internal long ColumnLength(long length, long unit)
    {
        if (Layout == PlexLayout.Concat)
        {
            return Alignment.Up(length, unit);
        }

        long perRow = checked(StripeUnit * ColumnCount);
        long rows = (length / perRow) + (length % perRow == 0 ? 0 : 1);
        return Alignment.Up(checked(rows * StripeUnit), unit);
    }
}
