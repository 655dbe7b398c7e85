using VolMgr.Commands.Parsing;
using VolMgr.Commands.Vxmake;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Layout;

namespace VolMgr.Commands.Vxsd;

/// <summary><c>vxsd assoc|dis|join|split|set</c>: changes of subdisk records that move no data.</summary>
internal static class VxsdRecords
{
    /// <summary>The verbs.</summary>
    public static IReadOnlyList<Verb> Verbs { get; } =
    [
        new Verb(
            "assoc", "-g diskgroup [-l [column/]offset] assoc plex subdisk[:[column/]offset]...", "gl", AssociateAsync),
        new Verb("dis", "-g diskgroup [-o rm] dis subdisk...", "g", DissociateAsync) { UseOptions = ["rm"] },
        new Verb("join", "-g diskgroup join subdisk subdisk... newsubdisk", "g", JoinAsync),
        new Verb("split", "-g diskgroup -s length split subdisk [newsubdisk] newsubdisk", "gs", SplitAsync),
        new Verb("set", "-g diskgroup set attribute=value... subdisk...", "g", SetAsync),
    ];

    private static async Task<int> AssociateAsync(Invocation invocation)
    {
        Outcome<DiskGroup> group = invocation.Group();
        if (invocation.Operands.Count < 2)
        {
            return await invocation.MisusedAsync("Expected a plex and a subdisk");
        }

        string? place = invocation.Options.Value('l');
        if (place is not null && invocation.Operands.Count > 2)
        {
            return await invocation.MisusedAsync("-l: Applies to one subdisk");
        }

        List<SubdiskPlace> places = [];
        Refusal? wrong = group.Refusal;
        foreach (string word in invocation.Operands.Skip(1))
        {
            Outcome<SubdiskPlace> read = place is null
                ? SubdiskPlaces.Parse(word) : SubdiskPlaces.WithPlace(word, place);
            wrong ??= read.Refusal;
            if (read.IsDone)
            {
                places.Add(read.Value);
            }
        }

        return wrong is not null
            ? await invocation.RefuseAsync(wrong)
            : await invocation.EndAsync(await group.Value.AssociateSubdisksAsync(invocation.Operands[0], places));
    }

    private static async Task<int> DissociateAsync(Invocation invocation)
    {
        Outcome<DiskGroup> group = invocation.Group();
        return invocation.Operands.Count == 0
            ? await invocation.MisusedAsync("No subdisk given")
            : !group.IsDone ? await invocation.RefuseAsync(group.Refusal)
            : await invocation.ForEachAsync(
                invocation.Operands,
                name => group.Value.DissociateSubdiskAsync(name, invocation.UseOptions.ContainsKey("rm")));
    }

    private static async Task<int> JoinAsync(Invocation invocation)
    {
        Outcome<DiskGroup> group = invocation.Group();
        return invocation.Operands.Count < 3
            ? await invocation.MisusedAsync("Expected two subdisks or more, and the name of the new one")
            : await invocation.EndAsync(group.IsDone
                ? await group.Value.JoinSubdisksAsync(
                    [.. invocation.Operands.Take(invocation.Operands.Count - 1)], invocation.Operands[^1])
                : group.Refusal);
    }

    private static async Task<int> SplitAsync(Invocation invocation)
    {
        if (invocation.Operands.Count is not (2 or 3) || invocation.Options.Value('s') is not { } text)
        {
            return await invocation.MisusedAsync("Expected -s length, a subdisk and one or two new names");
        }

        Outcome<DiskGroup> group = invocation.Group();
        Outcome<long> length = Sizes.ParsePositive(text);
        if ((length.Refusal ?? group.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        string? first = invocation.Operands.Count == 3 ? invocation.Operands[1] : null;
        return await invocation.EndAsync(await group.Value.SplitSubdiskAsync(
            invocation.Operands[0], length.Value, first, invocation.Operands[^1]));
    }

    private static async Task<int> SetAsync(Invocation invocation)
    {
        Outcome<DiskGroup> group = invocation.Group();
        Outcome<AttributeChanges> changes = AttributeChanges.Parse(invocation.Operands);
        return (changes.Refusal ?? group.Refusal) is { } wrong
            ? await invocation.RefuseAsync(wrong)
            : await invocation.ForEachAsync(
                changes.Value.Names,
                async name => group.Value.Current.FindSubdisk(name) is SubdiskRecord
                    ? await group.Value.SetAttributesAsync(name, changes.Value.Values)
                    : Refusals.NoRecord(name));
    }
}
