using VolMgr.Commands.Views;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Vxprint;

/// <summary>
/// The whole text of a vxprint: for each group its line, the headings, and the blocks of records with blank lines as
/// captured listings have them (vxvm.md 5.2).
/// </summary>
internal static class PrintListing
{
    /// <summary>The lines for all records, or for the named ones, and the names that were found nowhere.</summary>
    public static (List<string> Lines, List<string> Missing) Of(
        IReadOnlyList<GroupView> groups, PrintRequest request, IReadOnlyList<string> names, FormatText? format)
    {
        List<string> lines = [];
        HashSet<string> found = new(StringComparer.Ordinal);
        foreach (GroupView group in groups)
        {
            if (request.Form == PrintForm.Summary)
            {
                AddGroupLine(lines, group, request, isFollowedByBlank: true);
                lines.AddRange(GroupSummary.Of(group));
                continue;
            }

            List<List<PrintItem>> blocks = names.Count > 0 ? [] : request.Search is null
                ? PrintSelection.Everything(group, request) : PrintSelection.Matching(group, request);
            foreach (string name in names)
            {
                List<PrintItem> block = PrintSelection.Named(group, request, name);
                found.UnionWith(block.Count > 0 ? [name] : Array.Empty<string>());
                if (block.Count > 0 && request.Search?.Matches(group, block[0]) != false)
                {
                    blocks.Add(block);
                }
            }

            if (request.OnlyPendingReclamation)
            {
                continue;
            }

            if (ImportedRows.Of(group, request, RowOf(request.Form)) is { } imported)
            {
                AddImported(lines, group, request, blocks, (imported, names, found));
            }
            else
            {
                IReadOnlyList<Stanza> kept = request.Search is null ? ImportedRecords.Kept(group, request, names) : [];
                found.UnionWith(kept.Select(stanza => stanza.Name));
                AddGroup(lines, group, request, (blocks, kept, names.Count == 0), format);
            }
        }

        return (lines, [.. names.Where(name => !found.Contains(name))]);
    }

    private static Func<GroupView, PrintItem, string> RowOf(PrintForm form) =>
        form == PrintForm.Brief ? BriefRows.Of : TypedRows.Of;

    /// <summary>The listing of an imported group: the whole of it, or what was named.</summary>
    private static void AddImported(
        List<string> lines,
        GroupView group,
        PrintRequest request,
        List<List<PrintItem>> blocks,
        (ImportedRows Rows, IReadOnlyList<string> Names, HashSet<string> Found) imported)
    {
        (ImportedRows captured, IReadOnlyList<string> names, HashSet<string> found) = imported;
        Func<GroupView, PrintItem, string> row = RowOf(request.Form);
        PrintRequest whole = request with { IsHierarchy = true, Types = new HashSet<string>() };
        List<List<string>> merged = captured.Merge([.. PrintSelection.Everything(group, whole)
            .Select(block => block.Select(item => row(group, item)).ToList())]);
        bool isWhole = names.Count == 0 && request is { IsHierarchy: true, Types.Count: 0, Search: null };
        List<List<string>> rows = isWhole ? merged
            : names.Count == 0 && request.Search is null ? ImportedRows.Select(merged, request)
            : [.. blocks.Select(block => block.Select(item => captured.RowOf(row(group, item))).ToList())];
        if (names.Count > 0 && request.Search is null)
        {
            rows = [];
            foreach (string name in names)
            {
                List<string>? block = Named(group, request, merged, name)
                    ?? blocks.Find(each => (each[0].Record?.Name ?? group.Name) == name)
                        ?.Select(item => captured.RowOf(row(group, item))).ToList();
                block ??= captured.KeptRow(name) is { } kept && request.Wants(kept.Split(' ')[0]) ? [kept] : null;
                rows.AddRange(block is null ? [] : [block]);
                found.UnionWith(block is null ? [] : [name]);
            }
        }

        if (rows.Count == 0)
        {
            return;
        }

        AddGroupLine(lines, group, request, request.IsHierarchy);
        if (request.HasHeader && request.Form == PrintForm.Brief)
        {
            lines.AddRange(captured.HeaderOf([BriefRows.Header]).DefaultIfEmpty(BriefRows.Header));
        }
        else if (request.HasHeader)
        {
            PrintItem[] shown =
                [.. rows.SelectMany(block => block).Select(line => new PrintItem(line.Split(' ')[0], null))];
            lines.AddRange(isWhole && captured.Header.Count > 0
                ? captured.Header : captured.HeaderOf(TypedRows.HeaderOf(request, shown)));
            lines.AddRange(request.IsHierarchy ? [""] : Array.Empty<string>());
        }

        if (request.IsHierarchy)
        {
            AddBlocks(lines, rows);
        }
        else
        {
            lines.AddRange(rows.SelectMany(block => block));
        }
    }

