namespace VolMgr.Commands.Captures;

/// <summary>
/// Reads captured vxdmpadm output: the tables of listenclosure, listctlr, getsubpaths and getdmpnode, by the names of
/// their columns, and the stanzas of list dmpnode.
/// </summary>
internal sealed class PathCapture
{
    private readonly SortedDictionary<string, CapturedEnclosure> enclosures = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> enclosureOf = new(StringComparer.Ordinal);
    private string[]? columns;
    private string? stanza;

    /// <summary>The enclosures that were named, by name.</summary>
    public IReadOnlyList<CapturedEnclosure> Enclosures => [.. enclosures.Values];

    /// <summary>The enclosures of devices, by device name.</summary>
    public IReadOnlyDictionary<string, string> EnclosureOf => enclosureOf;

    /// <summary>Whether a line begins such a text.</summary>
    public static bool IsHeading(string line) => ColumnsOf(line) is not null || IsStanza(line);

    /// <summary>Reads a line; false if it is none of such a text.</summary>
    public bool Take(string line)
    {
        if (ColumnsOf(line) is { } heading)
        {
            columns = heading;
            stanza = null;
            return true;
        }

        if (IsStanza(line))
        {
            columns = null;
            stanza = Value(line);
            return stanza.Length > 0;
        }

        if (line.StartsWith("=====", StringComparison.Ordinal))
        {
            return columns is not null;
        }

        return stanza is not null ? TakeFact(stanza, line) : columns is not null && TakeRow(columns, line);
    }

    /// <summary>The columns of a heading of a table that names enclosures, in one spelling; or null.</summary>
    private static string[]? ColumnsOf(string line)
    {
        if (!line.StartsWith("NAME", StringComparison.Ordinal)
            && !line.StartsWith("ENCLR", StringComparison.Ordinal)
            && !line.StartsWith("CTLR", StringComparison.Ordinal))
        {
            return null;
        }

        string[] names = [.. Words(line).Select(word => word.Split('[')[0].Replace('-', '_'))];
        return names.Contains("ENCLR_NAME") && names.Length >= 4 ? names : null;
    }

    private static bool IsStanza(string line) =>
        line.StartsWith("dmpdev", StringComparison.Ordinal) && line.Contains('=', StringComparison.Ordinal);

    private bool TakeRow(string[] heading, string line)
    {
        string[] fields = Words(line);
        string? Field(string name)
        {
            int index = Array.IndexOf(heading, name);
            return index >= 0 && index < fields.Length ? fields[index] : null;
        }

        if (fields.Length < Math.Min(heading.Length, 4) || Field("ENCLR_NAME") is not { } enclosure)
        {
            columns = null;
            return false;
        }

        Note(enclosure, Field("ENCLR_TYPE"), Field("ENCLR_SNO"), Field("CTLR") ?? Field("CTLR_NAME"));
        string? device = Field("DMPNODENAME") ?? (heading[0] == "NAME" && heading.Contains("PATHS") ? fields[0] : null);
        if (device is not null)
        {
            enclosureOf.TryAdd(device, enclosure);
        }

        return true;
    }

    private bool TakeFact(string device, string line)
    {
        string key = line.Split('=')[0].Trim();
        if (key is "enclosure")
        {
            enclosureOf[device] = Value(line);
            Note(Value(line), null, null, null);
        }
        else if (key is "cab-sno" or "array-name" && enclosureOf.TryGetValue(device, out string? enclosure))
        {
            Note(enclosure, key == "array-name" ? Value(line) : null, key == "cab-sno" ? Value(line) : null, null);
        }
        else if (key is "path"
            && enclosureOf.TryGetValue(device, out string? on)
            && Words(Value(line)) is [_, _, _, _, var controller, ..])
        {
            Note(on, null, null, controller);
        }

        return line.Contains('=', StringComparison.Ordinal) || line.StartsWith('#');
    }

    private void Note(string enclosure, string? type, string? serial, string? controller)
    {
        CapturedEnclosure known = enclosures.TryGetValue(enclosure, out CapturedEnclosure? found)
            ? found : new CapturedEnclosure(enclosure, "", "", []);
        enclosures[enclosure] = known with
        {
            Type = known.Type.Length > 0 ? known.Type : type ?? "",
            Serial = known.Serial.Length > 0 ? known.Serial : serial ?? "",
            Controllers = controller is null || known.Controllers.Contains(controller)
                ? known.Controllers : [.. known.Controllers, controller],
        };
    }

    private static string Value(string line) => line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim();

    private static string[] Words(string line) => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
}
