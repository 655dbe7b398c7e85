using System.Globalization;
using System.Text;
using VolMgr.Commands.Parsing;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Commands.Vxstat;

/// <summary>The table of <c>vxstat</c>: names from column 4, the six numbers end in fixed columns (vxvm.md
/// 5.10).</summary>
internal static class StatisticsTable
{
    private static readonly int[] RightEdges = [26, 36, 46, 56, 63, 70];

    /// <summary>The two heading lines.</summary>
    public static IReadOnlyList<string> Header { get; } =
    [
        "                      OPERATIONS          BLOCKS           AVG TIME(ms)",
        "TYP NAME              READ     WRITE      READ     WRITE   READ  WRITE",
    ];

    /// <summary>The row of a volume or a disk for what happened between two readings.</summary>
    public static string Row(string type, string name, VolumeStatistics before, VolumeStatistics now)
    {
        DirectionStatistics reads = Difference(before.Reads, now.Reads);
        DirectionStatistics writes = Difference(before.Writes, now.Writes);
        string[] numbers =
        [
            $"{reads.Operations}", $"{writes.Operations}", $"{Sizes.InSectors(reads.Bytes)}",
            $"{Sizes.InSectors(writes.Bytes)}", Average(reads), Average(writes),
        ];
        StringBuilder row = new($"{type,-3} {name}");
        for (int index = 0; index < numbers.Length; index++)
        {
            row.Append(' ', Math.Max(1, RightEdges[index] - row.Length - numbers[index].Length));
            row.Append(numbers[index]);
        }

        return row.ToString();
    }

    private static DirectionStatistics Difference(DirectionStatistics before, DirectionStatistics now) =>
        now.Operations < before.Operations
            ? now // started anew meanwhile
            : new DirectionStatistics(
                now.Operations - before.Operations,
                now.Bytes - before.Bytes,
                now.Time - before.Time,
                now.Failures - before.Failures);

    private static string Average(DirectionStatistics direction) =>
        (direction.Operations == 0 ? 0 : direction.Time.TotalMilliseconds / direction.Operations)
            .ToString("F2", CultureInfo.InvariantCulture);
}
