using System.Globalization;

namespace VolMgr.Commands.Captures;

/// <summary>Reads captured <c>vxdisk list</c> output: the table, and the labelled lines of single disks.</summary>
internal sealed class DiskListCapture(int blockSize)
{
    private readonly Dictionary<string, CapturedDevice> devices = new(StringComparer.Ordinal);
    private readonly HashSet<string> members = new(StringComparer.Ordinal);
    private string? section;
    private bool isTable;

    /// <summary>Whether a line begins such a text.</summary>
    public static bool IsHeading(string line) =>
        IsTableHeading(line) || line.StartsWith("Device:", StringComparison.Ordinal);

    /// <summary>Reads a line; false if it is none of such a text.</summary>
    public bool Take(string line)
    {
        if (IsTableHeading(line))
        {
            isTable = true;
            section = null;
            return true;
        }

        if (line.StartsWith("Device:", StringComparison.Ordinal))
        {
            isTable = false;
            section = line["Device:".Length..].Trim();
            devices.TryAdd(section, new CapturedDevice(section, "auto", "online", null));
            return section.Length > 0;
        }

        return section is not null ? TakeLabel(section, line) : isTable && TakeRow(line);
    }

    /// <summary>The devices that no group uses.</summary>
    public IReadOnlyList<CapturedDevice> Outside(IReadOnlyList<CapturedGroup> groups)
    {
        HashSet<string> used = [.. groups.SelectMany(group => group.Devices.Values), .. members];
        return [.. devices.Values.Where(device => !used.Contains(device.Name))
            .OrderBy(device => device.Name, StringComparer.Ordinal)];
    }

    private bool TakeRow(string line)
    {
        string[] fields = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 5)
        {
            isTable = false;
            return false;
        }

        if (fields[0] == "-")
        {
            return true; // a disk record without device
        }

        devices[fields[0]] = new CapturedDevice(fields[0], fields[1], string.Join(' ', fields.Skip(4)), null);
        if (fields[2] != "-")
        {
            members.Add(fields[0]);
        }

        return true;
    }

    private bool TakeLabel(string device, string line)
    {
        if (line.StartsWith("public:", StringComparison.Ordinal))
        {
            long? offset = Value(line, "offset");
            long? length = Value(line, "len");
            long? total = offset + length is { } end ? ((end * blockSize) + (1 << 20) - 1) >> 20 << 20 : null;
            devices[device] = devices[device] with { Length = total };
        }

        if (line.StartsWith("disk:", StringComparison.Ordinal) && !line.Contains("name= ", StringComparison.Ordinal))
        {
            members.Add(device);
        }

        return line.Contains(':') || line.Contains("state=", StringComparison.Ordinal)
            || line.StartsWith(' ') || line.StartsWith("Multipathing", StringComparison.Ordinal);
    }

    private static long? Value(string line, string key)
    {
        string? word = line.Split(' ').FirstOrDefault(
            part => part.StartsWith(key + "=", StringComparison.Ordinal))?[(key.Length + 1)..];
        return long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            && value < 1L << 50 ? value : null;
    }

    private static bool IsTableHeading(string line)
    {
        string[] fields = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return fields is ["DEVICE", "TYPE", "DISK", "GROUP", "STATUS", ..];
    }
}
