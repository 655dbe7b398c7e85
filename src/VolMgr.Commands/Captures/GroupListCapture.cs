namespace VolMgr.Commands.Captures;

/// <summary>Reads captured <c>vxdg list</c> output: the table, and the labelled lines of single groups.</summary>
internal sealed class GroupListCapture
{
    private readonly Dictionary<string, (string Id, bool IsCds, int? Version)> facts = new(StringComparer.Ordinal);
    private readonly List<(string Command, string Subject, List<string> Lines)> outputs = [];
    private bool isTable;
    private string command = "vxdg list";

    /// <summary>A command line: what it prints follows.</summary>
    public void Begin(string line)
    {
        isTable = false;
        command = line.Contains("alldgs", StringComparison.Ordinal) ? "vxdg -o alldgs list" : "vxdg list";
    }

    /// <summary>What was printed.</summary>
    public IEnumerable<CapturedOutput> Outputs =>
        outputs.Select(output => new CapturedOutput(output.Command, output.Subject, output.Lines));

    /// <summary>The names of the groups that were listed.</summary>
    public IEnumerable<string> Names => facts.Keys;

    /// <summary>Whether a line begins such a text; for the labelled lines of a group the next line tells.</summary>
    public static bool IsHeading(string line, string next) => IsTableHeading(line) || IsRow(line)
        || (line.StartsWith("Group:", StringComparison.Ordinal) && ListingRows.Fields(line).Length == 2
            && next.StartsWith("dgid:", StringComparison.Ordinal));

    /// <summary>Reads a line; false if it is none of such a text.</summary>
    public bool Take(string line)
    {
        if (IsTableHeading(line))
        {
            Begin("", line);
            return true;
        }

        if (IsRow(line))
        {
            if (!isTable)
            {
                Begin("", "");
            }

            outputs[^1].Lines.Add(line);
            string[] fields = ListingRows.Fields(line);
            facts[fields[0]] = (fields[2], fields[1].Split(',').Contains("cds"), null);
            return true;
        }

        if (line.StartsWith("Group:", StringComparison.Ordinal))
        {
            Begin(line["Group:".Length..].Trim(), line);
            return true;
        }

        if (isTable || outputs.Count == 0 || !IsLabelled(line))
        {
            return false;
        }

        outputs[^1].Lines.Add(line);
        return true;
    }

    /// <summary>Tells a group what its listing does not say of it.</summary>
    public void Tell(GroupAssembler group)
    {
        foreach ((string _, string subject, List<string> lines) in
            outputs.Where(output => output.Subject == group.Name))
        {
            string flags = lines.Find(line => line.StartsWith("flags:", StringComparison.Ordinal)) ?? "";
            facts[subject] = (
                After(lines, "dgid:"),
                flags.Contains("cds", StringComparison.Ordinal),
                int.TryParse(After(lines, "version:"), out int version) ? version : null);
        }

        if (facts.TryGetValue(group.Name, out var known))
        {
            group.SetGroup(record => record with
            {
                GroupId = record.GroupId.Length > 0 ? record.GroupId : known.Id,
                IsCds = known.IsCds,
                Version = known.Version ?? record.Version,
            });
        }
    }

    private static string After(List<string> lines, string label) =>
        lines.Find(line => line.StartsWith(label, StringComparison.Ordinal))?[label.Length..].Trim() ?? "";

    private void Begin(string subject, string first)
    {
        isTable = subject.Length == 0;
        string of = subject.Length == 0 ? command : "vxdg list";
        outputs.RemoveAll(output => output.Command == of && output.Subject == subject);
        outputs.Add((of, subject, [first]));
    }

    private static bool IsTableHeading(string line) => ListingRows.Fields(line) is ["NAME", "STATE", "ID"];

    private static bool IsRow(string line) => ListingRows.Fields(line) is [_, var state, var id]
        && state.Split(',')[0] is "enabled" or "disabled" or "deported"
        && id.Count(letter => letter == '.') >= 2 && char.IsAsciiDigit(id[0]);

    private static bool IsLabelled(string line) => LabelledText.LabelOf(line) is not null
        || line.StartsWith("config disk ", StringComparison.Ordinal)
        || line.StartsWith("log disk ", StringComparison.Ordinal)
        || line.StartsWith(' ');
}
