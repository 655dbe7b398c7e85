using System.Text;

namespace VolMgr.Commands.Text;

/// <summary>
/// A line of vxprint (vxvm.md 5.1, rule A). A field that is too long pushes the rest on; as soon as the text is shorter
/// than the nominal start of a later column, that column is back at its place.
/// </summary>
internal static class SnapBackLine
{
    /// <summary>Nominal starts of the default view.</summary>
    public static readonly int[] Brief = [0, 3, 16, 29, 38, 47, 56, 65, 73];

    /// <summary>Nominal starts of V, PL, SD, SV and SC rows with <c>-t</c>.</summary>
    public static readonly int[] Typed = [0, 3, 16, 29, 38, 47, 56, 66, 75];

    /// <summary>Lays out the fields; an empty field prints as a dash.</summary>
    public static string Of(int[] starts, params ReadOnlySpan<string> fields)
    {
        StringBuilder line = new();
        for (int i = 0; i < fields.Length; i++)
        {
            if (i > 0)
            {
                line.Append(' ', Math.Max(1, starts[i] - line.Length));
            }

            line.Append(fields[i].Length == 0 ? "-" : fields[i]);
        }

        return line.ToString();
    }
}
