using VolMgr.Cli.Engine;
using VolMgr.Nbd.Server;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.States;

namespace VolMgr.Cli.Exports;

/// <summary>A volume that can be exported: it takes I/O now.</summary>
/// <param name="Host">The host that runs it.</param>
/// <param name="Group">Its disk group.</param>
/// <param name="Record">Its record.</param>
/// <param name="Device">Its address space.</param>
internal sealed record StartedVolume(RunningHost Host, DiskGroup Group, VolumeRecord Record, VolumeDevice Device)
{
    /// <summary>The export's name.</summary>
    public string Name => $"{Group.Name}/{Record.Name}";

    /// <summary>One line for people.</summary>
    public string Description =>
        $"volume on host {Host.Host.Name}, {StateNames.Text(Record.KernelState)}/{StateNames.Text(Record.State)}"
        + $", {Device.Length} bytes";

    /// <summary>Whether its mode gives its owner no write permission (vxedit set mode=0400).</summary>
    public bool IsReadOnly => Record.Mode.Length >= 3 && Record.Mode[^3] is '0' or '1' or '4' or '5';

    /// <summary>The volume as something to export; null unless it is started.</summary>
    public static StartedVolume? Find(RunningHost host, DiskGroup group, VolumeRecord record) =>
        group.OpenVolume(record.Name) is { } device ? new StartedVolume(host, group, record, device) : null;

    /// <summary>Opens it for one connection: it counts as open until the export is disposed.</summary>
    public NbdExport Open() => new()
    {
        Name = Name,
        Description = Description,
        Device = new SharedDevice(Device),
        Contexts = [new ResyncContext(Device)],
        IsReadOnly = IsReadOnly,
        Withdrawn = Host.Leaving,
    };
}
