using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Captures;

/// <summary>
/// Builds the records of a group from what a capture says of them. A volume that breaks a rule of this program is left
/// out with its plexes, and its lines are kept.
/// </summary>
internal sealed class GroupAssembler(string name, List<string> notes)
{
    private readonly Dictionary<string, DiskRecord> disks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, VolumeRecord> volumes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (PlexRecord Plex, string Volume)> plexes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (SubdiskRecord Subdisk, string Plex, string Disk)> subdisks =
        new(StringComparer.Ordinal);

    private readonly Dictionary<string, (SubVolumeRecord Sub, string Plex, string Volume)> subVolumes =
        new(StringComparer.Ordinal);

    private readonly Dictionary<string, (CapturedDco Dco, RecordId Id)> dcos = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> preferred = new(StringComparer.Ordinal);
    private readonly List<(string Name, string Line)> lines = [];
    private readonly HashSet<string> spoiled = new(StringComparer.Ordinal);
    private readonly Dictionary<RecordId, string> devices = [];
    private readonly HashSet<string> typed = new(StringComparer.Ordinal);
    private DiskGroupRecord group = new() { Name = name, GroupId = "" };
    private long next = 1025;

    public string Name => name;

    public string Description { get; set; } = "";

    /// <summary>Listings of the group.</summary>
    public List<CapturedViewBuilder> Views { get; } = [];

    /// <summary>Labelled descriptions of records.</summary>
    public Dictionary<string, IReadOnlyList<string>> LongForms { get; } = new(StringComparer.Ordinal);

    /// <summary>What a number counts in the lines of the group.</summary>
    public int BlockSize { get; set; } = CaptureReader.Sector;

    /// <summary>Whether a record of that name is known.</summary>
    public bool Knows(string record) => disks.ContainsKey(record) || volumes.ContainsKey(record)
        || plexes.ContainsKey(record) || subdisks.ContainsKey(record) || subVolumes.ContainsKey(record);

    /// <summary>Whether a record was listed with the columns of its type.</summary>
    public bool IsTyped(string record) => typed.Contains(record);

    /// <summary>Notes how a record was listed.</summary>
    public void SetTyped(string record, bool isTyped)
    {
        if (isTyped)
        {
            typed.Add(record);
        }
    }

    public void SetGroup(Func<DiskGroupRecord, DiskGroupRecord> change) => group = change(group);

    public RecordId NewId() => new(next++);

    public void Add(DiskRecord disk, string device)
    {
        disks[disk.Name] = disk;
        if (device.Length > 0)
        {
            devices[disk.Id] = device;
        }
    }

    public void Add(VolumeRecord volume) => volumes[volume.Name] = volume;

    /// <summary>The line of a record: kept where the record is not built.</summary>
    public void AddLine(string record, string line) => lines.Add((record, line));

    public void Prefer(string volume, string plex) => preferred[volume] = plex;

    public void Add(PlexRecord plex, string volume) => plexes[plex.Name] = (plex, volume);

    public void Add(SubdiskRecord subdisk, string plex, string disk) =>
        subdisks[subdisk.Name] = (subdisk, plex, disk);

    public void Add(SubVolumeRecord sub, string plex, string volume) => subVolumes[sub.Name] = (sub, plex, volume);

    public void Add(CapturedDco dco) => dcos[dco.Name] = (dco, NewId());

    /// <summary>The volume, or the plex that belongs to none, cannot be built; its lines are kept.</summary>
    public void Spoil(string volumeOrPlex, string reason)
    {
        if (spoiled.Add(volumeOrPlex))
        {
            notes.Add($"{name}: {volumeOrPlex}: {reason}; kept and not built");
        }
    }

    public string? VolumeOf(string plex) => plexes.TryGetValue(plex, out var found) ? found.Volume : null;

    public void Place(string subdisk, string plex, int column, long offset)
    {
        if (subdisks.TryGetValue(subdisk, out var found))
        {
            subdisks[subdisk] = (
                found.Subdisk with { Column = column, PlexOffset = offset }, plex, found.Disk);
        }
        else if (subVolumes.TryGetValue(subdisk, out var sub))
        {
            subVolumes[subdisk] = (sub.Sub with { Column = column, PlexOffset = offset }, plex, sub.Volume);
        }
    }

