using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace VolMgr.Volumes.Configuration;

/// <summary>
/// What a large group is asked by something else than record ids: by name, by owner. Made when it is first asked for,
/// and kept as long as the records are; a change that moves nothing keeps it.
/// </summary>
/// <remarks>Small groups are searched: that is faster than an index that a change throws away.</remarks>
internal static class RecordIndex<T>
    where T : ObjectRecord
{
    /// <summary>Records from which on an index is made.</summary>
    private const int SmallestIndexed = 64;

    private static readonly ConditionalWeakTable<ImmutableSortedDictionary<RecordId, T>, Tables> Known = new();

    /// <summary>The record of that name, or null.</summary>
    public static T? Named(ImmutableSortedDictionary<RecordId, T> records, string name)
    {
        if (records.Count >= SmallestIndexed)
        {
            return TablesOf(records).ByName.TryGetValue(name, out RecordId id) ? records[id] : null;
        }

        foreach ((_, T record) in records)
        {
            if (string.Equals(record.Name, name, StringComparison.Ordinal))
            {
                return record;
            }
        }

        return null;
    }

    /// <summary>The records that one owner has, by record id.</summary>
    public static IEnumerable<T> Owned(ImmutableSortedDictionary<RecordId, T> records, RecordId owner) =>
        records.Count >= SmallestIndexed
            ? TablesOf(records).ByOwner.TryGetValue(owner, out List<RecordId>? ids)
                ? ids.Select(id => records[id])
                : []
            : records.Values.Where(record => OwnerOf(record) == owner);

    /// <summary>The records with one more or one replaced.</summary>
    public static ImmutableSortedDictionary<RecordId, T> Set(ImmutableSortedDictionary<RecordId, T> records, T record)
    {
        ImmutableSortedDictionary<RecordId, T> changed = records.SetItem(record.Id, record);
        if (!ReferenceEquals(changed, records)
            && records.TryGetValue(record.Id, out T? old) && old.Name == record.Name
            && OwnerOf(old) == OwnerOf(record) && Known.TryGetValue(records, out Tables? tables))
        {
            Known.AddOrUpdate(changed, tables);
        }

        return changed;
    }

    private static Tables TablesOf(ImmutableSortedDictionary<RecordId, T> records) =>
        Known.GetValue(records, static all => Tables.Of(all));

    /// <summary>The volume of a plex, the plex of a subdisk or sub-volume.</summary>
    private static RecordId? OwnerOf(T record) => record switch
    {
        PlexRecord plex => plex.VolumeId,
        SubdiskRecord subdisk => subdisk.PlexId,
        SubVolumeRecord sub => sub.PlexId,
        _ => null,
    };

    private sealed record Tables(Dictionary<string, RecordId> ByName, Dictionary<RecordId, List<RecordId>> ByOwner)
    {
        public static Tables Of(ImmutableSortedDictionary<RecordId, T> records)
        {
            Dictionary<string, RecordId> names = new(records.Count, StringComparer.Ordinal);
            Dictionary<RecordId, List<RecordId>> owners = [];
            foreach ((RecordId id, T record) in records)
            {
                names.TryAdd(record.Name, id);
                if (OwnerOf(record) is { } owner)
                {
                    if (!owners.TryGetValue(owner, out List<RecordId>? owned))
                    {
                        owners.Add(owner, owned = []);
                    }

                    owned.Add(id);
                }
            }

            return new Tables(names, owners);
        }
    }
}
