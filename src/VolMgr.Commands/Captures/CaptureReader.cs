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

            if (text.Split('\n').Any(line => Begins(line.TrimEnd('\r', ' '))))
            {
                ReadLines(name, text, listing, disks, paths, notes);
            }
            else
            {
                strangers.Add(name);
            }
        }

        if (strangers.Count > 0)
        {
            notes.Add($"{strangers.Count} files hold no output of vxprint, vxdisk list or vxdmpadm and are left out; "
                + $"the first is {strangers[0]}");
        }

        foreach (GroupAssembler group in listing.Groups)
        {
            described.TryAdd(group.Name, group);
        }

        List<CapturedGroup> groups = [.. described.Values.Select(group => group.Build()).OfType<CapturedGroup>()
            .OrderBy(group => group.Configuration.Group.Name, StringComparer.Ordinal)];
        return new CaptureReading(groups, disks.Outside(groups), [.. notes.Distinct()])
        {
            Enclosures = paths.Enclosures,
            EnclosureOf = paths.EnclosureOf,
        };
    }

    private static bool Begins(string line) =>
        ListingCapture.IsHeading(line) || DiskListCapture.IsHeading(line) || PathCapture.IsHeading(line);

    private static void ReadLines(
        string name, string text, ListingCapture listing, DiskListCapture disks, PathCapture paths, List<string> notes)
    {
        int unread = 0;
        int first = 0;
        Func<string, bool> take = disks.Take;
        string[] lines = text.Split('\n');
        for (int index = 0; index < lines.Length; index++)
        {
            string line = lines[index].TrimEnd('\r', ' ');
            bool isPrompt = line.StartsWith('$')
                || (line.StartsWith('#') && !line.StartsWith("###", StringComparison.Ordinal));
            take = ListingCapture.IsHeading(line) ? listing.Take
                : PathCapture.IsHeading(line) ? paths.Take
                : isPrompt || DiskListCapture.IsHeading(line) ? disks.Take
                : take;
            if (line.Length == 0)
            {
                listing.TakeBlank();
            }
            else if (take != listing.Take)
            {
                listing.End();
            }

            if (line.Length == 0 || isPrompt || take(line))
            {
                continue;
            }

            unread++;
            first = first == 0 ? index + 1 : first;
        }

        if (unread > 0)
        {
            notes.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {unread} lines were not understood, the first is line {first}"));
        }
    }
}
