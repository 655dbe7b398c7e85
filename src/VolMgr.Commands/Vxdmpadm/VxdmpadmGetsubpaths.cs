using VolMgr.Commands.Parsing;
using VolMgr.Commands.Views;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxdmpadm;

/// <summary><c>vxdmpadm getsubpaths</c>: the paths of all devices, of one, of an enclosure, or through a
/// controller or an array port.</summary>
internal static class VxdmpadmGetsubpaths
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "getsubpaths", "getsubpaths [all | dmpnodename=node | tpdnodename=node | ctlr=controller | " +
        "enclosure=name [portid=n] | pwwn=name]", "", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        Outcome<Attributes> split = Attributes.Split(
            invocation.Operands, "dmpnodename", "tpdnodename", "ctlr", "enclosure", "portid", "pwwn");
        if (!split.IsDone)
        {
            return await invocation.RefuseAsync(split.Refusal);
        }

        Attributes attributes = split.Value;
        int expected = attributes["portid"] is null ? 1 : 2;
        if (invocation.Operands.Count > expected || attributes.Operands is not ([] or ["all"])
            || (expected == 2 && attributes["enclosure"] is null))
        {
            return await invocation.MisusedAsync($"{string.Join(' ', invocation.Operands)}: Expected one of all, "
                + "dmpnodename=, tpdnodename=, ctlr=, enclosure=, enclosure= with portid=, pwwn=");
        }

        HostView host = HostReading.Of(invocation.Context.Host);
        if ((attributes["dmpnodename"] ?? attributes["tpdnodename"]) is { } node)
        {
            return host.FindDevice(node) is { } device && (attributes["tpdnodename"] is null || IsForeign(invocation))
                ? await invocation.AnswerAsync(PathRows.OfNode(device))
                : await invocation.RefuseAsync(new Refusal(ErrorCode.NotFound, $"Dmpnode {node}: No such dmpnode"));
        }

        if (attributes["ctlr"] is { } controller)
        {
            return host.Devices.Any(device => device.Paths.Any(path => path.Controller == controller))
                ? await invocation.AnswerAsync(PathRows.OfController(host.Devices, controller))
                : await invocation.RefuseAsync(
                    new Refusal(ErrorCode.NotFound, $"Controller {controller}: No such controller"));
        }

        return await ThroughArrayAsync(invocation, attributes, host);

        bool IsForeign(Invocation asked) => asked.Context.Host.Devices.FindNode(node) is { IsForeign: true };
    }

    /// <summary>All paths, those of an enclosure, or those through an array port.</summary>
    private static async Task<int> ThroughArrayAsync(Invocation invocation, Attributes given, HostView host)
    {
        if (given["enclosure"] is { } enclosure && host.Devices.All(device => device.Enclosure != enclosure))
        {
            return await invocation.RefuseAsync(
                new Refusal(ErrorCode.NotFound, $"Enclosure {enclosure}: No such enclosure"));
        }

        HashSet<string> names =
        [
            .. from node in invocation.Context.Host.Devices.Nodes
               where given["enclosure"] is not { } wanted || node.Enclosure.Name == wanted
               from path in node.Paths
               where given["portid"] is not { } port || $"{path.Port}" == port
               where given["pwwn"] is not { } wwn || path.PortWwn.Equals(wwn, StringComparison.OrdinalIgnoreCase)
               select path.Name,
        ];
        return names.Count == 0 && (given["portid"] ?? given["pwwn"]) is { } unknown
            ? await invocation.RefuseAsync(new Refusal(ErrorCode.NotFound, $"Port {unknown}: No such port"))
            : await invocation.AnswerAsync(PathRows.All(host.Devices, names));
    }
}
