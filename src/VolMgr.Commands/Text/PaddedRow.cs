using System.Text;

namespace VolMgr.Commands.Text;

/// <summary>
/// A row of vxdisk, vxdg and vxdmpadm tables (vxvm.md 5.1, rule B): fields padded to a width and joined by one blank,
/// as printf does it. A field that is too long shifts the rest of its row. The last field is not padded.
/// </summary>
internal static class PaddedRow
{
    /// <summary>Lays out the fields; there is one width less than there are fields. An empty field prints as a
    /// dash.</summary>
    public static string Of(int[] widths, params ReadOnlySpan<string> fields)
    {
        StringBuilder row = new();
        for (int i = 0; i < fields.Length; i++)
        {
            string field = fields[i].Length == 0 ? "-" : fields[i];
            row.Append(i < widths.Length ? field.PadRight(widths[i]) + " " : field);
        }

        return row.ToString();
    }
}
