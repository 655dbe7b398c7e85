using VolMgr.Commands.Views;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.States;

namespace VolMgr.Commands.Vxprint;

/// <summary>The labelled lines of <c>vxprint -l</c>.</summary>
internal static class LongForms
{
    /// <summary>The lines of a record.</summary>
    public static IEnumerable<string> Of(GroupView group, PrintItem item) => item.Record switch
    {
        null => Group(group),
        DiskRecord disk => Disk(group, disk),
        VolumeRecord volume => Volume(group, volume),
        PlexRecord plex => Plex(group, plex),
        SubdiskRecord subdisk => Subdisk(group, subdisk),
        DcoRecord dco => Dco(group, dco),
        SubVolumeRecord sub => SubVolume(group, sub),
        _ => throw new Blocks.InvariantViolationException("a record is one of six types"),
    };

    private static IEnumerable<string> Dco(GroupView group, DcoRecord dco) =>
    [
        $"Dco:      {dco.Name}",
        $"info:     version={dco.Version} regionsz={RecordFacts.Sectors(dco.RegionSize)}",
        $"assoc:    parent_vol={RecordFacts.NameOf(group.Configuration, dco.VolumeId)} "
            + $"log_vol={RecordFacts.NameOf(group.Configuration, dco.LogVolumeId)}",
        $"flags:    fastresync={(dco.IsTracking ? "on" : "off")}",
    ];

    private static IEnumerable<string> SubVolume(GroupView group, SubVolumeRecord sub)
    {
        GroupConfiguration all = group.Configuration;
        RecordId? volume = all.Plexes.GetValueOrDefault(sub.PlexId)?.VolumeId;
        return
        [
            $"Subvol:   {sub.Name}",
            $"info:     len={group.Length(sub.Length)} vol={RecordFacts.NameOf(all, sub.VolumeId)}",
            $"assoc:    vol={RecordFacts.NameOf(all, volume)} plex={RecordFacts.NameOf(all, sub.PlexId)} "
                + $"(column={sub.Column} offset={group.Length(sub.PlexOffset)})",
            $"flags:    mirrors={RecordFacts.Mirrors(all, sub)} layers=1",
        ];
    }

    private static IEnumerable<string> Group(GroupView group)
    {
        DiskGroupRecord record = group.Configuration.Group;
        return
        [
            $"Group:    {record.Name}",
            $"info:     dgid={record.GroupId}",
            $"version:  {record.Version}",
            $"alignment: {(record.IsCds ? 8192 : 512)} (bytes)",
            "activation: read-write",
            "detach-policy: global",
            "dg-fail-policy: dgdisable",
            "copies:   nconfig=default nlog=default",
            $"devices:  max=32767 cur={group.Configuration.Volumes.Count}",
            $"minors:   >= {record.BaseMinor}",
            record.IsCds ? "cds=on" : "cds=off",
        ];
    }

    private static List<string> Disk(GroupView group, DiskRecord disk)
    {
        string device = group.DeviceOf(disk.Id);
        List<string> lines = [$"Disk:     {disk.Name}", $"info:     diskid={disk.DiskId}"];
        if (device.Length > 0)
        {
            lines.Add($"assoc:    device={device} type=auto");
        }

        string flags = string.Join(
            ' ',
            new[]
            {
                disk.IsRemoved ? "removed" : "autoconfig",
                disk.IsFailing ? "failing" : "",
                disk.IsReserved ? "reserved" : "",
                disk.IsSpare ? "spare" : "",
                disk.IsNoHotUse ? "nohotuse" : "",
            }.Where(flag => flag.Length > 0));
        lines.Add($"flags:    {flags}");
        if (device.Length > 0)
        {
            lines.Add($"device:   path=/dev/vx/dmp/{device}s3");
        }

        lines.Add(
            $"devinfo:  publen={group.Length(disk.PublicLength)} " +
            $"privlen={group.Length(disk.PrivateLength)}");
        AddComment(lines, disk);
        return lines;
    }

