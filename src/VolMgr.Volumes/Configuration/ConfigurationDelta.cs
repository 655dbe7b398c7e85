using System.Collections.Immutable;

namespace VolMgr.Volumes.Configuration;

/// <summary>What differs between two configurations of a group.</summary>
public sealed record ConfigurationDelta
{
    /// <summary>The group record, if it changed.</summary>
    public DiskGroupRecord? Group { get; init; }

    /// <summary>Records that are new or changed.</summary>
    public IReadOnlyList<ObjectRecord> Changed { get; init; } = [];

    /// <summary>Records that are gone, by id.</summary>
    public IReadOnlyList<RecordId> Removed { get; init; } = [];

    /// <summary>Whether the two are equal.</summary>
    public bool IsEmpty => Group is null && Changed.Count == 0 && Removed.Count == 0;

    /// <summary>All of a configuration.</summary>
    public static ConfigurationDelta Whole(GroupConfiguration configuration) =>
        new() { Group = configuration.Group, Changed = [.. configuration.AllRecords()] };

    /// <summary>What leads from the one to the other.</summary>
    public static ConfigurationDelta Between(GroupConfiguration before, GroupConfiguration after)
    {
        var changed = new List<ObjectRecord>();
        var removed = new List<RecordId>();
        Compare(before.Disks, after.Disks, changed, removed);
        Compare(before.Volumes, after.Volumes, changed, removed);
        Compare(before.Plexes, after.Plexes, changed, removed);
        Compare(before.Subdisks, after.Subdisks, changed, removed);
        Compare(before.Dcos, after.Dcos, changed, removed);
        Compare(before.SubVolumes, after.SubVolumes, changed, removed);
        return new ConfigurationDelta
        {
            Group = before.Group == after.Group ? null : after.Group,
            Changed = changed,
            Removed = [.. removed.Order()],
        };
    }

    /// <summary>Applies the difference. Applying it twice changes nothing more.</summary>
    public GroupConfiguration ApplyTo(GroupConfiguration configuration)
    {
        GroupConfiguration result = Group is null ? configuration : configuration with { Group = Group };
        foreach (RecordId id in Removed)
        {
            result = result.Without(id);
        }

        foreach (ObjectRecord record in Changed)
        {
            result = result.With(record);
        }

        return result;
    }

    private static void Compare<T>(
        ImmutableSortedDictionary<RecordId, T> before,
        ImmutableSortedDictionary<RecordId, T> after,
        List<ObjectRecord> changed,
        List<RecordId> removed)
        where T : ObjectRecord
    {
        if (ReferenceEquals(before, after))
        {
            return;
        }

        // Both are in order of the ids: one walk over both.
        ImmutableSortedDictionary<RecordId, T>.Enumerator old = before.GetEnumerator();
        bool hasOld = old.MoveNext();
        foreach ((RecordId id, T record) in after)
        {
            for (; hasOld && old.Current.Key.CompareTo(id) < 0; hasOld = old.MoveNext())
            {
                removed.Add(old.Current.Key);
            }

            bool isKept = hasOld && old.Current.Key == id;
            if (!isKept || old.Current.Value != record)
            {
                changed.Add(record);
            }

            hasOld = isKept ? old.MoveNext() : hasOld;
        }

        for (; hasOld; hasOld = old.MoveNext())
        {
            removed.Add(old.Current.Key);
        }

        old.Dispose();
    }
}
