using System.Globalization;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Captures;

/// <summary>
/// Reads captured descriptions (<c>vxprint -m</c>, <c>*.cfgrec</c>): records of any origin, with keys that this program
/// does not have. Associations are taken from names where there are names, else from record ids.
/// </summary>
internal sealed class DescriptionCapture(int blockSize, List<string> notes)
{
    private static readonly HashSet<string> Known =
        new(StringComparer.Ordinal) { "dg", "dm", "vol", "plex", "sd", "sv" };

    /// <summary>Whether a text has the form of a description.</summary>
    public static bool IsDescription(string text) => text.Split('\n').Any(line =>
        line.Length > 1 && line[0] is '\t' or ' ' && line.TrimStart().StartsWith("rid=", StringComparison.Ordinal));

    /// <summary>The group of a text; its name where the text has no dg record.</summary>
    public GroupAssembler Read(string text, string fallbackName)
    {
        IReadOnlyList<Stanza> stanzas = StanzaReading.Of(text).Stanzas;
        Stanza? head = stanzas.FirstOrDefault(stanza => stanza.Type == "dg");
        GroupAssembler group = new(head?.Name ?? fallbackName, notes) { Description = text, BlockSize = blockSize };
        if (head is not null)
        {
            Dictionary<string, string> values = Values(head);
            group.SetGroup(record => record with
            {
                GroupId = values.GetValueOrDefault("dgid", ""),
                Version = Number(values, "version", record.Version),
                BaseMinor = Number(values, "base_minor", record.BaseMinor),
                IsCds = values.GetValueOrDefault("cds", "on") == "on",
            });
        }

        Dictionary<string, string> names = [];
        foreach (Stanza stanza in stanzas)
        {
            names[Values(stanza).GetValueOrDefault("rid", stanza.Name)] = stanza.Name;
        }

        foreach (Stanza stanza in stanzas)
        {
            Take(group, stanza, names);
        }

        foreach (Stanza stanza in stanzas)
        {
            Associate(group, stanza);
        }

        return group;
    }

    private void Take(GroupAssembler group, Stanza stanza, Dictionary<string, string> names)
    {
        Dictionary<string, string> values = Values(stanza);
        group.AddLine(stanza.Name, $"{stanza.Type} {stanza.Name}");
        switch (stanza.Type)
        {
            case "dm":
                TakeDisk(group, stanza.Name, values);
                break;
            case "vol":
                TakeVolume(group, stanza.Name, values);
                break;
            case "plex":
                TakePlex(group, stanza.Name, values, names);
                break;
            case "sd":
                TakeSubdisk(group, stanza.Name, values, names);
                break;
            case "sv":
                TakeSubVolume(group, stanza.Name, values, names);
                break;
            case "dco":
                group.Add(new CapturedDco(
                    stanza.Name,
                    names.GetValueOrDefault(First(values, "parent_rid"), First(values, "parent_vol")),
                    names.GetValueOrDefault(First(values, "log_rid"), First(values, "log_vol")))
                {
                    RegionSize = Bytes(values, "regionsz"),
                    Version = Number(values, "version", 20),
                });
                break;
            default:
                if (!Known.Contains(stanza.Type))
                {
                    notes.Add($"{group.Name}: {stanza.Name}: a record of type {stanza.Type} is kept and not built");
                }

                break;
        }
    }

    private void TakeDisk(GroupAssembler group, string name, Dictionary<string, string> values)
    {
        RecordId id = group.NewId();
        string device = First(values, "da_name", "last_da_name", "device");
        bool isRemoved = values.GetValueOrDefault("removed") == "on";
        group.Add(
            new DiskRecord
            {
                Id = id,
                Name = name,
                Comment = values.GetValueOrDefault("comment", ""),
                DiskId = First(values, "diskid") is { Length: > 0 } disk ? disk : $"1000000000.{id.Value}.{group.Name}",
                LastDeviceName = device,
                PublicLength = Bytes(values, "pub_len", "publen", "dev_len", "len"),
                PrivateLength = Bytes(values, "priv_len", "privlen"),
                IsRemoved = isRemoved,
                IsFailing = values.GetValueOrDefault("failing") == "on",
                IsReserved = First(values, "reserve", "reserved") == "on",
                IsSpare = values.GetValueOrDefault("spare") == "on",
                IsNoHotUse = values.GetValueOrDefault("nohotuse") == "on",
            },
            isRemoved || values.GetValueOrDefault("nodevice") == "on" ? "" : device);
    }

    private void TakeVolume(GroupAssembler group, string name, Dictionary<string, string> values)
    {
        VolumeState? state = CapturedWords.VolumeStateOf(First(values, "state"));
        VolumeKernelState? kernel = CapturedWords.VolumeKernelStateOf(First(values, "kstate"));
        string read = First(values, "read_pol");
        ReadPolicy? policy = CapturedWords.ReadPolicyOf(read.Length > 0 ? read : "SELECT");
        string type = First(values, "use_type", "usetype") is { Length: > 0 } use ? use : "fsgen";
        if (state is null || kernel is null || policy is null || type == "raid5")
        {
            group.Spoil(
                name, $"not a volume that is built here ({type} {First(values, "kstate")} {First(values, "state")})");
        }

        VolumeRecord plain = new() { Id = group.NewId(), Name = name, Length = 0, State = VolumeState.Empty };
        group.Add(plain with
        {
            Comment = values.GetValueOrDefault("comment", ""),
            Length = Bytes(values, "len"),
            UseType = type,
            State = state ?? VolumeState.Empty,
            KernelState = kernel ?? VolumeKernelState.Disabled,
            ReadPolicy = policy == ReadPolicy.Prefer ? ReadPolicy.Select : policy ?? ReadPolicy.Select,
            User = First(values, "user") is { Length: > 0 } user ? user : plain.User,
            Group = First(values, "group") is { Length: > 0 } owner ? owner : plain.Group,
            Mode = First(values, "mode") is { Length: > 0 } mode ? mode : plain.Mode,
        });
        if (policy == ReadPolicy.Prefer)
        {
            group.Prefer(name, First(values, "pref_name", "pref_plex"));
        }
    }