    private static List<string> Volume(GroupView group, VolumeRecord volume)
    {
        GroupConfiguration all = group.Configuration;
        IReadOnlyList<PlexRecord> plexes = all.PlexesOf(volume.Id);
        int minor = all.Group.BaseMinor + volume.Minor;
        string policy = volume.ReadPolicy switch
        {
            ReadPolicy.Select => "SELECT (round-robin)",
            ReadPolicy.Round => "ROUND (round-robin)",
            ReadPolicy.Prefer => $"PREFER ({RecordFacts.PreferredPlex(all, volume)})",
        };
        bool hasLog = plexes.Any(plex => plex.IsLog);
        DcoRecord? dco = all.DcoOf(volume.Id);
        List<string> lines =
        [
            $"Volume:   {volume.Name}",
            $"info:     len={group.Length(volume.Length)}",
            $"type:     usetype={volume.UseType}",
            $"state:    state={StateNames.Text(volume.State)} kernel={StateNames.Text(volume.KernelState)} " +
            $"cdsrecovery=0/0 (clean)",
            $"assoc:    plexes={string.Join(',', plexes.Select(plex => plex.Name))}",
            $"policies: read={policy} exceptions=GEN_DET_SPARSE",
            $"flags:    {(volume.KernelState == VolumeKernelState.Enabled ? "open" : "closed")} writecopy writeback",
            $"logging:  type={(dco is { HasLog: true } ? "DCO" : "REGION")} serial=0/0 "
                + $"({(hasLog || dco is { IsLogging: true } ? "enabled" : "disabled")})",
            "apprecov: seqno=0/0",
            "recovery: mode=default",
            "recov_id=0",
            $"device:   minor={minor} bdev=199/{minor} cdev=199/{minor} path=/dev/vx/dsk/{group.Name}/{volume.Name}",
            $"perms:    user={volume.User} group={volume.Group} mode={volume.Mode}",
        ];
        AddComment(lines, volume);
        return lines;
    }

    private static List<string> Plex(GroupView group, PlexRecord plex)
    {
        GroupConfiguration all = group.Configuration;
        IReadOnlyList<SubdiskRecord> subdisks = all.SubdisksOf(plex.Id);
        IReadOnlyList<SubVolumeRecord> layered = all.SubVolumesOf(plex.Id);
        string length = group.Length(RecordFacts.LengthOf(all, plex));
        VolumeRecord? volume = plex.VolumeId is { } id ? all.Volumes.GetValueOrDefault(id) : null;
        bool isComplete = !plex.IsLog && volume is not null && RecordFacts.LengthOf(all, plex) >= volume.Length;
        string columns = plex.Layout == PlexLayout.Stripe
            ? $" columns={plex.ColumnCount} width={group.Length(plex.StripeUnit)}" : "";
        List<string> lines =
        [
            $"Plex:     {plex.Name}",
            plex.IsLog ? $"info:     len=LOGONLY loglen={length}" : $"info:     len={length} contiglen={length}",
            $"type:     layout={StateNames.Text(plex.Layout)}{columns}",
            $"state:    state={StateNames.Text(plex.State)} kernel={StateNames.Text(plex.KernelState)} " +
            $"io={(plex.Mode == PlexMode.WriteOnly ? "write-only" : "read-write")}",
            $"assoc:    vol={volume?.Name ?? "(dissoc)"} " + (layered.Count > 0
                ? $"sv={string.Join(',', layered.Select(sub => sub.Name))}"
                : $"sd={string.Join(',', subdisks.Select(sd => sd.Name))}"),
            $"flags:    {(plex.IsLog ? "logplex" : isComplete ? "complete" : "sparse")}",
        ];
        AddComment(lines, plex);
        return lines;
    }

    private static List<string> Subdisk(GroupView group, SubdiskRecord subdisk)
    {
        GroupConfiguration all = group.Configuration;
        string device = group.DeviceOf(subdisk.DiskId);
        PlexRecord? plex = subdisk.PlexId is { } id ? all.Plexes.GetValueOrDefault(id) : null;
        string place = plex is null
            ? "plex=(dissoc)"
            : $"vol={RecordFacts.NameOf(all, plex.VolumeId)} plex={plex.Name} " +
              (plex.Layout == PlexLayout.Stripe
                  ? $"(column={subdisk.Column} offset={group.Length(subdisk.PlexOffset)})"
                  : $"(offset={RecordFacts.PlexOffset(group, subdisk)})");
        string mode = RecordFacts.SubdiskMode(group, subdisk);
        List<string> lines =
        [
            $"Subdisk:  {subdisk.Name}",
            $"info:     disk={RecordFacts.NameOf(all, subdisk.DiskId)} " +
            $"offset={group.Length(subdisk.DiskOffset)} len={group.Length(subdisk.Length)}",
            $"assoc:    {place}",
            $"flags:    {(mode == "ENA" ? "enabled" : mode == "RMOV" ? "removed" : "nodevice")}",
        ];
        if (device.Length > 0)
        {
            lines.Add($"device:   device={device} path=/dev/vx/dmp/{device}s3");
        }

        AddComment(lines, subdisk);
        return lines;
    }

    private static void AddComment(List<string> lines, ObjectRecord record)
    {
        if (record.Comment.Length > 0)
        {
            lines.Add($"comment:  {record.Comment}");
        }
    }
}
