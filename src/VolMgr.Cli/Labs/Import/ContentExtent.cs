using System.Globalization;

namespace VolMgr.Cli.Labs.Import;

/// <summary>
/// A part of a LUN that holds generated content of a volume while nothing else was written there: where a subdisk of a
/// concatenated or striped plex lies.
/// </summary>
/// <param name="Lun">Name of the LUN.</param>
/// <param name="Start">Its first byte on the LUN.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Base">Its first byte within its column of the volume.</param>
/// <param name="Unit">Bytes of a stripe unit; 0 without stripes.</param>
/// <param name="Columns">Number of columns.</param>
/// <param name="Column">Its column.</param>
/// <param name="Tag">Stands for the volume and the seed.</param>
internal sealed record ContentExtent(
    string Lun, long Start, long Length, long Base, long Unit, int Columns, int Column, ulong Tag)
{
    /// <summary>Byte behind it on the LUN.</summary>
    public long End => Start + Length;

    /// <summary>The byte of the volume that a byte of the LUN is.</summary>
    public long VolumeOffset(long lunOffset)
    {
        long inColumn = Base + lunOffset - Start;
        return Unit == 0 ? inColumn
            : ((((inColumn / Unit) * Columns) + Column) * Unit) + (inColumn % Unit);
    }

    /// <summary>How many bytes from there on are consecutive in the volume too.</summary>
    public long RunLength(long lunOffset)
    {
        long rest = End - lunOffset;
        return Unit == 0 ? rest : Math.Min(rest, Unit - ((Base + lunOffset - Start) % Unit));
    }

    /// <summary>As a line of a file.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Lun} {Start} {Length} {Base} {Unit} {Columns} {Column} {Tag}");

    /// <summary>From a line of a file.</summary>
    public static ContentExtent Parse(string line)
    {
        string[] fields = line.Split(' ');
        long Number(int index) => long.Parse(fields[index], CultureInfo.InvariantCulture);
        return new ContentExtent(
            fields[0], Number(1), Number(2), Number(3), Number(4), (int)Number(5), (int)Number(6),
            ulong.Parse(fields[7], CultureInfo.InvariantCulture));
    }
}
