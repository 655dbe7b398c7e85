using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Layout;

/// <summary>Puts chosen space into records.</summary>
internal static class PlexBuilder
{
    /// <summary>Adds a plex with its subdisks and associates it with the volume by the trigger.</summary>
    internal static (GroupConfiguration Configuration, RecordId PlexId) Add(
        GroupConfiguration configuration,
        VolumeRecord volume,
        PlexShape shape,
        IReadOnlyList<IReadOnlyList<FreeExtent>> columns,
        PlexTrigger trigger)
    {
        string name = ObjectNames.NextPlex(configuration, volume.Name);
        (configuration, RecordId id) = configuration.TakeId();
        PlexRecord plex = new()
        {
            Id = id,
            Name = name,
            VolumeId = volume.Id,
            Layout = shape.Layout,
            ColumnCount = shape.ColumnCount,
            StripeUnit = shape.StripeUnit,
            State = PlexState.None,
            IsLog = trigger == PlexTrigger.AssociateLog,
        };
        configuration = configuration.With(plex.After(trigger));
        for (int column = 0; column < columns.Count; column++)
        {
            configuration = Append(configuration, id, column, 0, columns[column]);
        }

        return (configuration, id);
    }

    /// <summary>Adds subdisks behind the end of a column.</summary>
    internal static GroupConfiguration Append(
        GroupConfiguration configuration, RecordId plex, int column, long columnEnd, IReadOnlyList<FreeExtent> extents)
    {
        foreach (FreeExtent extent in extents)
        {
            string name = ObjectNames.NextSubdisk(configuration, configuration.Disks[extent.DiskId].Name);
            (configuration, RecordId id) = configuration.TakeId();
            configuration = configuration.With(new SubdiskRecord
            {
                Id = id,
                Name = name,
                DiskId = extent.DiskId,
                DiskOffset = extent.Offset,
                Length = extent.Length,
                PlexId = plex,
                Column = column,
                PlexOffset = columnEnd,
            });
            columnEnd += extent.Length;
        }

        return configuration;
    }
}
