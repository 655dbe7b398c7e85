using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Captures;

/// <summary>
/// Reads captured <c>vxprint</c> listings: <c>-ht</c>, <c>-htr</c> and the default view, of one group or several, with
/// shifted columns. Rows are fields between blanks; what columns they are is said by the heading lines.
/// </summary>
internal sealed class ListingCapture(int blockSize, List<string> notes)
{
    private readonly Dictionary<string, GroupAssembler> groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> volumeColumns = new(StringComparer.Ordinal);
    private GroupAssembler? current;
    private bool isBrief;
    private CapturedViewBuilder? view;
    private List<string> header = [];
    private bool wasHeading;
    private string named = "";

    /// <summary>The groups that were found.</summary>
    public IEnumerable<GroupAssembler> Groups => groups.Values;

    /// <summary>Whether a line begins such a listing.</summary>
    public static bool IsHeading(string line) =>
        line.StartsWith("Disk group: ", StringComparison.Ordinal)
        || (ListingRows.IsHeading(line) && !line.StartsWith("NAME", StringComparison.Ordinal))
        || ListingRows.IsBrief(line) is not null;

    /// <summary>What a command prints follows.</summary>
    /// <param name="group">The group that it names; or a name for a group of which the listing does not tell
    /// one.</param>
    public void Begin(string group)
    {
        End();
        named = group;
        current = null;
        header = [];
        wasHeading = false;
    }

    /// <summary>The group of that name; for an empty name the one that was named last.</summary>
    public GroupAssembler Of(string name)
    {
        if (name.Length > 0 || current is null)
        {
            Enter(name.Length > 0 ? name : named);
        }

        return current!; // entered above
    }

    /// <summary>A blank line ends a block.</summary>
    public void TakeBlank() => view?.Break();

    /// <summary>Something else than a listing follows.</summary>
    public void End() => view = null;

    /// <summary>Reads a line; false if it is none of a listing.</summary>
    public bool Take(string line)
    {
        string[] fields = ListingRows.Fields(line);
        if (line.StartsWith("Disk group: ", StringComparison.Ordinal) && fields.Length > 2)
        {
            End();
            header = [];
            wasHeading = true;
            Enter(fields[2]);
            return true;
        }

        if (ListingRows.IsHeading(line))
        {
            header = wasHeading ? header : [];
            header.Add(line);
            wasHeading = true;
            End();
            ReadHeading(fields);
            return true;
        }

        wasHeading = false;
        if (fields.Length < 2)
        {
            return fields.Length == 0;
        }

        if (view is null && !BeginView(line, fields))
        {
            return false;
        }

        GroupAssembler group = current!; // entered above
        bool isTaken = fields[0] == "dg" || IsTold(group, fields) || TakeRecord(group, fields, line)
            || TakeStranger(line);
        if (isTaken)
        {
            group.SetTyped(fields[1], !isBrief);
            view!.Add(line);
        }

        return isTaken;
    }

    /// <summary>The default view says less of a record than that of <c>-t</c>, where there is one.</summary>
    private bool IsTold(GroupAssembler group, string[] fields) =>
        isBrief && fields[0] is "dm" or "v" or "pl" or "sd" && group.Knows(fields[1])
        && group.IsTyped(fields[1]);

    /// <summary>The first row of a listing says of which group it is, and without headings also its form.</summary>
    private bool BeginView(string line, string[] fields)
    {
        bool? form = ListingRows.IsBrief(line);
        if (form is null && header.Count == 0)
        {
            return false;
        }

        isBrief = header.Count == 0 ? form ?? isBrief : isBrief;
        bool isWhole = fields[0] == "dg";
        if (isWhole)
        {
            Enter(fields[1]);
            if (current!.Views.Exists(known => known.IsWhole && known.IsBrief == isBrief)) // entered above
            {
                notes.Add($"{fields[1]}: listed more than once; the last listing counts");
                groups.Remove(fields[1]);
                Enter(fields[1]);
            }

            ReadGroup(fields);
        }
        else if (current is null)
        {
            Enter(named);
        }

        view = new CapturedViewBuilder(isBrief, isWhole, [.. header]);
        current!.Views.Add(view); // entered above
        return true;
    }

    /// <summary>A row of a type that nobody knows is kept.</summary>
    private bool TakeStranger(string line)
    {
        string[] fields = ListingRows.Fields(line);
        if (current is null || fields.Length < 2 || fields[0].Length > 3
            || !fields[0].All(char.IsAsciiLetterOrDigit) || !char.IsAsciiLetter(fields[0][0]))
        {
            return false;
        }

        current.AddLine(fields[1], line);
        notes.Add($"{current.Name}: {fields[1]}: a record of type {fields[0]} is kept and not built");
        return true;
    }

