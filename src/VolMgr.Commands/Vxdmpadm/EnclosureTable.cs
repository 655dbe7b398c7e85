using VolMgr.Commands.Text;
using VolMgr.Commands.Views;

namespace VolMgr.Commands.Vxdmpadm;

/// <summary>The table of <c>vxdmpadm listenclosure</c> (vxvm.md 5.13).</summary>
internal static class EnclosureTable
{
    private const string Header =
        "ENCLR_NAME        ENCLR_TYPE     ENCLR_SNO      STATUS       ARRAY_TYPE     LUN_COUNT    FIRMWARE";

    private static readonly int[] Widths = [17, 14, 20, 12];

    /// <summary>The lines of the table.</summary>
    public static IEnumerable<string> Of(IEnumerable<EnclosureView> enclosures) =>
        enclosures.Select(Row).Prepend(new string('=', 99)).Prepend(Header);

    private static string Row(EnclosureView enclosure)
    {
        string firmware = enclosure.Firmware.Length == 0 ? "-" : enclosure.Firmware;
        return PaddedRow.Of(
            Widths, enclosure.Name, enclosure.Type, enclosure.Serial,
            enclosure.IsConnected ? "CONNECTED" : "DISCONNECTED",
            $"{enclosure.ArrayType,-11}{enclosure.LunCount,4}         {firmware}");
    }
}
