namespace VolMgr.Volumes.Configuration;

/// <summary>
/// Each type of record in description form: one method writes it, the one beside it reads it. Lengths and offsets are
/// in
/// sectors. References are record ids; the names in <c>dm_name</c>, <c>sd</c> and <c>plex</c> are derived, for people
/// and
/// scripts, and skipped when read.
/// </summary>
internal static class RecordText
{
    public static void WriteGroup(StanzaWriter writer, DiskGroupRecord group)
    {
        writer.Begin("dg", group.Name);
        writer.Plain("dgid", group.GroupId);
        writer.Number("version", group.Version);
        writer.Flag("cds", group.IsCds);
        writer.Number("base_minor", group.BaseMinor);
        writer.Reference("next_rid", new RecordId(group.NextRecordId));
    }

    public static DiskGroupRecord ReadGroup(string name, AttributeReader reader) => new()
    {
        Name = name,
        GroupId = reader.RequiredText("dgid"),
        Version = reader.Number("version", 200),
        IsCds = reader.Flag("cds"),
        BaseMinor = reader.Number("base_minor", 0),
        NextRecordId = reader.RequiredId("next_rid").Value,
    };

    public static void WriteDisk(StanzaWriter writer, DiskRecord disk)
    {
        writer.Begin("dm", disk.Name);
        WriteCommon(writer, disk);
        writer.Plain("diskid", disk.DiskId);
        writer.Plain("last_da_name", disk.LastDeviceName);
        writer.Sectors("pub_len", disk.PublicLength);
        writer.Sectors("priv_len", disk.PrivateLength);
        writer.Flag("removed", disk.IsRemoved);
        writer.Flag("failing", disk.IsFailing);
        writer.Flag("reserve", disk.IsReserved);
        writer.Flag("spare", disk.IsSpare);
        writer.Flag("nohotuse", disk.IsNoHotUse);
    }

    public static DiskRecord ReadDisk(string name, AttributeReader reader) => new()
    {
        Name = name,
        Id = reader.RequiredId("rid"),
        TUtil0 = reader.Text("tutil0"),
        PUtil0 = reader.Text("putil0"),
        Comment = reader.Text("comment"),
        DiskId = reader.RequiredText("diskid"),
        LastDeviceName = reader.Text("last_da_name"),
        PublicLength = reader.Sectors("pub_len", isRequired: true),
        PrivateLength = reader.Sectors("priv_len", isRequired: true),
        IsRemoved = reader.Flag("removed"),
        IsFailing = reader.Flag("failing"),
        IsReserved = reader.Flag("reserve"),
        IsSpare = reader.Flag("spare"),
        IsNoHotUse = reader.Flag("nohotuse"),
    };

    public static void WriteSubdisk(StanzaWriter writer, SubdiskRecord subdisk, GroupConfiguration configuration)
    {
        writer.Begin("sd", subdisk.Name);
        WriteCommon(writer, subdisk);
        writer.Plain("dm_name", configuration.Disks.GetValueOrDefault(subdisk.DiskId)?.Name ?? "");
        writer.Reference("dm_rid", subdisk.DiskId);
        writer.Sectors("dm_offset", subdisk.DiskOffset);
        writer.Sectors("len", subdisk.Length);
        writer.Reference("plex_rid", subdisk.PlexId);
        writer.Number("column", subdisk.Column);
        writer.Sectors("pl_offset", subdisk.PlexOffset);
        if (subdisk.OriginalDisk.Length > 0)
        {
            writer.Quoted("orig_dmname", subdisk.OriginalDisk);
            writer.Sectors("orig_dmoffset", subdisk.OriginalOffset);
        }
    }

    public static SubdiskRecord ReadSubdisk(string name, AttributeReader reader)
    {
        reader.Skip("dm_name");
        return new SubdiskRecord
        {
            Name = name,
            Id = reader.RequiredId("rid"),
            TUtil0 = reader.Text("tutil0"),
            PUtil0 = reader.Text("putil0"),
            Comment = reader.Text("comment"),
            DiskId = reader.RequiredId("dm_rid"),
            DiskOffset = reader.Sectors("dm_offset", isRequired: true),
            Length = reader.Sectors("len", isRequired: true),
            PlexId = reader.Reference("plex_rid"),
            OriginalDisk = reader.Text("orig_dmname"),
            OriginalOffset = reader.Sectors("orig_dmoffset", isRequired: false),
            Column = reader.Number("column", 0),
            PlexOffset = reader.Sectors("pl_offset", isRequired: false),
        };
    }