    /// <summary>The block of a volume, or what else has one, as the capture orders it.</summary>
    private static List<string>? Named(GroupView group, PrintRequest request, List<List<string>> merged, string name)
    {
        List<string>? block = merged.Find(each => each[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)
            is [not ("dg" or "dm" or "sd"), var head, ..] && head == name);
        return block is null || !request.Wants(block[0].Split(' ')[0]) || name == group.Name ? null
            : request.IsHierarchy ? block : [block[0]];
    }

    private static void AddGroup(
        List<string> lines,
        GroupView group,
        PrintRequest request,
        (List<List<PrintItem>> Blocks, IReadOnlyList<Stanza> Kept, bool IsAll) shown,
        FormatText? format)
    {
        (List<List<PrintItem>> blocks, IReadOnlyList<Stanza> kept, bool isAll) = shown;
        if (blocks.Count == 0 && kept.Count == 0)
        {
            return;
        }

        HashSet<string> instead = [.. kept.Select(stanza => stanza.Name)];
        List<PrintItem> items = [.. blocks.SelectMany(block => block)
            .Where(item => item.Record is null || !instead.Contains(item.Record.Name))];
        switch (request.Form)
        {
            case PrintForm.Name:
                lines.AddRange(items.Select(item => item.Record?.Name ?? group.Name));
                lines.AddRange(kept.Select(stanza => stanza.Name));
                break;
            case PrintForm.Format:
                lines.AddRange(items.Select(item => format?.Of(group, item)).OfType<string>());
                lines.AddRange(kept.Select(stanza => format?.Of(stanza)).OfType<string>());
                break;
            case PrintForm.Make:
                lines.AddRange(isAll && request.Types.Count == 0 && request.Search is null
                    ? ImportedRecords.Whole(group) ?? Make(group, items, kept) : Make(group, items, kept));
                break;
            case PrintForm.Attributes:
                lines.AddRange(items.Select(item => MakeForm(group, item))
                    .Concat(kept.Select(stanza => ImportedRecords.MakeOf(group, stanza)))
                    .Select(record => string.Join(' ', record.Select(line => line.TrimStart('\t')))));
                break;
            case PrintForm.Long:
                AddGroupLine(lines, group, request, isFollowedByBlank: true);
                AddBlocks(lines, ImportedRecords.Long(group, items, kept));
                break;
            case PrintForm.Typed:
                AddGroupLine(lines, group, request, request.IsHierarchy);
                if (request.HasHeader)
                {
                    lines.AddRange(TypedRows.HeaderOf(request, items));
                    lines.AddRange(request.IsHierarchy ? [""] : Array.Empty<string>());
                }

                AddRows(lines, request, blocks, item => TypedRows.Of(group, item));
                break;
            case PrintForm.Brief:
                AddGroupLine(lines, group, request, request.IsHierarchy);
                lines.AddRange(request.HasHeader ? [BriefRows.Header] : Array.Empty<string>());
                AddRows(lines, request, blocks, item => BriefRows.Of(group, item));
                break;
            default:
                throw new Blocks.InvariantViolationException($"form {request.Form} is printed");
        }
    }

    private static void AddGroupLine(List<string> lines, GroupView group, PrintRequest request, bool isFollowedByBlank)
    {
        if (!request.HasGroupLine)
        {
            return;
        }

        lines.AddRange(lines.Count > 0 ? [""] : Array.Empty<string>());
        lines.Add($"Disk group: {group.Name}");
        lines.AddRange(isFollowedByBlank ? [""] : Array.Empty<string>());
    }

    private static void AddRows(
        List<string> lines, PrintRequest request, List<List<PrintItem>> blocks, Func<PrintItem, string> row)
    {
        if (request.IsHierarchy)
        {
            AddBlocks(lines, [.. blocks.Select(block => block.Select(row).ToList())]);
        }
        else
        {
            lines.AddRange(blocks.SelectMany(block => block.Select(row)));
        }
    }

    private static void AddBlocks(List<string> lines, List<List<string>> blocks)
    {
        for (int i = 0; i < blocks.Count; i++)
        {
            lines.AddRange(i > 0 ? [""] : Array.Empty<string>());
            lines.AddRange(blocks[i]);
        }
    }

    private static IEnumerable<string> Make(
        GroupView group, IEnumerable<PrintItem> items, IEnumerable<Stanza> kept) =>
        items.SelectMany(item => MakeForm(group, item))
            .Concat(kept.SelectMany(stanza => ImportedRecords.MakeOf(group, stanza)));

    private static IReadOnlyList<string> MakeForm(GroupView group, PrintItem item)
    {
        if (ImportedRecords.Described(group, item) is { } described)
        {
            return described;
        }

        string text = item.Record is { } record
            ? ConfigurationText.WriteRecord(group.Configuration, record)
            : ConfigurationText.WriteGroup(group.Configuration);
        return text.TrimEnd('\n').Split('\n');
    }
}