    private void ReadHeading(string[] fields)
    {
        isBrief = fields[0] == "TY";
        if (fields[0] != "V")
        {
            return;
        }

        volumeColumns.Clear();
        for (int index = 0; index < fields.Length; index++)
        {
            volumeColumns.TryAdd(fields[index], index);
        }
    }

    /// <summary>The column of a volume's row by its headings in different releases.</summary>
    private string Column(string[] fields, int usual, params string[] headings) => Field(
        fields,
        headings.Where(volumeColumns.ContainsKey).Select(heading => volumeColumns[heading]).Append(usual).First());

    private bool TakeRecord(GroupAssembler current, string[] fields, string line)
    {
        switch (fields[0])
        {
            case "dm":
                ReadDisk(current, fields);
                return true;
            case "v":
                ReadVolume(current, fields, line);
                return true;
            case "pl":
                ReadPlex(current, fields, line);
                return true;
            case "sd":
                ReadSubdisk(current, fields, line);
                return true;
            case "sv" or "dc" or "sp" or "vt" or "co" or "sc" or "rv" or "rl" or "st" or "ex" or "sr" or "v2" or "p2"
                or "s2" or "ssd":
                ReadKept(current, fields, line);
                return true;
            default:
                return false;
        }
    }

    private void Enter(string name)
    {
        if (!groups.TryGetValue(name, out GroupAssembler? known))
        {
            known = new GroupAssembler(name, notes) { BlockSize = blockSize };
            groups.Add(name, known);
        }

        current = known;
    }

    private void ReadGroup(string[] fields)
    {
        if (!isBrief && fields.Length >= 6)
        {
            current!.SetGroup(group => group with // entered by the caller
            {
                GroupId = fields[^1],
                BaseMinor = int.TryParse(fields[4], out int minor) ? minor : group.BaseMinor,
            });
        }
    }

    private void ReadDisk(GroupAssembler group, string[] fields)
    {
        string device = fields.Length > 2 ? CapturedWords.Text(fields[2]) : "";
        string state = isBrief ? (fields.Length > 6 ? fields[6] : "-") : fields[^1];
        long length = (isBrief ? Number(fields, 4) : Number(fields, 5)) ?? 0;
        RecordId id = group.NewId();
        group.Add(
            new DiskRecord
            {
                Id = id,
                Name = fields[1],
                DiskId = $"1000000000.{id.Value}.{group.Name}",
                LastDeviceName = device,
                PublicLength = length,
                PrivateLength = isBrief ? 65536 * 512 : Number(fields, 4) ?? 0,
                IsRemoved = state == "REMOVED",
                IsFailing = state == "FAILING",
                IsReserved = state == "RESERVED",
                IsSpare = state == "SPARE",
                IsNoHotUse = state == "NOHOTUSE",
            },
            state is "REMOVED" or "NODEVICE" ? "" : device);
    }

    private void ReadVolume(GroupAssembler group, string[] fields, string line)
    {
        group.AddLine(fields[1], line);
        int shift = isBrief ? 0 : 1;
        VolumeKernelState? kernel = CapturedWords.VolumeKernelStateOf(Field(fields, 3));
        VolumeState? state = CapturedWords.VolumeStateOf(Field(fields, isBrief ? 6 : 4));
        long? length = Number(fields, 4 + shift);
        string read = isBrief ? "SELECT" : Column(fields, 6, "READPOL", "RDPOL");
        ReadPolicy? policy = CapturedWords.ReadPolicyOf(read);
        string type = isBrief ? Field(fields, 2) : Column(fields, 8, "UTYPE", "USETYPE");
        if (length is null || kernel is null || state is null || policy is null || type is "raid5")
        {
            group.Spoil(fields[1], $"not a volume that is built here ({type} {Field(fields, 3)} {read})");
        }

        group.Add(new VolumeRecord
        {
            Id = group.NewId(),
            Name = fields[1],
            Length = length ?? 0,
            UseType = type,
            KernelState = kernel ?? VolumeKernelState.Disabled,
            State = state ?? VolumeState.Empty,
            ReadPolicy = policy == ReadPolicy.Prefer ? ReadPolicy.Select : policy ?? ReadPolicy.Select,
            TUtil0 = isBrief ? CapturedWords.Text(Field(fields, 7)) : "",
            PUtil0 = isBrief ? CapturedWords.Text(Field(fields, 8)) : "",
        });
        if (policy == ReadPolicy.Prefer && !isBrief)
        {
            group.Prefer(fields[1], Column(fields, 7, "PREFPLEX"));
        }
    }

