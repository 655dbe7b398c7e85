using VolMgr.Cli.Engine;
using VolMgr.Cli.Owner;
using VolMgr.Nbd.Server;
using VolMgr.Volumes.Groups;

namespace VolMgr.Cli.Exports;

/// <summary>
/// The started volumes of the hosts that are up, as NBD exports GROUP/VOLUME; the empty name is the only volume where
/// there is just one. GROUP/PLEX is a readable plex, read-only and not listed, for comparisons. A client that finds no
/// host up boots the lab's first one, as a command does; so does one that asks for a volume that no host has, while
/// the first one is down. Where hosts have groups of the same name, the host that comes first in the lab is meant.
/// vm/MACHINE/DISK and domain/DOMAIN/DISK are disks of virtual machines and domains, whoever else uses them.
/// </summary>
/// <remarks>A name is only ever compared with the names of records: it never becomes a path.</remarks>
internal sealed class VolumeExports(LabHosts hosts) : INbdExportSource
{
    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<NbdExportName>> ListAsync(CancellationToken token)
    {
        if (hosts.Up.Count == 0)
        {
            await BootFirstAsync();
        }

        return
        [
            .. Started().Select(volume => new NbdExportName(volume.Name, volume.Description)),
            .. hosts.Estate.Machines.Exports, .. hosts.Estate.Domains.Exports,
        ];
    }

    /// <inheritdoc/>
    public async ValueTask<NbdExport?> OpenAsync(string name, CancellationToken token)
    {
        if ((hosts.Estate.Machines.Open(name) ?? hosts.Estate.Domains.Open(name) ?? TryOpen(name)) is { } export)
        {
            return export;
        }

        return await BootFirstAsync() ? TryOpen(name) : null;
    }

    /// <summary>Every started volume but the log volumes of DCOs and the parts of layered ones, hosts in the lab's
    /// order, then by group and volume.</summary>
    public IReadOnlyList<StartedVolume> Started() =>
    [
        .. hosts.Up
            .SelectMany(host => host.Host.Groups.SelectMany(group => group.Current.Volumes.Values
                .Where(record => group.Current.DcoOnLog(record.Id) is null // the engine's own
                    && group.Current.VolumeAbove(record.Id) is null)
                .OrderBy(record => record.Name, StringComparer.Ordinal)
                .Select(record => StartedVolume.Find(host, group, record))
                .OfType<StartedVolume>()))
            .DistinctBy(volume => volume.Name, StringComparer.Ordinal),
    ];

    private NbdExport? TryOpen(string name)
    {
        if (name.Length == 0)
        {
            return Started() is [var only] ? only.Open() : null;
        }

        string[] parts = name.Split('/');
        if (parts is not [{ Length: > 0 } groupName, { Length: > 0 } objectName])
        {
            return null;
        }

        foreach (RunningHost host in hosts.Up)
        {
            DiskGroup? group = host.Host.Groups.FirstOrDefault(
                known => string.Equals(known.Name, groupName, StringComparison.Ordinal));
            if (group is not null)
            {
                return group.Current.FindVolume(objectName) is { } record
                    && group.Current.DcoOnLog(record.Id) is null && group.Current.VolumeAbove(record.Id) is null
                    ? StartedVolume.Find(host, group, record)?.Open()
                    : OpenPlex(host, group, objectName);
            }
        }

        return null;
    }

    private static NbdExport? OpenPlex(RunningHost host, DiskGroup group, string plex) =>
        PlexReader.Open(group, plex) is { } reader
            ? new NbdExport
            {
                Name = $"{group.Name}/{plex}",
                Description = $"plex on host {host.Host.Name}, read-only, {reader.Length} bytes",
                Device = reader,
                IsReadOnly = true,
                Withdrawn = host.Leaving,
            }
            : null;

    private async ValueTask<bool> BootFirstAsync()
    {
        string first = hosts.Resolve("");
        if (hosts.Running.Contains(first, StringComparer.Ordinal))
        {
            return false;
        }

        try
        {
            await hosts.BootAsync(first);
            return true;
        }
        catch (UserErrorException error)
        {
            OwnerLog.Write($"an NBD client could not be served: {error.Message}");
            return false;
        }
    }
}
