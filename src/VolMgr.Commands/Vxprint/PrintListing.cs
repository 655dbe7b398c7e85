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

            if (ImportedRows.Of(group, request, RowOf(request.Form)) is { } imported
                && request.Form is PrintForm.Typed or PrintForm.Brief)
            {
                AddImported(lines, group, request, blocks, (imported, names, found));
            }
            else
            {
                AddGroup(lines, group, request, blocks, format);
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
        Func<GroupView, PrintItem, string> row = RowOf(request.Form);
        List<List<string>> merged = imported.Rows.Merge([.. PrintSelection.Everything(group, request)
            .Select(block => block.Select(item => row(group, item)).ToList())]);
        List<PrintItem> items = [.. blocks.SelectMany(block => block)];
        List<List<string>> rows = imported.Names.Count == 0 ? merged : [];
        foreach (string name in imported.Names)
        {
            List<string>? block = merged.Find(each => each[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)
                is [not ("dg" or "dm" or "sd"), var head, ..] && head == name);
            block ??= blocks.Find(each => (each[0].Record?.Name ?? group.Name) == name)
                ?.Select(item => row(group, item)).ToList();
            rows.AddRange(block is null ? [] : [block]);
            imported.Found.UnionWith(block is null ? [] : [name]);
            items.AddRange(items.Count == 0 && block is not null ? [new PrintItem(block[0].Split(' ')[0], null)] : []);
        }

        if (rows.Count == 0)
        {
            return;
        }

        AddGroupLine(lines, group, request, isFollowedByBlank: true);
        if (request.HasHeader && request.Form == PrintForm.Brief)
        {
            lines.Add(BriefRows.Header);
        }
        else if (request.HasHeader)
        {
            lines.AddRange(imported.Names.Count == 0 && imported.Rows.Header.Count > 0
                ? imported.Rows.Header : TypedRows.HeaderOf(request, items));
            lines.Add("");
        }

        AddBlocks(lines, rows);
    }

    private static void AddGroup(
        List<string> lines, GroupView group, PrintRequest request, List<List<PrintItem>> blocks, FormatText? format)
    {
        if (blocks.Count == 0)
        {
            return;
        }

        List<PrintItem> items = [.. blocks.SelectMany(block => block)];
        switch (request.Form)
        {
            case PrintForm.Name:
                lines.AddRange(items.Select(item => item.Record?.Name ?? group.Name));
                break;
            case PrintForm.Format:
                lines.AddRange(items.Select(item => format?.Of(group, item)).OfType<string>());
                break;
            case PrintForm.Make:
                lines.AddRange(items.SelectMany(item => MakeForm(group, item)));
                break;
            case PrintForm.Attributes:
                lines.AddRange(items.Select(item => string.Join(
                    ' ', MakeForm(group, item).Select(line => line.TrimStart('\t')))));
                break;
            case PrintForm.Long:
                AddGroupLine(lines, group, request, isFollowedByBlank: true);
                AddBlocks(lines, [.. items.Select(item => LongForms.Of(group, item).ToList())]);
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

    private static string[] MakeForm(GroupView group, PrintItem item)
    {
        string text = item.Record is { } record
            ? ConfigurationText.WriteRecord(group.Configuration, record)
            : ConfigurationText.WriteGroup(group.Configuration);
        return text.TrimEnd('\n').Split('\n');
    }
}
