using VolMgr.Arrays;
using VolMgr.Commands.Parsing;
using VolMgr.Commands.Text;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxddladm;

/// <summary><c>vxddladm list</c>: the hardware that discovery saw.</summary>
internal static class VxddladmList
{
    private static readonly int[] HbaWidths = [11, 7, 9, 10];
    private static readonly int[] PortWidths = [11, 11, 8];
    private static readonly int[] TargetWidths = [11, 7, 7, 8];
    private static readonly int[] DeviceWidths = [11, 11, 8];

    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "list", "list {hbas | ports | targets [hba=controller] | devices [hba=controller]}", "", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        Outcome<Attributes> split = Attributes.Split(invocation.Operands, "hba");
        if (!split.IsDone)
        {
            return await invocation.RefuseAsync(split.Refusal);
        }

        List<(DmpNode Node, DevicePath Path)> paths =
        [
            .. from node in invocation.Context.Host.Devices.Nodes
               from path in node.Paths
               where split.Value["hba"] is not { } hba || path.Controller == hba
               orderby path.Controller.Length, path.Controller, path.ArrayName, path.Port, path.Name.Length, path.Name
               select (node, path),
        ];
        IEnumerable<string>? table = (split.Value.Operands, split.Value["hba"]) switch
        {
            (["hbas"], null) => Hbas(paths),
            (["ports"], null) => Ports(paths),
            (["targets"], _) => Targets(paths),
            (["devices"], _) => Devices(paths),
            _ => null,
        };
        return table is null
            ? await invocation.MisusedAsync("Expected hbas, ports, targets or devices")
            : await invocation.AnswerAsync(table);
    }

    private static IEnumerable<string> Hbas(IEnumerable<(DmpNode Node, DevicePath Path)> paths) => Table(
        PaddedRow.Of(HbaWidths, "HBA-ID", "DRIVER", "FIRMWARE", "DISCOVERY", "STATE"),
        paths.Select(each => each.Path.Controller).Distinct()
            .Select(name => PaddedRow.Of(HbaWidths, name, "volmgr", "-", "SNIA", "Online")));

    private static IEnumerable<string> Ports(IEnumerable<(DmpNode Node, DevicePath Path)> paths) => Table(
        PaddedRow.Of(PortWidths, "PORT-ID", "HBA-ID", "STATE", "ADDRESS"),
        paths.GroupBy(each => each.Path.Controller)
            .Select(port => PaddedRow.Of(PortWidths, $"{port.Key}_p0", port.Key, State(port), "-")));

    private static IEnumerable<string> Targets(IEnumerable<(DmpNode Node, DevicePath Path)> paths) => Table(
        PaddedRow.Of(TargetWidths, "TARGET-ID", "ALIAS", "HBA-ID", "STATE", "ADDRESS"),
        paths.GroupBy(each => (each.Path.Controller, each.Path.PortWwn))
            .Select(target => PaddedRow.Of(
                TargetWidths, TargetId(paths, target.Key), "-", target.Key.Controller, State(target),
                target.Key.PortWwn)));

    private static IEnumerable<string> Devices(IEnumerable<(DmpNode Node, DevicePath Path)> paths) => Table(
        PaddedRow.Of(DeviceWidths, "DEVICE", "TARGET-ID", "STATE", "DDL-STATUS (ASL)"),
        paths.Select(each => PaddedRow.Of(
            DeviceWidths, each.Path.Name, TargetId(paths, (each.Path.Controller, each.Path.PortWwn)),
            each.Path.State == PathState.Enabled ? "Online" : "Offline", $"CLAIMED ({each.Node.Enclosure.Asl})")));

    private static string State(IEnumerable<(DmpNode Node, DevicePath Path)> paths) =>
        paths.Any(each => each.Path.State == PathState.Enabled) ? "Online" : "Offline";

    /// <summary>Targets are counted for each controller, in the order of array and port.</summary>
    private static string TargetId(
        IEnumerable<(DmpNode Node, DevicePath Path)> paths, (string Controller, string Wwn) target)
    {
        List<string> ports = [.. paths.Where(each => each.Path.Controller == target.Controller)
            .Select(each => each.Path.PortWwn).Distinct()];
        return $"{target.Controller}_p0_t{ports.IndexOf(target.Wwn)}";
    }

    private static IEnumerable<string> Table(string header, IEnumerable<string> rows) =>
        rows.Prepend(new string('-', 60)).Prepend(header);
}
