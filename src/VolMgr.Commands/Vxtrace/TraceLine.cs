using System.Globalization;
using System.Text;
using VolMgr.Blocks;
using VolMgr.Commands.Parsing;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Commands.Vxtrace;

/// <summary>A line of <c>vxtrace</c>: blocks and lengths in sectors, times in milliseconds.</summary>
internal static class TraceLine
{
    /// <summary>The line of a note; the long form has the fractions of milliseconds and what was answered.</summary>
    public static string Of(TracedIo note, bool isLong)
    {
        StringBuilder line = new();
        string end = note.IsEnd ? "END" : "START";
        line.Append(CultureInfo.InvariantCulture, $"{note.Sequence} {end} {note.Operation} ");
        line.Append(note.Plex.Length == 0 ? $"vdev {note.Volume}" : $"disk {note.Volume} plex {note.Plex}");
        line.Append(note.Cause > 0 ? $" op {note.Cause}" : "");
        line.Append($" block {Sizes.InSectors(note.Range.Offset)} len {Sizes.InSectors(note.Range.Length)}");
        if (note.IsEnd)
        {
            double taken = note.Time.TotalMilliseconds;
            line.Append(CultureInfo.InvariantCulture, $" time {(isLong ? $"{taken:F3}" : $"{Math.Floor(taken):F0}")}");
            line.Append(note.Status != IoStatus.Success ? " error" : "");
            line.Append(isLong ? $" {note.Status}" : "");
        }
        else if (note.Plex.Length == 0)
        {
            line.Append(CultureInfo.InvariantCulture, $" concurrency {note.Concurrency}");
        }

        return line.ToString();
    }
}
