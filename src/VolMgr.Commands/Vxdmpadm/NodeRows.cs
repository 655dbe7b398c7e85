using VolMgr.Arrays;
using VolMgr.Commands.Text;

namespace VolMgr.Commands.Vxdmpadm;

/// <summary>The table of <c>vxdmpadm getdmpnode</c> and <c>getlungroup</c> (vxvm.md 5.13).</summary>
internal static class NodeRows
{
    private static readonly int[] Widths = [20, 12, 12, 6, 5, 5];

    /// <summary>A row for each node, below the heading.</summary>
    public static IEnumerable<string> Of(IEnumerable<DmpNode> nodes) => nodes.Select(Row)
        .Prepend(new string('=', 78))
        .Prepend("NAME                 STATE        ENCLR-TYPE   PATHS  ENBL  DSBL  ENCLR-NAME");

    /// <summary>ENABLED as long as a path works.</summary>
    public static string StateOf(DmpNode node) =>
        node.Paths.Any(path => path.State == PathState.Enabled) ? "ENABLED" : "DISABLED";

    private static string Row(DmpNode node)
    {
        int enabled = node.Paths.Count(path => path.State == PathState.Enabled);
        return PaddedRow.Of(
            Widths, node.Name, StateOf(node), node.Enclosure.Type, $"{node.Paths.Count}",
            $"{enabled}", $"{node.Paths.Count - enabled}", node.Enclosure.Name);
    }
}