    private void TakePlex(
        GroupAssembler group, string name, Dictionary<string, string> values, Dictionary<string, string> names)
    {
        string volume = names.GetValueOrDefault(First(values, "vol_rid"), First(values, "vol_name", "vol"));
        PlexState? state = First(values, "state") is { Length: > 0 } word
            ? CapturedWords.PlexStateOf(word) : PlexState.None;
        PlexKernelState? kernel = CapturedWords.PlexKernelStateOf(First(values, "kstate"));
        PlexLayout? layout = CapturedWords.LayoutOf(First(values, "layout") is { Length: > 0 } text ? text : "CONCAT");
        if (state is null || kernel is null || layout is null)
        {
            group.Spoil(
                volume.Length > 0 ? volume : name,
                $"plex {name} is {First(values, "layout")} {First(values, "kstate")} {First(values, "state")}");
        }

        bool isStriped = layout == PlexLayout.Stripe;
        group.Add(
            new PlexRecord
            {
                Id = group.NewId(),
                Name = name,
                Comment = values.GetValueOrDefault("comment", ""),
                State = state ?? PlexState.None,
                KernelState = kernel ?? PlexKernelState.Disabled,
                Layout = layout ?? PlexLayout.Concat,
                ColumnCount = isStriped ? Number(values, "ncolumn", 1) : 1,
                StripeUnit = isStriped ? Bytes(values, "st_width", "stwidth") : 0,
                Mode = First(values, "iomode") == "WO" ? PlexMode.WriteOnly : PlexMode.ReadWrite,
                IsLog = values.GetValueOrDefault("log") == "on" || state == PlexState.Log,
            },
            volume);
    }

    private void TakeSubdisk(
        GroupAssembler group, string name, Dictionary<string, string> values, Dictionary<string, string> names)
    {
        string disk = First(values, "dm_name") is { Length: > 0 } given
            ? given : names.GetValueOrDefault(First(values, "dm_rid"), "");
        string plex = names.GetValueOrDefault(First(values, "plex_rid"), First(values, "plex"));
        group.Add(
            new SubdiskRecord
            {
                Id = group.NewId(),
                Name = name,
                Comment = values.GetValueOrDefault("comment", ""),
                DiskId = default,
                DiskOffset = Bytes(values, "dm_offset", "dev_offset", "offset"),
                Length = Bytes(values, "len"),
                Column = Number(values, "column", 0),
                PlexOffset = Bytes(values, "pl_offset"),
            },
            plex,
            disk);
    }

    private void TakeSubVolume(
        GroupAssembler group, string name, Dictionary<string, string> values, Dictionary<string, string> names)
    {
        string volume = First(values, "vol_name", "vol") is { Length: > 0 } given
            ? given : names.GetValueOrDefault(First(values, "vol_rid"), "");
        group.Add(
            new SubVolumeRecord
            {
                Id = group.NewId(),
                Name = name,
                Comment = values.GetValueOrDefault("comment", ""),
                PlexId = default,
                VolumeId = default,
                Length = Bytes(values, "len"),
                Column = Number(values, "column", 0),
                PlexOffset = Bytes(values, "pl_offset"),
            },
            names.GetValueOrDefault(First(values, "plex_rid"), First(values, "plex")),
            volume);
    }

    /// <summary>The lists of names: <c>sd=a:0/0,b:1/0</c> of a plex, <c>plex=a,b</c> of a volume.</summary>
    private void Associate(GroupAssembler group, Stanza stanza)
    {
        Dictionary<string, string> values = Values(stanza);
        if (stanza.Type == "vol")
        {
            foreach (string plex in First(values, "plex").Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                group.Associate(plex, stanza.Name);
            }
        }

        if (stanza.Type != "plex")
        {
            return;
        }

        foreach (string entry in First(values, "sd", "log_sd", "sv").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = entry.Split(':');
            string[] place = parts.Length > 1 ? parts[1].Split('/') : ["0"];
            group.Place(
                parts[0],
                stanza.Name,
                place.Length == 2 && int.TryParse(place[0], out int column) ? column : 0,
                CapturedWords.Blocks(place[^1], blockSize) ?? 0);
        }
    }

    private long Bytes(Dictionary<string, string> values, params string[] keys) =>
        CapturedWords.Blocks(First(values, keys), blockSize) ?? 0;

    private static string First(Dictionary<string, string> values, params string[] keys) =>
        keys.Select(key => values.GetValueOrDefault(key, "")).FirstOrDefault(value => value.Length > 0) ?? "";

    private static int Number(Dictionary<string, string> values, string key, int absent) =>
        int.TryParse(values.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number : absent;

    private static Dictionary<string, string> Values(Stanza stanza)
    {
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (StanzaAttribute attribute in stanza.Attributes)
        {
            values.TryAdd(attribute.Key, attribute.Value);
        }

        return values;
    }
}