    public static void WritePlex(StanzaWriter writer, PlexRecord plex, GroupConfiguration configuration)
    {
        writer.Begin("plex", plex.Name);
        WriteCommon(writer, plex);
        writer.Plain("kstate", plex.KernelState.Word());
        writer.Quoted("state", plex.State.Word());
        writer.Plain("iomode", plex.Mode.Word());
        writer.Plain("layout", plex.Layout.Word());
        writer.Number("ncolumn", plex.ColumnCount);
        writer.Sectors("st_width", plex.StripeUnit);
        writer.Flag("log", plex.IsLog);
        writer.Reference("vol_rid", plex.VolumeId);
        if (plex.MovesInto is { } target)
        {
            writer.Reference("move_rid", target);
        }

        if (plex.DetachMap is { } map)
        {
            writer.Number("detach_map", map);
        }

        if (configuration.SubVolumesOf(plex.Id) is { Count: > 0 } layered)
        {
            writer.Plain(
                "sv", string.Join(',', layered.Select(sub => $"{sub.Name}:{sub.Column}/{sub.PlexOffset / 512}")));
            return;
        }

        writer.Plain("sd", string.Join(',', configuration.SubdisksOf(plex.Id).Select(subdisk =>
            $"{subdisk.Name}:{subdisk.Column}/{subdisk.PlexOffset / 512}")));
    }

    public static PlexRecord ReadPlex(string name, AttributeReader reader)
    {
        reader.Skip("sd");
        reader.Skip("sv");
        return new PlexRecord
        {
            Name = name,
            Id = reader.RequiredId("rid"),
            TUtil0 = reader.Text("tutil0"),
            PUtil0 = reader.Text("putil0"),
            Comment = reader.Text("comment"),
            KernelState = reader.Word("kstate", StateWords.Word, PlexKernelState.Disabled),
            State = reader.RequiredWord<PlexState>("state", StateWords.Word),
            Mode = reader.Word("iomode", StateWords.Word, PlexMode.ReadWrite),
            Layout = reader.Word("layout", StateWords.Word, PlexLayout.Concat),
            ColumnCount = reader.Number("ncolumn", 1),
            StripeUnit = reader.Sectors("st_width", isRequired: false),
            IsLog = reader.Flag("log"),
            VolumeId = reader.Reference("vol_rid"),
            MovesInto = reader.Reference("move_rid"),
            DetachMap = reader.Number("detach_map", -1) is >= 0 and var map ? map : null,
        };
    }

    public static void WriteVolume(StanzaWriter writer, VolumeRecord volume, GroupConfiguration configuration)
    {
        writer.Begin("vol", volume.Name);
        WriteCommon(writer, volume);
        writer.Plain("use_type", volume.UseType);
        writer.Plain("kstate", volume.KernelState.Word());
        writer.Quoted("state", volume.State.Word());
        writer.Flag("dirty", volume.IsDirty);
        writer.Plain("read_pol", volume.ReadPolicy.Word());
        writer.Reference("pref_plex_rid", volume.PreferredPlexId);
        writer.Sectors("len", volume.Length);
        writer.Number("minor", volume.Minor);
        writer.Plain("user", volume.User);
        writer.Plain("group", volume.Group);
        writer.Plain("mode", volume.Mode);
        if (volume.LogsInSequence)
        {
            writer.Flag("seqdrl", value: true);
        }

        if (volume.Tags.Count > 0)
        {
            writer.Quoted("tag", string.Join(',', volume.Tags));
        }

        if (configuration.VolumeAbove(volume.Id) is not null)
        {
            writer.Flag("layered", value: true);
        }

        writer.Plain("plex", string.Join(',', configuration.PlexesOf(volume.Id).Select(plex => plex.Name)));
    }

