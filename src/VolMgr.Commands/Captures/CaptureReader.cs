using System.Globalization;

namespace VolMgr.Commands.Captures;

/// <summary>
/// Reads what administrators bring from production: <c>vxprint -m</c> and <c>*.cfgrec</c>, <c>vxprint</c> listings,
/// <c>vxdisk list</c> in both forms, <c>vxdmpadm</c> tables, in files that may hold several of them with prompts and
/// other text between. What a text is, is told by its content. Reading never throws, whatever the text is.
/// </summary>
public static class CaptureReader
{
    /// <summary>Bytes of a block in listings of Linux, Solaris and AIX.</summary>
    public const int Sector = 512;

    /// <summary>Bytes of a block in listings of HP-UX.</summary>
    public const int HpuxBlock = 1024;

    /// <summary>Reads files.</summary>
    /// <param name="files">Name and text of each.</param>
    /// <param name="blockSize">What a number without a unit counts: <see cref="Sector"/> or
    /// <see cref="HpuxBlock"/>.</param>
    public static CaptureReading Read(IEnumerable<(string Name, string Text)> files, int blockSize = Sector)
    {
        List<string> notes = [];
        Dictionary<string, GroupAssembler> described = new(StringComparer.Ordinal);
        ListingCapture listing = new(blockSize, notes);
        DiskListCapture disks = new(blockSize);
        PathCapture paths = new();
        GroupListCapture lists = new();
        LongCapture records = new(blockSize, listing);
        List<string> strangers = [];
        foreach ((string name, string text) in files)
        {
            if (DescriptionCapture.IsDescription(text))
            {
                GroupAssembler group = new DescriptionCapture(blockSize, notes)
                    .Read(text, Path.GetFileNameWithoutExtension(name));
                if (!described.TryAdd(group.Name, group))
                {
                    notes.Add($"{name}: disk group {group.Name} was described before; left out");
                }

                continue;
            }

            string[] lines = [.. text.Split('\n').Select(line => line.TrimEnd('\r', ' '))];
            if (lines.Where((line, index) => Begins(line, index + 1 < lines.Length ? lines[index + 1] : "")).Any())
            {
                ReadLines(name, lines, (listing, records, disks, paths, lists), notes);
            }
            else
            {
                strangers.Add(name);
            }
        }

        if (strangers.Count > 0)
        {
            notes.Add($"{strangers.Count} files hold no output of vxprint, vxdisk list, vxdg list or vxdmpadm and are "
                + $"left out; the first is {strangers[0]}");
        }

        foreach (GroupAssembler group in listing.Groups)
        {
            described.TryAdd(group.Name, group);
        }

        Complete(described, disks, lists, (blockSize, notes));
        List<CapturedGroup> groups = [.. described.Values.Select(group => group.Build()).OfType<CapturedGroup>()
            .Select((group, order) => group with { Order = order })
            .OrderBy(group => group.Configuration.Group.Name, StringComparer.Ordinal)];
        return new CaptureReading(groups, disks.Outside(groups), [.. notes.Distinct()])
        {
            Enclosures = paths.Enclosures,
            EnclosureOf = paths.EnclosureOf,
            Outputs = [.. disks.Outputs, .. lists.Outputs],
        };
    }

    /// <summary>What the lists of disks and groups add to the records.</summary>
    private static void Complete(
        Dictionary<string, GroupAssembler> described,
        DiskListCapture disks,
        GroupListCapture lists,
        (int BlockSize, List<string> Notes) reading)
    {
        (int blockSize, List<string> notes) = reading;
        disks.Tell(name => described.GetValueOrDefault(name) ?? described.Created(name, blockSize, notes), notes);
        foreach (GroupAssembler group in described.Values.Where(group => group.Description.Length == 0))
        {
            lists.Tell(group);
        }

        notes.AddRange(lists.Names.Where(name => !described.ContainsKey(name))
            .Select(name => $"{name}: no capture tells of a disk of this disk group; left out"));
    }

    private static bool Begins(string line, string next) => ListingCapture.IsHeading(line)
        || DiskListCapture.IsHeading(line) || PathCapture.IsHeading(line) || LongCapture.IsHeading(line, next)
        || GroupListCapture.IsHeading(line, next);

    private static GroupAssembler Created(
        this Dictionary<string, GroupAssembler> groups, string name, int blockSize, List<string> notes)
    {
        GroupAssembler group = new(name, notes) { BlockSize = blockSize };
        groups.Add(name, group);
        return group;
    }

    private static void ReadLines(
        string name,
        string[] lines,
        (ListingCapture Listing, LongCapture Records, DiskListCapture Disks, PathCapture Paths,
            GroupListCapture Lists) readers,
        List<string> notes)
    {
        (ListingCapture listing, LongCapture records, DiskListCapture disks, PathCapture paths, GroupListCapture lists)
            = readers;
        string fallback = CapturePrompt.GroupOf(Path.GetFileName(name)) ?? Path.GetFileNameWithoutExtension(name);
        listing.Begin(fallback);
        int unread = 0;
        bool isForeign = false;
        int first = 0;
        Func<string, bool> take = disks.Take;
        for (int index = 0; index < lines.Length; index++)
        {
            string line = lines[index];
            string next = index + 1 < lines.Length ? lines[index + 1] : "";
            string? command = CapturePrompt.CommandOf(line);
            bool isPrompt = command is not null;
            if (command is not null)
            {
                isForeign = command.Length == 0 && line.Trim('#', '$', ' ').Length > 0;
                listing.Begin(CapturePrompt.GroupOf(command) ?? fallback);
                disks.Begin(command);
                lists.Begin(command);
            }

            take = ListingCapture.IsHeading(line) ? listing.Take
                : PathCapture.IsHeading(line) ? paths.Take
                : LongCapture.IsHeading(line, next) ? records.Take
                : GroupListCapture.IsHeading(line, next) ? lists.Take
                : isPrompt || DiskListCapture.IsHeading(line) ? disks.Take
                : take;
            if (line.Length == 0)
            {
                listing.TakeBlank();
                records.End();
            }
            else if (take != listing.Take)
            {
                listing.End();
            }

            isForeign &= !Begins(line, next);
            if (line.Length == 0 || isPrompt || isForeign || take(line))
            {
                continue;
            }

            unread++;
            first = first == 0 ? index + 1 : first;
        }

        records.End();
        if (unread > 0)
        {
            notes.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {unread} lines were not understood, the first is line {first}"));
        }
    }
}