    public void Associate(string plex, string volume)
    {
        if (plexes.TryGetValue(plex, out var found))
        {
            plexes[plex] = (found.Plex, volume);
        }
    }

    /// <summary>The disk whose name a generated subdisk name begins with, for listings without a disk column.</summary>
    public string? DiskOfSubdiskName(string subdisk)
    {
        int dash = subdisk.LastIndexOf('-');
        return dash > 0 && disks.ContainsKey(subdisk[..dash]) ? subdisk[..dash] : null;
    }

    public long EndOfDisk(string disk) => subdisks.Values.Where(entry => entry.Disk == disk)
        .Select(entry => entry.Subdisk.DiskOffset + entry.Subdisk.Length).Append(0).Max();

    /// <summary>The group; null if nothing sound can be made of it.</summary>
    public CapturedGroup? Build()
    {
        GuessStripes();
        GroupConfiguration all = Assemble([]);
        bool isAligned = all.Subdisks.Values.All(sd => sd.DiskOffset % 8192 == 0 && sd.Length % 8192 == 0)
            && all.Volumes.Values.All(volume => volume.Length % 8192 == 0);
        if (group.IsCds && !isAligned)
        {
            notes.Add($"{name}: not everything is aligned to 8 KiB; built with cds=off");
            group = group with { IsCds = false };
        }

        HashSet<string> left = [.. spoiled];
        GroupConfiguration built = Assemble(left);
        for (int round = 0; round <= volumes.Count + plexes.Count + subdisks.Count + disks.Count; round++)
        {
            IReadOnlyList<string> violations = ConfigurationChecks.Validate(built);
            if (violations.Count == 0)
            {
                break;
            }

            string? culprit = Culprit(violations[0], left);
            if (culprit is null)
            {
                notes.Add($"{name}: {violations[0]}; the disk group is left out");
                return null;
            }

            left.Add(culprit);
            notes.Add($"{name}: {culprit}: {violations[0]}; kept and not built");
            built = Assemble(left);
        }

        if (ConfigurationChecks.Validate(built) is [var rest, ..])
        {
            notes.Add($"{name}: {rest}; the disk group is left out");
            return null;
        }

        notes.AddRange(dcos.Keys.Where(dco => built.FindDco(dco) is null)
            .Select(dco => $"{name}: {dco}: a record of type dc is kept and not built"));
        return new CapturedGroup
        {
            Configuration = built,
            Devices = devices,
            Kept = [.. lines.Where(line => built.FindObject(line.Name) is null || IsSpaceOnly(built, line.Name))
                .Select(line => line.Line)],
            Description = Description,
            LongForms = LongForms,
            BlockSize = BlockSize,
            Views = [.. Views.Select(view => view.Build())],
        };
    }