    public static VolumeRecord ReadVolume(string name, AttributeReader reader)
    {
        reader.Skip("plex");
        reader.Skip("layered");
        return new VolumeRecord
        {
            Name = name,
            Id = reader.RequiredId("rid"),
            TUtil0 = reader.Text("tutil0"),
            PUtil0 = reader.Text("putil0"),
            Comment = reader.Text("comment"),
            UseType = reader.Text("use_type", "fsgen"),
            KernelState = reader.Word("kstate", StateWords.Word, VolumeKernelState.Disabled),
            State = reader.RequiredWord<VolumeState>("state", StateWords.Word),
            IsDirty = reader.Flag("dirty"),
            ReadPolicy = reader.Word("read_pol", StateWords.Word, ReadPolicy.Select),
            PreferredPlexId = reader.Reference("pref_plex_rid"),
            Length = reader.Sectors("len", isRequired: true),
            Minor = reader.Number("minor", 0),
            User = reader.Text("user", "root"),
            Group = reader.Text("group", "root"),
            Mode = reader.Text("mode", "0600"),
            LogsInSequence = reader.Flag("seqdrl"),
            Tags = [.. reader.Text("tag").Split(',', StringSplitOptions.RemoveEmptyEntries)],
        };
    }

    public static void WriteDco(StanzaWriter writer, DcoRecord dco, GroupConfiguration configuration)
    {
        writer.Begin("dco", dco.Name);
        WriteCommon(writer, dco);
        writer.Number("version", dco.Version);
        writer.Flag("fastresync", dco.IsTracking);
        if (dco.HasLog)
        {
            writer.Flag("drl", value: true);
        }

        if (dco.IsLogLost)
        {
            writer.Flag("badlog", value: true);
        }

        writer.Sectors("regionsz", dco.RegionSize);
        writer.Plain("parent_vol", configuration.Volumes.GetValueOrDefault(dco.VolumeId)?.Name ?? "");
        writer.Reference("parent_rid", dco.VolumeId);
        writer.Plain("log_vol", configuration.Volumes.GetValueOrDefault(dco.LogVolumeId)?.Name ?? "");
        writer.Reference("log_rid", dco.LogVolumeId);
    }

    public static DcoRecord ReadDco(string name, AttributeReader reader)
    {
        reader.Skip("parent_vol");
        reader.Skip("log_vol");
        return new DcoRecord
        {
            Name = name,
            Id = reader.RequiredId("rid"),
            TUtil0 = reader.Text("tutil0"),
            PUtil0 = reader.Text("putil0"),
            Comment = reader.Text("comment"),
            Version = reader.Number("version", 20),
            IsTracking = reader.Flag("fastresync"),
            HasLog = reader.Flag("drl"),
            IsLogLost = reader.Flag("badlog"),
            RegionSize = reader.Sectors("regionsz", isRequired: true),
            VolumeId = reader.RequiredId("parent_rid"),
            LogVolumeId = reader.RequiredId("log_rid"),
        };
    }

    public static void WriteSubVolume(StanzaWriter writer, SubVolumeRecord sub, GroupConfiguration configuration)
    {
        writer.Begin("sv", sub.Name);
        WriteCommon(writer, sub);
        writer.Plain("vol_name", configuration.Volumes.GetValueOrDefault(sub.VolumeId)?.Name ?? "");
        writer.Reference("vol_rid", sub.VolumeId);
        writer.Sectors("len", sub.Length);
        writer.Reference("plex_rid", sub.PlexId);
        writer.Number("column", sub.Column);
        writer.Sectors("pl_offset", sub.PlexOffset);
    }

    public static SubVolumeRecord ReadSubVolume(string name, AttributeReader reader)
    {
        reader.Skip("vol_name");
        return new SubVolumeRecord
        {
            Name = name,
            Id = reader.RequiredId("rid"),
            TUtil0 = reader.Text("tutil0"),
            PUtil0 = reader.Text("putil0"),
            Comment = reader.Text("comment"),
            VolumeId = reader.RequiredId("vol_rid"),
            PlexId = reader.RequiredId("plex_rid"),
            Length = reader.Sectors("len", isRequired: true),
            Column = reader.Number("column", 0),
            PlexOffset = reader.Sectors("pl_offset", isRequired: false),
        };
    }

    private static void WriteCommon(StanzaWriter writer, ObjectRecord record)
    {
        writer.Quoted("tutil0", record.TUtil0);
        writer.Quoted("putil0", record.PUtil0);
        writer.Quoted("comment", record.Comment);
        writer.Reference("rid", record.Id);
    }
}
