using System.Globalization;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Captures;

/// <summary>Reads captured <c>vxdisk list</c> output: the table, and the labelled lines of single disks.</summary>
internal sealed class DiskListCapture(int blockSize)
{
    private const int Columns = 5;
    private const long UnknownLength = 1L << 30;

    private readonly Dictionary<string, CapturedDevice> devices = new(StringComparer.Ordinal);
    private readonly List<(string Device, string Disk, string Group, string Status)> members = [];
    private readonly List<(string Command, string Subject, List<string> Lines)> outputs = [];
    private string? section;
    private bool isTable;
    private string command = "vxdisk list";

    /// <summary>A command line: what it prints follows.</summary>
    public void Begin(string line)
    {
        isTable = false;
        section = null;
        command = line.Contains("alldgs", StringComparison.Ordinal) ? "vxdisk -o alldgs list" : "vxdisk list";
    }

    /// <summary>What was printed.</summary>
    public IEnumerable<CapturedOutput> Outputs => outputs.Select(
        output => new CapturedOutput(output.Command, output.Subject, output.Lines));

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
            Begin(line.Contains("OS_NATIVE_NAME", StringComparison.Ordinal) ? "vxdisk -e list" : command, "", line);
            return true;
        }

        if (line.StartsWith("Device:", StringComparison.Ordinal))
        {
            isTable = false;
            section = line["Device:".Length..].Trim();
            devices.TryAdd(section, new CapturedDevice(section, "auto", "online", null));
            Begin("vxdisk list", section, line);
            return section.Length > 0;
        }

        bool isTaken = section is not null ? TakeLabel(section, line) : isTable && TakeRow(line);
        if (isTaken)
        {
            outputs[^1].Lines.Add(line);
        }

        return isTaken;
    }

    /// <summary>The devices that no group uses.</summary>
    public IReadOnlyList<CapturedDevice> Outside(IReadOnlyList<CapturedGroup> groups)
    {
        HashSet<string> used = [.. groups.SelectMany(group => group.Devices.Values)];
        return [.. devices.Values.Where(device => !used.Contains(device.Name))
            .OrderBy(device => device.Name, StringComparer.Ordinal)];
    }

    /// <summary>Gives groups the disks that only these listings tell of.</summary>
    public void Tell(Func<string, GroupAssembler> groupOf, List<string> notes)
    {
        foreach ((string device, string disk, string name, string status) in members)
        {
            GroupAssembler group = groupOf(name);
            if (group.Knows(disk))
            {
                continue;
            }

            long? length = devices.GetValueOrDefault(device)?.Length;
            if (length is null && device.Length > 0)
            {
                notes.Add($"{name}: {disk}: no capture tells its size; it becomes 1 GiB");
            }

            RecordId id = group.NewId();
            group.Add(
                new DiskRecord
                {
                    Id = id,
                    Name = disk,
                    DiskId = DiskIdOf(device) ?? $"1000000000.{id.Value}.{name}",
                    LastDeviceName = device.Length > 0 ? device : status.Split("was:")[^1],
                    PublicLength = length ?? UnknownLength,
                    PrivateLength = 65536 * 512,
                    IsRemoved = status.StartsWith("removed", StringComparison.Ordinal),
                    IsFailing = status.Contains("failing", StringComparison.Ordinal),
                    IsReserved = status.Contains("reserved", StringComparison.Ordinal),
                    IsSpare = status.Contains("spare", StringComparison.Ordinal),
                    IsNoHotUse = status.Contains("nohotuse", StringComparison.Ordinal),
                },
                device);
        }
    }

    private string? DiskIdOf(string device)
    {
        List<string>? lines = outputs.Find(output => output.Subject == device && device.Length > 0).Lines;
        return lines is null ? null : LabelledText.Value(lines, "disk:", "id");
    }

    private void Begin(string of, string subject, string first)
    {
        outputs.RemoveAll(output => output.Command == of && output.Subject == subject);
        outputs.Add((of, subject, [first]));
    }

    private bool TakeRow(string line)
    {
        string[] fields = ListingRows.Fields(line);
        if (fields.Length < Columns)
        {
            isTable = false;
            return false;
        }

        string status = string.Join(' ', fields.Skip(Columns - 1));
        bool isLost = fields[0] == "-";
        if (!isLost)
        {
            devices[fields[0]] = new CapturedDevice(
                fields[0], fields[1], status, devices.GetValueOrDefault(fields[0])?.Length);
        }

        if (fields[2] != "-" && fields[3] != "-" && !fields[3].StartsWith('('))
        {
            members.Add((isLost ? "" : fields[0], fields[2], fields[3], status));
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

        if (line.StartsWith("group:", StringComparison.Ordinal) && outputs.Count > 0
            && LabelledText.Value([line], "group:", "name") is { Length: > 0 } group
            && LabelledText.Value(outputs[^1].Lines, "disk:", "name") is { Length: > 0 } disk)
        {
            members.Add((device, disk, group, ""));
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

    private static bool IsTableHeading(string line) =>
        ListingRows.Fields(line) is ["DEVICE", "TYPE", "DISK", "GROUP", "STATUS", ..];
}
