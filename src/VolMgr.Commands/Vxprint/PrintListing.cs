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

            AddGroup(lines, group, request, request.OnlyPendingReclamation ? [] : blocks, format);
        }

        return (lines, [.. names.Where(name => !found.Contains(name))]);
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
                AddBlocks(lines, [.. items.Select(item => LongForms.Of(group, item))]);
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
            AddBlocks(lines, [.. blocks.Select(block => block.Select(row))]);
        }
        else
        {
            lines.AddRange(blocks.SelectMany(block => block.Select(row)));
        }
    }

    private static void AddBlocks(List<string> lines, IReadOnlyList<IEnumerable<string>> blocks)
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
