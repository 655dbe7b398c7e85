using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Migration;

/// <summary>A request for a new plex of the same layout as an old one, on the new enclosure.</summary>
internal static class MirrorLike
{
    public static Outcome<MirrorRequest> Of(
        string volume, PlexRecord old, string enclosure, IReadOnlyList<DiskSite> sites)
    {
        Outcome<StorageSpecification> storage = MigrationScope.Target(enclosure);
        if (!storage.IsDone)
        {
            return storage.Refusal;
        }

        bool isStriped = old.Layout == PlexLayout.Stripe;
        return new MirrorRequest
        {
            Volume = volume,
            Layout = old.Layout,
            ColumnCount = isStriped ? old.ColumnCount : null,
            StripeUnit = isStriped ? old.StripeUnit : null,
            Storage = storage.Value,
            Sites = sites,
        };
    }
}
