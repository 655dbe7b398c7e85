using System.Collections.Immutable;

namespace VolMgr.Volumes.Configuration;

/// <summary>What a record is found by.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Owner">The volume of a plex, the plex of a subdisk or sub-volume.</param>
/// <param name="Place">The disk of a subdisk.</param>
internal readonly record struct RecordKey(string Name, RecordId? Owner, RecordId? Place);

/// <summary>
/// The ids of records by name and by owner: tables that are never changed, and over them what was changed since they
/// were made. Immutable.
/// </summary>
internal sealed class RecordTables
{
    /// <summary>Changes from which on new tables are cheaper.</summary>
    private const int MostChanges = 1024;

    private readonly Dictionary<string, RecordId> names = new(StringComparer.Ordinal);
    private readonly Dictionary<RecordId, List<RecordId>> owners = [];

    private RecordTables()
    {
    }

    private RecordTables(RecordTables from)
    {
        names = from.names;
        owners = from.owners;
    }

    /// <summary>Names since then; null where the name is free now.</summary>
    private ImmutableDictionary<string, RecordId?> ChangedNames { get; init; } =
        ImmutableDictionary.Create<string, RecordId?>(StringComparer.Ordinal);

    private ImmutableDictionary<RecordId, ImmutableSortedSet<RecordId>> ChangedOwners { get; init; } =
        ImmutableDictionary<RecordId, ImmutableSortedSet<RecordId>>.Empty;

    /// <summary>Whether a name was there twice: then a change cannot say who has it afterwards.</summary>
    private bool IsAmbiguous { get; set; }

    /// <summary>Tables of all records; the first of a name counts.</summary>
    public static RecordTables Of(IEnumerable<(RecordId Id, RecordKey Key)> records)
    {
        var tables = new RecordTables();
        foreach ((RecordId id, RecordKey key) in records)
        {
            tables.IsAmbiguous |= !tables.names.TryAdd(key.Name, id);
            tables.AddTo(key.Owner, id);
            tables.AddTo(key.Place, id);
        }

        return tables;
    }

    /// <summary>The record of that name, or null.</summary>
    public RecordId? Named(string name) => ChangedNames.TryGetValue(name, out RecordId? changed)
        ? changed
        : names.TryGetValue(name, out RecordId id) ? id : null;

    /// <summary>The records of an owner, by id.</summary>
    public IReadOnlyCollection<RecordId> Owned(RecordId owner) =>
        ChangedOwners.TryGetValue(owner, out ImmutableSortedSet<RecordId>? changed)
            ? changed
            : owners.TryGetValue(owner, out List<RecordId>? owned) ? owned : [];

    /// <summary>The tables after one record was added, changed or removed; null where they have to be made
    /// anew.</summary>
    public RecordTables? Change(RecordId id, RecordKey? old, RecordKey? now)
    {
        if (old == now)
        {
            return this;
        }

        bool isRenamed = old?.Name != now?.Name;
        if (IsAmbiguous || ChangedNames.Count + ChangedOwners.Count >= MostChanges
            || (isRenamed && now is { } named && Named(named.Name) is not null))
        {
            return null;
        }

        ImmutableDictionary<string, RecordId?> changedNames = ChangedNames;
        changedNames = isRenamed && old is { } before ? changedNames.SetItem(before.Name, null) : changedNames;
        changedNames = isRenamed && now is { } after ? changedNames.SetItem(after.Name, id) : changedNames;
        ImmutableDictionary<RecordId, ImmutableSortedSet<RecordId>> changedOwners = ChangedOwners;
        Move(old?.Owner, now?.Owner);
        Move(old?.Place, now?.Place);
        return new RecordTables(this) { ChangedNames = changedNames, ChangedOwners = changedOwners };

        void Move(RecordId? from, RecordId? to)
        {
            if (from != to)
            {
                changedOwners = from is { } left ? changedOwners.SetItem(left, Sorted(left).Remove(id)) : changedOwners;
                changedOwners = to is { } entered
                    ? changedOwners.SetItem(entered, Sorted(entered).Add(id)) : changedOwners;
            }
        }
    }

    private ImmutableSortedSet<RecordId> Sorted(RecordId owner) =>
        ChangedOwners.TryGetValue(owner, out ImmutableSortedSet<RecordId>? changed)
            ? changed
            : owners.TryGetValue(owner, out List<RecordId>? owned) ? [.. owned] : [];

    private void AddTo(RecordId? owner, RecordId id)
    {
        if (owner is { } known)
        {
            if (!owners.TryGetValue(known, out List<RecordId>? owned))
            {
                owners.Add(known, owned = []);
            }

            owned.Add(id);
        }
    }
}
