using VolMgr.Arrays;
using VolMgr.Commands.Parsing;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxdmpadm;

/// <summary><c>vxdmpadm getdmpnode</c>: the node of a path, those of an enclosure, or all.</summary>
internal static class VxdmpadmGetdmpnode
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "getdmpnode", "getdmpnode [all | nodename=path | dmpnodename=node | enclosure=name]", "", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        Outcome<Attributes> split = Attributes.Split(invocation.Operands, "nodename", "dmpnodename", "enclosure");
        if (!split.IsDone)
        {
            return await invocation.RefuseAsync(split.Refusal);
        }

        Attributes attributes = split.Value;
        if (invocation.Operands.Count > 1 || attributes.Operands is not ([] or ["all"]))
        {
            return await invocation.MisusedAsync("Expected one of all, nodename=, dmpnodename=, enclosure=");
        }

        List<DmpNode> nodes =
        [
            .. invocation.Context.Host.Devices.Nodes.Where(node =>
                (attributes["nodename"] is not { } path || node.Paths.Any(each => each.Name == path))
                && (attributes["dmpnodename"] is not { } name || node.Name == name)
                && (attributes["enclosure"] is not { } enclosure || node.Enclosure.Name == enclosure)),
        ];
        if (nodes.Count == 0 && invocation.Operands is [var named] && named != "all")
        {
            return await invocation.RefuseAsync(new Refusal(ErrorCode.NotFound, $"{named}: No such dmpnode"));
        }

        return await invocation.AnswerAsync(NodeRows.Of(nodes));
    }
}
