using VolMgr.Commands.Parsing;
using VolMgr.Commands.Text;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxdmpadm;

/// <summary><c>vxdmpadm getportids</c>: which array port is behind each path.</summary>
internal static class VxdmpadmGetportids
{
    private static readonly string[] Names = ["ctlr", "dmpnodename", "enclosure", "path"];
    private static readonly int[] Widths = [15, 15, 13];

    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "getportids", "getportids {ctlr=controller | dmpnodename=node | enclosure=name | path=name}", "", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        Outcome<Attributes> split = Attributes.Split(invocation.Operands, Names);
        if (!split.IsDone)
        {
            return await invocation.RefuseAsync(split.Refusal);
        }

        Attributes given = split.Value;
        if (invocation.Operands is not [var subject] || given.Operands.Count > 0)
        {
            return await invocation.MisusedAsync("Expected one of ctlr=, dmpnodename=, enclosure=, path=");
        }

        List<string> rows =
        [
            .. from node in invocation.Context.Host.Devices.Nodes
               where given["dmpnodename"] is not { } name || node.Name == name
               where given["enclosure"] is not { } enclosure || node.Enclosure.Name == enclosure
               from path in node.Paths
               where given["ctlr"] is not { } controller || path.Controller == controller
               where given["path"] is not { } wanted || path.Name == wanted
               select PaddedRow.Of(Widths, path.Name, node.Enclosure.Name, $"{path.Port}", path.PortWwn),
        ];
        return rows.Count == 0
            ? await invocation.RefuseAsync(new Refusal(ErrorCode.NotFound, $"{subject}: No such path"))
            : await invocation.AnswerAsync(rows
                .Prepend(new string('=', 69))
                .Prepend(PaddedRow.Of(Widths, "NAME", "ENCLR-NAME", "ARRAY-PORT-ID", "pWWN")));
    }
}