    private void ReadPlex(GroupAssembler group, string[] fields, string line)
    {
        group.AddLine(fields[1], line);
        string volume = CapturedWords.Text(Field(fields, 2));
        string owner = volume.Length > 0 ? volume : fields[1];
        PlexKernelState? kernel = CapturedWords.PlexKernelStateOf(Field(fields, 3));
        PlexState? state = CapturedWords.PlexStateOf(Field(fields, isBrief ? 6 : 4));
        bool isLog = Field(fields, isBrief ? 4 : 5) == "LOGONLY" || state == PlexState.Log;
        PlexLayout? layout = isBrief ? PlexLayout.Concat : CapturedWords.LayoutOf(Field(fields, 6));
        string[] geometry = isBrief ? [] : Field(fields, 7).Split('/');
        bool isStriped = layout == PlexLayout.Stripe;
        if (kernel is null || state is null || layout is null || (isStriped && geometry.Length != 2))
        {
            group.Spoil(owner, $"plex {fields[1]} is {string.Join(' ', fields.Skip(3))}");
        }

        group.Add(
            new PlexRecord
            {
                Id = group.NewId(),
                Name = fields[1],
                KernelState = kernel ?? PlexKernelState.Disabled,
                State = state ?? PlexState.None,
                Layout = layout ?? PlexLayout.Concat,
                ColumnCount = isStriped && int.TryParse(geometry[0], out int columns) ? columns : 1,
                StripeUnit = isStriped && geometry.Length == 2
                    ? CapturedWords.Blocks(geometry[1], blockSize) ?? 0 : 0,
                Mode = (!isBrief && fields[^1] == "WO")
                    || state is PlexState.TempRmSd or PlexState.Temp or PlexState.TempRm
                        ? PlexMode.WriteOnly : PlexMode.ReadWrite,
                IsLog = isLog,
                TUtil0 = isBrief ? CapturedWords.Text(Field(fields, 7)) : "",
                PUtil0 = isBrief ? CapturedWords.Text(Field(fields, 8)) : "",
            },
            volume);
    }

    private void ReadSubdisk(GroupAssembler group, string[] fields, string line)
    {
        group.AddLine(fields[1], line);
        string plex = CapturedWords.Text(Field(fields, 2));
        string owner = plex.Length == 0 ? fields[1] : group.VolumeOf(plex) is { Length: > 0 } volume ? volume : plex;
        string? disk = isBrief ? group.DiskOfSubdiskName(fields[1]) : Field(fields, 3);
        string[] place = Field(fields, isBrief ? 5 : 6).Split('/');
        long? length = Number(fields, isBrief ? 4 : 5);
        long? offset = place[^1] is "LOG" or "DCM" or "-" ? 0 : CapturedWords.Blocks(place[^1], blockSize);
        if (disk is null || length is null || offset is null)
        {
            group.Spoil(owner, $"subdisk {fields[1]} cannot be placed");
            return;
        }

        if (isBrief)
        {
            notes.Add($"{group.Name}: {fields[1]}: the listing does not tell where on disk {disk} it lies; placed");
        }

        group.Add(
            new SubdiskRecord
            {
                Id = group.NewId(),
                Name = fields[1],
                DiskId = default,
                DiskOffset = isBrief ? group.EndOfDisk(disk) : Number(fields, 4) ?? 0,
                Length = length.Value,
                Column = place.Length == 2 && int.TryParse(place[0], out int column) ? column : 0,
                PlexOffset = offset.Value,
            },
            plex,
            disk);
    }

    private void ReadKept(GroupAssembler group, string[] fields, string line)
    {
        group.AddLine(fields[1], line);
        if (fields[0] == "dc" && fields.Length > 3)
        {
            group.Add(new CapturedDco(fields[1], fields[2], isBrief ? fields[2] + "_dcl" : fields[3]));
            return;
        }

        if (fields[0] is "dc" or "sp" or "vt" or "co" or "st" or "ex" or "sr" or "rv" or "rl")
        {
            notes.Add($"{group.Name}: {fields[1]}: a record of type {fields[0]} is kept and not built");
            return;
        }

        if (fields[0] == "sv" && !isBrief && fields.Length > 6 && Number(fields, 5) is { } length
            && Field(fields, 6).Split('/') is var place
            && CapturedWords.Blocks(place[^1], blockSize) is { } offset)
        {
            SubVolumeRecord sub = new()
            {
                Id = group.NewId(),
                Name = fields[1],
                PlexId = default,
                VolumeId = default,
                Length = length,
                Column = place.Length == 2 && int.TryParse(place[0], out int column) ? column : 0,
                PlexOffset = offset,
            };
            group.Add(sub, fields[2], fields[3]);
            return;
        }

        if (fields[0] == "sv")
        {
            group.Spoil(Field(fields, 3), $"it is part of a layered volume ({fields[1]})");
        }

        string plex = Field(fields, 2);
        group.Spoil(
            group.VolumeOf(plex) is { Length: > 0 } volume ? volume : plex,
            $"it is built on {fields[1]}, a record of type {fields[0]}");
    }

    private long? Number(string[] fields, int index) => CapturedWords.Blocks(Field(fields, index), blockSize);

    private static string Field(string[] fields, int index) => index < fields.Length ? fields[index] : "-";
}
