using VolMgr.Arrays;
using VolMgr.Commands.Parsing;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxdmpadm;

/// <summary><c>vxdmpadm list dmpnode</c>: a stanza for each node (vxvm.md 5.13).</summary>
internal static class VxdmpadmList
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "list", "list dmpnode [all | dmpnodename=node | enclosure=name]", "", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        Outcome<Attributes> split = Attributes.Split(invocation.Operands, "dmpnodename", "enclosure");
        if (!split.IsDone)
        {
            return await invocation.RefuseAsync(split.Refusal);
        }

        Attributes attributes = split.Value;
        if (attributes.Operands is not (["dmpnode"] or ["dmpnode", "all"]) || invocation.Operands.Count > 2)
        {
            return await invocation.MisusedAsync("Expected dmpnode and one of all, dmpnodename=, enclosure=");
        }

        List<DmpNode> nodes =
        [
            .. invocation.Context.Host.Devices.Nodes.Where(node =>
                (attributes["dmpnodename"] is not { } name || node.Name == name)
                && (attributes["enclosure"] is not { } enclosure || node.Enclosure.Name == enclosure)),
        ];
        if (nodes.Count == 0 && invocation.Operands is [_, var named] && named != "all")
        {
            return await invocation.RefuseAsync(new Refusal(ErrorCode.NotFound, $"{named}: No such dmpnode"));
        }

        List<string> lines = [];
        foreach (DmpNode node in nodes)
        {
            lines.AddRange(lines.Count > 0 ? [""] : Array.Empty<string>());
            lines.AddRange(Stanza(node));
        }

        return await invocation.AnswerAsync(lines);
    }

    private static IEnumerable<string> Stanza(DmpNode node)
    {
        yield return Line("dmpdev", node.Name);
        yield return Line("state", node.Paths.Any(path => path.State == PathState.Enabled) ? "enabled" : "disabled");
        yield return Line("enclosure", node.Enclosure.Name);
        yield return Line("cab-sno", node.CabinetSerial);
        yield return $"asl     = {node.Enclosure.Asl}";
        yield return $"vid     = {node.Vendor}";
        yield return $"pid     = {node.Product}";
        yield return Line("array-name", node.Enclosure.Type);
        yield return Line("array-type", node.Enclosure.ArrayType);
        yield return Line("iopolicy", IoPolicyWords.ListingOf(node.Policy));
        yield return Line("avid", node.ArrayVolumeId.Length > 0 ? node.ArrayVolumeId : "-");
        yield return Line("lun-sno", node.LunSerial);
        yield return Line("udid", node.Udid);
        yield return Line("dev-attr", node.IsBootDisk ? "boot" : node.IsThin ? "tprclm" : "-");
        yield return Line("lun_type", node.IsNamePersistent ? "std" : "-");
        yield return Line("scsi3_vpd", node.ScsiDesignator);
        yield return Line("raid_type", "-");
        yield return Line("replicated", "no");
        yield return Line("num_paths", $"{node.Paths.Count}");
        yield return "###path     = name state type transport ctlr hwpath aportID aportWWN attr";
        foreach (DevicePath path in node.Paths)
        {
            yield return Line(
                "path",
                $"{path.Name} {State(path)} {Type(path.Type)} FC {path.Controller} {path.Controller} " +
                $"{path.Port}-{path.Port} {path.PortWwn} {(path.IsStandby ? "standby" : "-")}");
        }
    }

    private static string Line(string key, string value) => $"{key,-11} = {value}".TrimEnd();

    private static string State(DevicePath path) => path.State switch
    {
        PathState.Enabled => path.IsInUse ? "enabled(a)" : "enabled",
        PathState.Disabled => path.IsDisabledByHand ? "disabled(m)" : "disabled",
    };

    private static string Type(PathType type) => type switch
    {
        PathType.None => "-",
        PathType.Primary => "primary",
        PathType.Secondary => "secondary",
        PathType.ActiveOptimized => "active/optimized",
        PathType.ActiveNonOptimized => "active/non-optimized",
    };
}
