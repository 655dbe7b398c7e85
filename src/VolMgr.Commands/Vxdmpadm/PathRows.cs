using VolMgr.Commands.Text;
using VolMgr.Commands.Views;

namespace VolMgr.Commands.Vxdmpadm;

/// <summary>The three tables of <c>vxdmpadm getsubpaths</c> (vxvm.md 5.13).</summary>
internal static class PathRows
{
    private static readonly int[] AllWidths = [12, 12, 10, 12, 12, 9];
    private static readonly int[] NodeWidths = [12, 12, 10, 10, 12, 15, 10];

    /// <summary>The paths of these devices: all, or those of these names.</summary>
    public static IEnumerable<string> All(IEnumerable<DeviceView> devices, ISet<string>? names = null) => Table(
        "NAME         STATE[A]   PATH-TYPE[M] DMPNODENAME  ENCLR-NAME   CTLR   ATTRS",
        80,
        from device in devices
        from path in device.Paths
        where names is null || names.Contains(path.Name)
        select PaddedRow.Of(
            AllWidths, path.Name, path.State, path.Type, device.Name, device.Enclosure, path.Controller, "-"));

    /// <summary>The paths of one device.</summary>
    public static IEnumerable<string> OfNode(DeviceView device) => Table(
        "NAME         STATE[A]   PATH-TYPE[M] CTLR-NAME  ENCLR-TYPE   ENCLR-NAME   ATTRS      PRIORITY",
        94,
        device.Paths.Select(path => PaddedRow.Of(
            NodeWidths, path.Name, path.State, path.Type, path.Controller, device.EnclosureType, device.Enclosure,
            "-", "-")));

    /// <summary>The paths through one controller.</summary>
    public static IEnumerable<string> OfController(IEnumerable<DeviceView> devices, string controller) => Table(
        "NAME         STATE[A]   PATH-TYPE[M] DMPNODENAME  ENCLR-TYPE   ENCLR-NAME   ATTRS",
        80,
        from device in devices
        from path in device.Paths
        where path.Controller == controller
        select $"{path.Name,-12}  {path.State,-12}  {path.Type,-10} {device.Name,-12} {device.EnclosureType,-12} " +
            $"{device.Enclosure,-15} -");

    private static IEnumerable<string> Table(string header, int width, IEnumerable<string> rows) =>
        rows.Prepend(new string('=', width)).Prepend(header);
}
