using VolMgr.Arrays.Estates;

namespace VolMgr.Arrays.Topology;

/// <summary>
/// From the tree to a topology: the document itself, then its arrays, then its hosts, which refer to them.
/// </summary>
internal static class TopologyReader
{
    public static LabTopology? Read(YamlNode root, ProblemList problems)
    {
        FieldReader fields = new(root, "", problems);
        if (!fields.IsMap || !IsKnownFormat(fields))
        {
            return null;
        }

        bool isVirtual = IsVirtual(fields);
        ArrayReader arrayReader = new(problems);
        List<ArrayTopology> arrays = [.. fields.List("arrays", mayBeEmpty: false)
            .Select(item => arrayReader.Read(item.Node, item.Path))];
        HostReader hostReader = new(arrays, problems);
        List<HostTopology> hosts = [.. fields.List("hosts", mayBeEmpty: false)
            .Select(item => hostReader.Read(item.Node, item.Path))];
        EstateTopology estate = new EstateReader(arrays, hosts, problems).Read(fields);
        fields.Finish();
        return new LabTopology { IsVirtual = isVirtual, Arrays = arrays, Hosts = hosts, Estate = estate };
    }

    private static bool IsVirtual(FieldReader fields)
    {
        string clock = fields.Optional("clock", TextRule.Any) ?? "real";
        if (clock is not ("real" or "virtual"))
        {
            fields.Complain("clock", $"'{YamlTree.Printable(clock)}' is neither real nor virtual; write one of them.");
        }

        return clock is "virtual";
    }

    /// <summary>False when the text is of a later format, whose fields this program cannot judge.</summary>
    private static bool IsKnownFormat(FieldReader fields)
    {
        int format = fields.Number("format", 1, int.MaxValue);
        if (format <= LabTopology.CurrentFormat)
        {
            return true;
        }

        fields.Complain("format", $"format {format} is newer than this program reads ({LabTopology.CurrentFormat});"
            + " use the program that wrote it, or a newer one.");
        return false;
    }
}
