using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Captures;

/// <summary>Reads captured <c>vxprint -l</c>: a labelled description of each record. What a listing says of a record
/// counts more.</summary>
internal sealed class LongCapture(int blockSize, ListingCapture listings)
{
    private static readonly HashSet<string> Labels = new(StringComparer.Ordinal)
    {
        "Group:", "Disk:", "Volume:", "Plex:", "Subdisk:", "Subvolume:", "Subvol:", "Subcache:", "Dco:", "DCO:",
        "Snap:", "Snapobj:", "Vset:", "VSet:", "Cache:", "Rvg:", "RVG:", "Rlink:", "Link:", "Site:",
    };

    private List<string>? lines;

    /// <summary>Whether a line begins the description of a record; the next one tells it from those of <c>vxdisk
    /// list</c> and <c>vxdg list</c>.</summary>
    public static bool IsHeading(string line, string next) => LabelledText.LabelOf(line) is { } label
        && Labels.Contains(label) && ListingRows.Fields(line).Length == 2
        && (LabelledText.LabelOf(next) ?? "") is "info:" or "assoc:" or "state:" or "flags:" or "type:" or "version:"
        && !(label == "Disk:" && next.StartsWith("type:", StringComparison.Ordinal));

    /// <summary>Reads a line; false if it is none of a description.</summary>
    public bool Take(string line)
    {
        if (LabelledText.LabelOf(line) is { } label && Labels.Contains(label))
        {
            End();
            lines = [line];
            return true;
        }

        if (lines is null || (LabelledText.LabelOf(line) is null && !line.StartsWith(' ')))
        {
            return false;
        }

        lines.Add(line);
        return true;
    }

    /// <summary>The record is complete.</summary>
    public void End()
    {
        if (lines is null)
        {
            return;
        }

        string[] head = ListingRows.Fields(lines[0]);
        GroupAssembler group = listings.Of(head[0] == "Group:" ? head[1] : "");
        group.LongForms.TryAdd($"{head[0]} {head[1]}", lines);
        if (head[0] == "Group:")
        {
            TakeGroup(group);
        }
        else if (!group.Knows(head[1]))
        {
            TakeRecord(group, head[0], head[1]);
        }

        lines = null;
    }

    private void TakeGroup(GroupAssembler group) => group.SetGroup(record => record with
    {
        GroupId = record.GroupId.Length > 0 ? record.GroupId : Value("info:", "dgid") ?? "",
        Version = Number(lines!.Find(line => line.StartsWith("version:", StringComparison.Ordinal))) ?? record.Version,
        BaseMinor = Number(lines!.Find(line => line.StartsWith("minors:", StringComparison.Ordinal)))
            ?? record.BaseMinor,
    });

    private void TakeRecord(GroupAssembler group, string label, string name)
    {
        switch (label)
        {
            case "Disk:":
                TakeDisk(group, name);
                break;
            case "Volume:":
                TakeVolume(group, name);
                break;
            case "Plex:":
                TakePlex(group, name);
                break;
            case "Subdisk:":
                TakeSubdisk(group, name);
                break;
            default:
                group.AddLine(name, $"{label.TrimEnd(':').ToLowerInvariant()} {name}");
                break;
        }
    }

    private void TakeDisk(GroupAssembler group, string name)
    {
        RecordId id = group.NewId();
        string device = Value("assoc:", "device") ?? "";
        string flags = string.Join(' ', lines!.Where(line => line.StartsWith("flags:", StringComparison.Ordinal)));
        group.Add(
            new DiskRecord
            {
                Id = id,
                Name = name,
                DiskId = Value("info:", "diskid") ?? $"1000000000.{id.Value}.{group.Name}",
                LastDeviceName = device,
                PublicLength = Bytes("devinfo:", "publen") ?? 0,
                PrivateLength = Bytes("devinfo:", "privlen") ?? 0,
                IsRemoved = flags.Contains("removed", StringComparison.Ordinal),
                IsFailing = flags.Contains("failing", StringComparison.Ordinal),
                IsReserved = flags.Contains("reserved", StringComparison.Ordinal),
                IsSpare = flags.Contains("spare", StringComparison.Ordinal),
                IsNoHotUse = flags.Contains("nohotuse", StringComparison.Ordinal),
            },
            flags.Contains("removed", StringComparison.Ordinal) ? "" : device);
    }

