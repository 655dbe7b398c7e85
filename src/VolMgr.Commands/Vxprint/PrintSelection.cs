using VolMgr.Commands.Views;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Vxprint;

/// <summary>One record of a listing; the group itself has no object record.</summary>
internal readonly record struct PrintItem(string Tag, ObjectRecord? Record);

/// <summary>
/// Which records of a group a vxprint lists, in which order, and which of them form a block (vxvm.md 5.2): the group,
/// its disks, what is dissociated, then each volume with its plexes and their subdisks.
/// </summary>
internal static class PrintSelection
{
    /// <summary>The blocks for a listing without object operands.</summary>
    public static List<List<PrintItem>> Everything(GroupView group, PrintRequest request)
    {
        GroupConfiguration all = group.Configuration;
        List<List<PrintItem>> blocks = [];
        Add(blocks, request.Wants("dg") ? [new PrintItem("dg", null)] : []);
        Add(blocks, request.Wants("dm") ? Items(Sorted(all.Disks.Values)) : []);
        if (!request.IsHierarchy)
        {
            Add(blocks, request.Wants("sd") ? Items(Sorted(all.Subdisks.Values)) : []);
            Add(blocks, request.Wants("sv") ? Items(Sorted(all.SubVolumes.Values)) : []);
            Add(blocks, request.Wants("pl") ? Items(Sorted(all.Plexes.Values)) : []);
            Add(blocks, request.Wants("v") ? Items(Sorted(all.Volumes.Values)) : []);
            Add(blocks, request.Wants("dc") ? Items(Sorted(all.Dcos.Values)) : []);
            return blocks;
        }

        bool isComplete = request.Types.Count == 0;
        bool hasVolumes = request.Wants("v");
        bool hasPlexes = request.Wants("pl");
        if (request.Wants("sd"))
        {
            Add(blocks, Items(Sorted(all.Subdisks.Values
                .Where(subdisk => subdisk.PlexId is null || (!isComplete && !hasPlexes && !hasVolumes)))));
        }

        if (hasPlexes)
        {
            foreach (PlexRecord plex in Sorted(all.Plexes.Values)
                .Where(plex => plex.VolumeId is null || (!isComplete && !hasVolumes)))
            {
                Add(blocks, Below(all, plex));
            }
        }

        if (hasVolumes)
        {
            // The log volume of a DCO and the parts of a layered volume are listed with their volume.
            foreach (VolumeRecord volume in Sorted(all.Volumes.Values.Where(
                each => all.DcoOnLog(each.Id) is null && all.VolumeAbove(each.Id) is null)))
            {
                Add(blocks, Below(all, volume));
            }
        }
        else if (request.Wants("dc"))
        {
            Add(blocks, Items(Sorted(all.Dcos.Values)));
        }

        return blocks;
    }

    /// <summary>The block for one object operand; empty if the group has no such object of a selected type.</summary>
    public static List<PrintItem> Named(GroupView group, PrintRequest request, string name)
    {
        GroupConfiguration all = group.Configuration;
        if (all.FindObject(name) is { } record && request.Wants(RecordFacts.Tag(record)))
        {
            return request.IsHierarchy ? Below(all, record) : [new PrintItem(RecordFacts.Tag(record), record)];
        }

        return string.Equals(name, group.Name, StringComparison.Ordinal) && request.Wants("dg")
            ? [new PrintItem("dg", null)]
            : [];
    }

    /// <summary>The blocks of the records that satisfy the condition of <c>-e</c>, of the selected types; with what is
    /// below each of them in a hierarchy.</summary>
    public static List<List<PrintItem>> Matching(GroupView group, PrintRequest request)
    {
        PrintRequest flat = request with { IsHierarchy = false };
        List<List<PrintItem>> blocks = [];
        foreach (List<PrintItem> all in Everything(group, flat))
        {
            List<PrintItem> matching = [.. all.Where(item => request.Search?.Matches(group, item) == true)];
            if (!request.IsHierarchy)
            {
                Add(blocks, matching);
                continue;
            }

            blocks.AddRange(matching.Select(item =>
                item.Record is { } record ? Below(group.Configuration, record) : [item]));
        }

        return blocks;
    }

    private static List<PrintItem> Below(GroupConfiguration all, ObjectRecord record)
    {
        List<PrintItem> items = [new PrintItem(RecordFacts.Tag(record), record)];
        if (record is VolumeRecord volume)
        {
            items.AddRange(all.PlexesOf(volume.Id).SelectMany(plex => Below(all, plex)));
            if (all.DcoOf(volume.Id) is { } dco)
            {
                items.AddRange(Below(all, dco));
            }
        }
        else if (record is PlexRecord plex)
        {
            IReadOnlyList<SubVolumeRecord> layered = all.SubVolumesOf(plex.Id);
            items.AddRange(Items(layered).Concat(Items(all.SubdisksOf(plex.Id))));
            items.AddRange(layered.SelectMany(sub => Below(all, all.Volumes[sub.VolumeId])));
        }
        else if (record is DcoRecord owner && all.Volumes.TryGetValue(owner.LogVolumeId, out VolumeRecord? log))
        {
            items.AddRange(Below(all, log));
        }

        return items;
    }

    private static IEnumerable<T> Sorted<T>(IEnumerable<T> records)
        where T : ObjectRecord => records.OrderBy(record => record.Name, StringComparer.Ordinal);

    private static List<PrintItem> Items(IEnumerable<ObjectRecord> records) =>
        [.. records.Select(record => new PrintItem(RecordFacts.Tag(record), record))];

    private static void Add(List<List<PrintItem>> blocks, List<PrintItem> block)
    {
        if (block.Count > 0)
        {
            blocks.Add(block);
        }
    }
}
