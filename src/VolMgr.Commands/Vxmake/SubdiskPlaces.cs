using System.Globalization;
using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Layout;

namespace VolMgr.Commands.Vxmake;

/// <summary>A subdisk with its place in a plex: <c>sd</c>, <c>sd:offset</c>, <c>sd:column/offset</c>.</summary>
internal static class SubdiskPlaces
{
    /// <summary>Reads one.</summary>
    public static Outcome<SubdiskPlace> Parse(string word)
    {
        int colon = word.LastIndexOf(':');
        return colon < 0 ? new SubdiskPlace(word) : WithPlace(word[..colon], word[(colon + 1)..]);
    }

    /// <summary>The place in <c>column/offset</c> or <c>offset</c>.</summary>
    public static Outcome<SubdiskPlace> WithPlace(string subdisk, string place)
    {
        string[] parts = place.Split('/');
        int column = 0;
        bool hasColumn = parts.Length == 2;
        bool isColumn = !hasColumn
            || int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out column);
        Outcome<long> offset = Sizes.Parse(parts[^1].Length == 0 ? "0" : parts[^1]);
        if (parts.Length > 2 || !isColumn || !offset.IsDone || subdisk.Length == 0)
        {
            return new Refusal(ErrorCode.Usage, $"{subdisk}:{place}: Expected subdisk:column/offset");
        }

        return new SubdiskPlace(subdisk, hasColumn ? column : null, parts[^1].Length == 0 ? null : offset.Value);
    }
}
