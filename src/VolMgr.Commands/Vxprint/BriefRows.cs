using VolMgr.Commands.Text;
using VolMgr.Commands.Views;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.States;

namespace VolMgr.Commands.Vxprint;

/// <summary>The default view: one line a record, the same columns for all types.</summary>
internal static class BriefRows
{
    /// <summary>Column headings.</summary>
    public static string Header { get; } = SnapBackLine.Of(
        SnapBackLine.Brief, "TY", "NAME", "ASSOC", "KSTATE", "LENGTH", "PLOFFS", "STATE", "TUTIL0", "PUTIL0");

    /// <summary>The line of a record.</summary>
    public static string Of(GroupView group, PrintItem item)
    {
        GroupConfiguration all = group.Configuration;
        return item.Record switch
        {
            null => Row("dg", group.Name, group.Name, "-", "-", "-", "-", "-", "-"),
            DiskRecord disk => Row(
                "dm", disk.Name, group.DeviceOf(disk.Id), "-", group.Length(disk.PublicLength), "-",
                RecordFacts.DiskState(group, disk), disk.TUtil0, disk.PUtil0),
            VolumeRecord volume => Row(
                "v", volume.Name, volume.UseType, StateNames.Text(volume.KernelState),
                group.Length(volume.Length), "-", StateNames.Text(volume.State), volume.TUtil0, volume.PUtil0),
            PlexRecord plex => Row(
                "pl", plex.Name, RecordFacts.NameOf(all, plex.VolumeId), StateNames.Text(plex.KernelState),
                plex.IsLog ? "LOGONLY" : group.Length(RecordFacts.LengthOf(all, plex)), "-",
                StateNames.Text(plex.State), plex.TUtil0, plex.PUtil0),
            SubdiskRecord subdisk => Subdisk(group, subdisk),
            SubVolumeRecord sub => Row(
                "sv", sub.Name, RecordFacts.NameOf(all, sub.PlexId), "ENABLED", group.Length(sub.Length),
                RecordFacts.PlexOffset(group, sub), "-", sub.TUtil0, sub.PUtil0),
            DcoRecord dco => Row(
                "dc", dco.Name, RecordFacts.NameOf(all, dco.VolumeId), "-", "-", "-", "-", dco.TUtil0, dco.PUtil0),
            _ => throw new Blocks.InvariantViolationException("a record is one of six types"),
        };
    }

    private static string Subdisk(GroupView group, SubdiskRecord subdisk)
    {
        string mode = RecordFacts.SubdiskMode(group, subdisk);
        (string kernel, string state) = mode switch
        {
            "RMOV" => ("DISABLED", "REMOVED"),
            "NDEV" => ("DISABLED", "NODEVICE"),
            _ => ("ENABLED", "-"),
        };
        return Row(
            "sd", subdisk.Name, RecordFacts.NameOf(group.Configuration, subdisk.PlexId), kernel,
            group.Length(subdisk.Length), RecordFacts.PlexOffset(group, subdisk), state,
            subdisk.TUtil0, subdisk.PUtil0);
    }

    private static string Row(params ReadOnlySpan<string> fields) => SnapBackLine.Of(SnapBackLine.Brief, fields);
}
