using VolMgr.Commands.Text;
using VolMgr.Commands.Views;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.States;

namespace VolMgr.Commands.Vxprint;

/// <summary>The views with <c>-t</c>: one line a record, columns by type.</summary>
internal static class TypedRows
{
    private static readonly (string Tag, string Text)[] Headers =
    [
        ("DG", "DG NAME         NCONFIG      NLOG     MINORS   GROUP-ID"),
        ("ST", "ST NAME         STATE        DM_CNT   SPARE_CNT         APPVOL_CNT"),
        ("DM", "DM NAME         DEVICE       TYPE     PRIVLEN  PUBLEN   STATE"),
        ("RV", "RV NAME         RLINK_CNT    KSTATE   STATE    PRIMARY  DATAVOLS  SRL"),
        ("RL", "RL NAME         RVG          KSTATE   STATE    REM_HOST REM_DG    REM_RLNK"),
        ("CO", "CO NAME         CACHEVOL     KSTATE   STATE"),
        ("VT", "VT NAME         RVG          KSTATE   STATE    NVOLUME"),
        ("V", "V  NAME         RVG/VSET/CO  KSTATE   STATE    LENGTH   READPOL   PREFPLEX UTYPE"),
        ("PL", "PL NAME         VOLUME       KSTATE   STATE    LENGTH   LAYOUT    NCOL/WID MODE"),
        ("SD", "SD NAME         PLEX         DISK     DISKOFFS LENGTH   [COL/]OFF DEVICE   MODE"),
        ("SV", "SV NAME         PLEX         VOLNAME  NVOLLAYR LENGTH   [COL/]OFF AM/NM    MODE"),
        ("SC", "SC NAME         PLEX         CACHE    DISKOFFS LENGTH   [COL/]OFF DEVICE   MODE"),
        ("DC", "DC NAME         PARENTVOL    LOGVOL"),
        ("SP", "SP NAME         SNAPVOL      DCO"),
        ("EX", "EX NAME         ASSOC        VC                       PERMS    MODE     STATE"),
        ("SR", "SR NAME         KSTATE"),
    ];

    /// <summary>
    /// The heading lines. A full hierarchy has all of them; one that starts at volumes, plexes or subdisks only those
    /// of what may be below; a flat listing only those of the types in it.
    /// </summary>
    public static IEnumerable<string> HeaderOf(PrintRequest request, IReadOnlyCollection<PrintItem> items)
    {
        HashSet<string> tags = [.. items.Select(item => item.Tag.ToUpperInvariant())];
        if (request.IsHierarchy)
        {
            if (tags.Contains("DG") && request.Types.Count == 0)
            {
                return Headers.Select(header => header.Text);
            }

            tags.UnionWith(tags.Contains("V") ? ["PL", "SD", "SV", "SC", "DC", "SP"]
                : tags.Contains("PL") ? ["SD", "SV", "SC"] : Array.Empty<string>());
        }

        return Headers.Where(header => tags.Contains(header.Tag)).Select(header => header.Text);
    }

    /// <summary>The line of a record.</summary>
    public static string Of(GroupView group, PrintItem item) => item.Record switch
    {
        null => Row(
            "dg", group.Name, "default", "default", $"{group.Configuration.Group.BaseMinor}",
            group.Configuration.Group.GroupId),
        DiskRecord disk => Disk(group, disk),
        VolumeRecord volume => Row(
            "v", volume.Name, "-", StateNames.Text(volume.KernelState), StateNames.Text(volume.State),
            group.Length(volume.Length), StateNames.Text(volume.ReadPolicy),
            RecordFacts.PreferredPlex(group.Configuration, volume), volume.UseType),
        PlexRecord plex => Plex(group, plex),
        SubdiskRecord subdisk => Row(
            "sd", subdisk.Name, RecordFacts.NameOf(group.Configuration, subdisk.PlexId),
            RecordFacts.NameOf(group.Configuration, subdisk.DiskId), group.Length(subdisk.DiskOffset),
            group.Length(subdisk.Length), RecordFacts.PlexOffset(group, subdisk),
            group.DeviceOf(subdisk.DiskId), RecordFacts.SubdiskMode(group, subdisk)),
        SubVolumeRecord sub => Row(
            "sv", sub.Name, RecordFacts.NameOf(group.Configuration, sub.PlexId),
            RecordFacts.NameOf(group.Configuration, sub.VolumeId), "1", group.Length(sub.Length),
            RecordFacts.PlexOffset(group, sub), RecordFacts.Mirrors(group.Configuration, sub), "ENA"),
        DcoRecord dco => Row(
            "dc", dco.Name, RecordFacts.NameOf(group.Configuration, dco.VolumeId),
            RecordFacts.NameOf(group.Configuration, dco.LogVolumeId)),
        _ => throw new Blocks.InvariantViolationException("a record is one of six types"),
    };

    private static string Disk(GroupView group, DiskRecord disk)
    {
        string device = group.DeviceOf(disk.Id);
        string state = RecordFacts.DiskState(group, disk);
        return device.Length == 0
            ? Row("dm", disk.Name, "-", "-", "-", "-", state)
            : Row(
                "dm", disk.Name, device, "auto", group.Length(disk.PrivateLength),
                group.Length(disk.PublicLength), state);
    }

    private static string Plex(GroupView group, PlexRecord plex)
    {
        GroupConfiguration all = group.Configuration;
        string geometry = plex.Layout == PlexLayout.Stripe
            ? $"{plex.ColumnCount}/{group.Length(plex.StripeUnit)}" : "-";
        return Row(
            "pl", plex.Name, RecordFacts.NameOf(all, plex.VolumeId), StateNames.Text(plex.KernelState),
            StateNames.Text(plex.State),
            plex.IsLog ? "LOGONLY" : group.Length(RecordFacts.LengthOf(all, plex)),
            StateNames.Text(plex.Layout), geometry, plex.Mode == PlexMode.WriteOnly ? "WO" : "RW");
    }

    private static string Row(params ReadOnlySpan<string> fields) => SnapBackLine.Of(SnapBackLine.Typed, fields);
}
