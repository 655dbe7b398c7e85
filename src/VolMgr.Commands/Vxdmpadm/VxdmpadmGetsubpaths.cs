using VolMgr.Commands.Parsing;
using VolMgr.Commands.Views;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxdmpadm;

/// <summary><c>vxdmpadm getsubpaths</c>: the paths of all devices, of one, of an enclosure, or through a
/// controller.</summary>
internal static class VxdmpadmGetsubpaths
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "getsubpaths", "getsubpaths [all | dmpnodename=node | ctlr=controller | enclosure=name]", "", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        Outcome<Attributes> split = Attributes.Split(invocation.Operands, "dmpnodename", "ctlr", "enclosure");
        if (!split.IsDone)
        {
            return await invocation.RefuseAsync(split.Refusal);
        }

        Attributes attributes = split.Value;
        if (invocation.Operands.Count > 1 || attributes.Operands is not ([] or ["all"]))
        {
            return await invocation.MisusedAsync(
                $"{string.Join(' ', invocation.Operands)}: Expected one of all, dmpnodename=, ctlr=, enclosure=");
        }

        HostView host = HostReading.Of(invocation.Context.Host);
        if (attributes["dmpnodename"] is { } node)
        {
            return host.FindDevice(node) is { } device
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

        if (attributes["enclosure"] is { } enclosure)
        {
            List<DeviceView> devices = [.. host.Devices.Where(device => device.Enclosure == enclosure)];
            return devices.Count > 0
                ? await invocation.AnswerAsync(PathRows.All(devices))
                : await invocation.RefuseAsync(
                    new Refusal(ErrorCode.NotFound, $"Enclosure {enclosure}: No such enclosure"));
        }

        return await invocation.AnswerAsync(PathRows.All(host.Devices));
    }
}
