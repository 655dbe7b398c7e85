using VolMgr.Arrays;
using VolMgr.Commands.Parsing;
using VolMgr.Commands.Text;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxdmpadm;

/// <summary>
/// <c>vxdmpadm getlungroup</c>: the devices that fail over together with one; <c>gettpdnode</c>: those that another
/// driver controls.
/// </summary>
internal static class VxdmpadmGroups
{
    private static readonly int[] ForeignWidths = [21, 13, 6, 12];

    /// <summary>Every array here moves a LUN from controller to controller by itself: a group is one LUN.</summary>
    public static Verb LunGroup { get; } = new(
        "getlungroup", "getlungroup dmpnodename=node", "", GroupAsync);

    /// <summary>What <c>vxddladm addforeign</c> left to other drivers.</summary>
    public static Verb ForeignNode { get; } = new(
        "gettpdnode", "gettpdnode [all | nodename=path | tpdnodename=node]", "", ForeignAsync);

    private static async Task<int> GroupAsync(Invocation invocation)
    {
        Outcome<Attributes> split = Attributes.Split(invocation.Operands, "dmpnodename");
        if (!split.IsDone)
        {
            return await invocation.RefuseAsync(split.Refusal);
        }

        if (split.Value["dmpnodename"] is not { } name || split.Value.Operands.Count > 0)
        {
            return await invocation.MisusedAsync("Expected dmpnodename=");
        }

        return invocation.Context.Host.Devices.FindNode(name) is { } node
            ? await invocation.AnswerAsync(NodeRows.Of([node]))
            : await invocation.RefuseAsync(new Refusal(ErrorCode.NotFound, $"Dmpnode {name}: No such dmpnode"));
    }

    private static async Task<int> ForeignAsync(Invocation invocation)
    {
        Outcome<Attributes> split = Attributes.Split(invocation.Operands, "nodename", "tpdnodename");
        if (!split.IsDone)
        {
            return await invocation.RefuseAsync(split.Refusal);
        }

        Attributes given = split.Value;
        if (invocation.Operands.Count > 1 || given.Operands is not ([] or ["all"]))
        {
            return await invocation.MisusedAsync("Expected one of all, nodename=, tpdnodename=");
        }

        List<DmpNode> nodes =
        [
            .. invocation.Context.Host.Devices.Nodes.Where(node => node.IsForeign
                && (given["nodename"] is not { } path || node.Paths.Any(each => each.Name == path))
                && (given["tpdnodename"] is not { } name || node.Name == name)),
        ];
        if (nodes.Count == 0 && invocation.Operands is [var named] && named != "all")
        {
            return await invocation.RefuseAsync(
                new Refusal(ErrorCode.NotFound, $"{named}: No third-party driver controls it"));
        }

        return await invocation.AnswerAsync(nodes
            .Select(node => PaddedRow.Of(
                ForeignWidths, node.Name, NodeRows.StateOf(node), $"{node.Paths.Count}", node.Enclosure.Type,
                node.Enclosure.Name))
            .Prepend(new string('=', 68))
            .Prepend(PaddedRow.Of(ForeignWidths, "NAME", "STATE", "PATHS", "ENCLR-TYPE", "ENCLR-NAME")));
    }
}