    private void TakeVolume(GroupAssembler group, string name)
    {
        group.AddLine(name, $"v {name}");
        VolumeState? state = CapturedWords.VolumeStateOf(Value("state:", "state") ?? "");
        VolumeKernelState? kernel = CapturedWords.VolumeKernelStateOf(Value("state:", "kernel") ?? "");
        string type = Value("type:", "usetype") ?? "fsgen";
        if (state is null || kernel is null || type == "raid5")
        {
            group.Spoil(name, $"not a volume that is built here ({type})");
        }

        VolumeRecord plain = new() { Id = group.NewId(), Name = name, Length = 0, State = VolumeState.Empty };
        ReadPolicy? read = CapturedWords.ReadPolicyOf(Value("policies:", "read") ?? "");
        group.Add(plain with
        {
            Length = Bytes("info:", "len") ?? 0,
            UseType = type,
            State = state ?? VolumeState.Empty,
            KernelState = kernel ?? VolumeKernelState.Disabled,
            ReadPolicy = read == ReadPolicy.Round ? ReadPolicy.Round : ReadPolicy.Select,
            User = Value("perms:", "user") ?? plain.User,
            Group = Value("perms:", "group") ?? plain.Group,
            Mode = Value("perms:", "mode") ?? plain.Mode,
        });
    }

    private void TakePlex(GroupAssembler group, string name)
    {
        group.AddLine(name, $"pl {name}");
        PlexState? state = CapturedWords.PlexStateOf(Value("state:", "state") ?? "-");
        PlexKernelState? kernel = CapturedWords.PlexKernelStateOf(Value("state:", "kernel") ?? "");
        PlexLayout? layout = CapturedWords.LayoutOf(Value("type:", "layout") ?? "CONCAT");
        string volume = Value("assoc:", "vol") is { } owner && owner != "dissoc" ? owner : "";
        if (kernel is null || layout is null || state is null)
        {
            group.Spoil(volume.Length > 0 ? volume : name, $"plex {name} is {Value("type:", "layout")}");
        }

        bool isStriped = layout == PlexLayout.Stripe;
        group.Add(
            new PlexRecord
            {
                Id = group.NewId(),
                Name = name,
                State = state ?? PlexState.None,
                KernelState = kernel ?? PlexKernelState.Disabled,
                Layout = layout ?? PlexLayout.Concat,
                ColumnCount = isStriped ? Number(Value("type:", "columns")) ?? 1 : 1,
                StripeUnit = isStriped ? Bytes("type:", "width") ?? 0 : 0,
                Mode = Value("state:", "io") == "write-only" ? PlexMode.WriteOnly : PlexMode.ReadWrite,
                IsLog = state == PlexState.Log || Value("info:", "len") == "LOGONLY",
            },
            volume);
    }

    private void TakeSubdisk(GroupAssembler group, string name)
    {
        group.AddLine(name, $"sd {name}");
        group.Add(
            new SubdiskRecord
            {
                Id = group.NewId(),
                Name = name,
                DiskId = default,
                DiskOffset = Bytes("info:", "offset") ?? 0,
                Length = Bytes("info:", "len") ?? 0,
                Column = Number(Value("assoc:", "column")) ?? 0,
                PlexOffset = Bytes("assoc:", "offset") ?? 0,
            },
            Value("assoc:", "plex") is { } plex && plex.Length > 0 ? plex : "",
            Value("info:", "disk") ?? "");
    }

    private string? Value(string label, string key) => LabelledText.Value(lines!, label, key); // between Take and End

    private long? Bytes(string label, string key) => CapturedWords.Blocks(Value(label, key) ?? "", blockSize);

    private static int? Number(string? text) =>
        int.TryParse(text?.Split(' ', StringSplitOptions.RemoveEmptyEntries).LastOrDefault(), out int number)
            ? number : null;
}