    /// <summary>The volume, or the lone plex or subdisk, or the disk, that a violation names.</summary>
    private string? Culprit(string violation, HashSet<string> left)
    {
        foreach (string word in violation.Split([' ', ':', ',', '\''], StringSplitOptions.RemoveEmptyEntries))
        {
            string? plex = plexes.ContainsKey(word) ? word
                : subdisks.TryGetValue(word, out var subdisk) && subdisk.Plex.Length > 0 ? subdisk.Plex
                : subVolumes.TryGetValue(word, out var sub) ? sub.Plex : null;
            string? found = volumes.ContainsKey(word) ? word
                : plex is null ? null
                : VolumeOf(plex) is { Length: > 0 } volume ? volume : plex;
            found ??= subdisks.ContainsKey(word) || disks.ContainsKey(word) ? word : null;
            found = found is not null && left.Contains(found) && subdisks.ContainsKey(word) ? word : found;
            if (found is not null && !left.Contains(found))
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>A layered volume is built whole or not at all.</summary>
    private void AddParts(HashSet<string> left)
    {
        bool grows = true;
        while (grows)
        {
            grows = false;
            foreach ((SubVolumeRecord _, string plex, string volume) in subVolumes.Values)
            {
                string top = VolumeOf(plex) is { Length: > 0 } owner ? owner : plex;
                if (left.Contains(top) || left.Contains(volume) || !volumes.ContainsKey(volume))
                {
                    grows |= left.Add(top) | left.Add(volume);
                }
            }
        }
    }

    private GroupConfiguration Assemble(HashSet<string> left)
    {
        AddParts(left);
        GroupConfiguration built = new()
        {
            Group = group with
            {
                GroupId = group.GroupId.Length > 0 ? group.GroupId : $"1000000000.1.{name}",
                NextRecordId = next,
            },
        };
        foreach (DiskRecord disk in disks.Values.Where(disk => !left.Contains(disk.Name)))
        {
            // The listing of a failed disk does not tell how long it is.
            built = built.With(disk.PublicLength > 0
                ? disk : disk with { PublicLength = (EndOfDisk(disk.Name) + 8191) / 8192 * 8192 });
        }

        foreach (VolumeRecord volume in volumes.Values.Where(volume => !left.Contains(volume.Name)))
        {
            built = built.With(volume);
        }

        foreach ((PlexRecord plex, string volume) in plexes.Values)
        {
            string owner = volume.Length > 0 ? volume : plex.Name;
            if (left.Contains(owner) || (volume.Length > 0 && !volumes.ContainsKey(volume)))
            {
                continue;
            }

            built = built.With(plex with { VolumeId = volume.Length > 0 ? volumes[volume].Id : null });
            foreach ((SubdiskRecord subdisk, string _, string disk) in subdisks.Values
                .Where(entry => entry.Plex == plex.Name && IsBuilt(entry.Disk, left)))
            {
                built = built.With(subdisk with { PlexId = plex.Id, DiskId = disks[disk].Id });
            }

            foreach ((SubVolumeRecord sub, string _, string below) in subVolumes.Values
                .Where(entry => entry.Plex == plex.Name))
            {
                built = built.With(sub with { PlexId = plex.Id, VolumeId = volumes[below].Id });
            }
        }

        built = WithPreferred(WithFreeSubdisks(built, left));
        return dcos.Values.Aggregate(built, (all, entry) => entry.Dco.AddTo(all, entry.Id));
    }

    /// <summary>Whether a record stands only for the space of something that is not built.</summary>
    private bool IsSpaceOnly(GroupConfiguration built, string record) =>
        subdisks.TryGetValue(record, out var entry) && entry.Plex.Length > 0
        && built.FindSubdisk(record) is { PlexId: null };

    private bool IsBuilt(string disk, HashSet<string> left) => disks.ContainsKey(disk) && !left.Contains(disk);

    /// <summary>Subdisks of their own; and what is not built keeps its space, so that nothing else is put
    /// there.</summary>
    private GroupConfiguration WithFreeSubdisks(GroupConfiguration built, HashSet<string> left)
    {
        foreach ((SubdiskRecord subdisk, string plex, string disk) in subdisks.Values.Where(entry =>
            IsBuilt(entry.Disk, left) && !left.Contains(entry.Subdisk.Name)).ToList())
        {
            if (plex.Length == 0 || built.FindPlex(plex) is null)
            {
                built = built.With(subdisk with { DiskId = disks[disk].Id, Column = 0, PlexOffset = 0 });
            }
        }

        return built;
    }

    private GroupConfiguration WithPreferred(GroupConfiguration built)
    {
        foreach ((string volume, string plex) in preferred)
        {
            if (built.FindVolume(volume) is { } record && built.FindPlex(plex)?.VolumeId == record.Id)
            {
                built = built.With(record with
                {
                    ReadPolicy = ReadPolicy.Prefer,
                    PreferredPlexId = plexes[plex].Plex.Id,
                });
            }
        }

        return built;
    }

    /// <summary>A listing without layouts tells a stripe by the columns of its subdisks.</summary>
    private void GuessStripes()
    {
        foreach ((string plex, (PlexRecord record, string volume)) in plexes.ToList())
        {
            int columns = subdisks.Values.Where(entry => entry.Plex == plex).Select(entry => entry.Subdisk.Column)
                .Concat(subVolumes.Values.Where(entry => entry.Plex == plex).Select(entry => entry.Sub.Column))
                .Append(0).Max() + 1;
            if (columns > 1 && record.Layout == PlexLayout.Concat && columns <= 64)
            {
                notes.Add($"{name}: {plex}: taken for a stripe with units of 64 KiB");
                plexes[plex] = (
                    record with { Layout = PlexLayout.Stripe, ColumnCount = columns, StripeUnit = 65536 }, volume);
            }
        }
    }
}
