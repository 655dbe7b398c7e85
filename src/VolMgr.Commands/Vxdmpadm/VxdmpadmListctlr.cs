using VolMgr.Arrays;
using VolMgr.Commands.Parsing;
using VolMgr.Commands.Text;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxdmpadm;

/// <summary>
/// <c>vxdmpadm listctlr</c> and <c>getctlr</c>: the controllers, once for each enclosure behind them.
/// </summary>
internal static class VxdmpadmListctlr
{
    private static readonly int[] Widths = [15, 15, 12];
    private static readonly int[] PhysicalWidths = [17, 17, 8];

    /// <summary>The table of controllers and enclosures.</summary>
    public static Verb List { get; } = new(
        "listctlr", "listctlr [all | ctlr=controller | enclosure=name | type=enclosure-type]", "", ListAsync);

    /// <summary>What a controller is physically.</summary>
    public static Verb Get { get; } = new("getctlr", "getctlr {all | controller}", "", GetAsync);

    private static async Task<int> ListAsync(Invocation invocation)
    {
        Outcome<Attributes> split = Attributes.Split(invocation.Operands, "ctlr", "enclosure", "type");
        if (!split.IsDone)
        {
            return await invocation.RefuseAsync(split.Refusal);
        }

        if (invocation.Operands.Count > 1 || split.Value.Operands is not ([] or ["all"]))
        {
            return await invocation.MisusedAsync("Expected one of all, ctlr=, enclosure=, type=");
        }

        List<string> rows =
        [
            .. from node in invocation.Context.Host.Devices.Nodes
               from path in node.Paths
               where Wanted(split.Value["ctlr"], path.Controller)
                   && Wanted(split.Value["enclosure"], node.Enclosure.Name)
                   && Wanted(split.Value["type"], node.Enclosure.Type)
               group path by (path.Controller, node.Enclosure.Type, node.Enclosure.Name) into paths
               orderby paths.Key.Controller.Length, paths.Key.Controller, paths.Key.Name
               select PaddedRow.Of(Widths, paths.Key.Controller, paths.Key.Type, State(paths), paths.Key.Name),
        ];
        if (rows.Count == 0 && invocation.Operands is [var named, ..] && named != "all")
        {
            return await invocation.RefuseAsync(new Refusal(ErrorCode.NotFound, $"{named}: No such controller"));
        }

        return await invocation.AnswerAsync(rows
            .Prepend(new string('=', 53))
            .Prepend("CTLR-NAME       ENCLR-TYPE      STATE      ENCLR-NAME"));
    }

    private static async Task<int> GetAsync(Invocation invocation)
    {
        if (invocation.Operands is not [var wanted])
        {
            return await invocation.MisusedAsync("Expected all or a controller");
        }

        List<string> controllers =
        [
            .. invocation.Context.Host.Devices.Nodes.SelectMany(node => node.Paths).Select(path => path.Controller)
                .Distinct().Where(name => wanted == "all" || name == wanted)
                .OrderBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal),
        ];
        if (controllers.Count == 0)
        {
            return await invocation.RefuseAsync(
                new Refusal(ErrorCode.NotFound, $"Controller {wanted}: No such controller"));
        }

        return await invocation.AnswerAsync(controllers
            .Select(name => PaddedRow.Of(PhysicalWidths, name, name, "VolMgr", name))
            .Prepend(new string('=', 53))
            .Prepend("LNAME             PNAME             VENDOR   CTLR-ID"));
    }

    private static bool Wanted(string? wanted, string actual) => wanted is null || wanted == actual;

    private static string State(IEnumerable<DevicePath> paths) =>
        paths.All(path => path.IsDisabledByHand) ? "DISABLED" : "ENABLED";
}
