using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace VolMgr.Volumes.Configuration;

/// <summary>
/// What a large group is asked by something else than record ids: by name, by owner. Made when it is first asked for,
/// and carried along by every change of one record.
/// </summary>
/// <remarks>Small groups are searched: that is faster than an index.</remarks>
internal static class RecordIndex<T>
    where T : ObjectRecord
{
    /// <summary>Records from which on an index is made.</summary>
    private const int SmallestIndexed = 64;

    private static readonly ConditionalWeakTable<ImmutableSortedDictionary<RecordId, T>, RecordTables> Known = new();

    /// <summary>The record of that name, or null.</summary>
    public static T? Named(ImmutableSortedDictionary<RecordId, T> records, string name)
    {
        if (records.Count >= SmallestIndexed)
        {
            return TablesOf(records).Named(name) is { } id ? records[id] : null;
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

    /// <summary>The records that one owner has, by record id: the plexes of a volume, the subdisks of a plex or on a
    /// disk.</summary>
    public static IEnumerable<T> Owned(ImmutableSortedDictionary<RecordId, T> records, RecordId owner) =>
        records.Count >= SmallestIndexed
            ? TablesOf(records).Owned(owner).Select(id => records[id])
            : records.Values.Where(record => KeyOf(record) is var key && (key.Owner == owner || key.Place == owner));

    /// <summary>The records with one more or one replaced.</summary>
    public static ImmutableSortedDictionary<RecordId, T> Set(ImmutableSortedDictionary<RecordId, T> records, T record)
    {
        ImmutableSortedDictionary<RecordId, T> changed = records.SetItem(record.Id, record);
        return Carry(records, changed, record.Id, record);
    }

    /// <summary>The records without one; one that is not there is left alone.</summary>
    public static ImmutableSortedDictionary<RecordId, T> Remove(
        ImmutableSortedDictionary<RecordId, T> records, RecordId id) => Carry(records, records.Remove(id), id, null);

    private static ImmutableSortedDictionary<RecordId, T> Carry(
        ImmutableSortedDictionary<RecordId, T> records,
        ImmutableSortedDictionary<RecordId, T> changed,
        RecordId id,
        T? record)
    {
        if (!ReferenceEquals(changed, records) && Known.TryGetValue(records, out RecordTables? tables))
        {
            records.TryGetValue(id, out T? old);
            if (tables.Change(id, Key(old), Key(record)) is { } carried)
            {
                Known.AddOrUpdate(changed, carried);
            }
        }

        return changed;
    }

    private static RecordTables TablesOf(ImmutableSortedDictionary<RecordId, T> records) =>
        Known.GetValue(records, static all => RecordTables.Of(all.Select(pair => (pair.Key, KeyOf(pair.Value)))));

    private static RecordKey? Key(T? record) => record is null ? null : KeyOf(record);

    private static RecordKey KeyOf(T record) => record switch
    {
        PlexRecord plex => new RecordKey(record.Name, plex.VolumeId, null),
        SubdiskRecord subdisk => new RecordKey(record.Name, subdisk.PlexId, subdisk.DiskId),
        SubVolumeRecord sub => new RecordKey(record.Name, sub.PlexId, null),
        _ => new RecordKey(record.Name, null, null),
    };
}
