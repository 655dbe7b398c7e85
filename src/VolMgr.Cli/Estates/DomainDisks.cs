using System.Text;
using VolMgr.Arrays;
using VolMgr.Arrays.Estates;
using VolMgr.Blocks;
using VolMgr.Cli.Engine;
using VolMgr.Cli.Labs;
using VolMgr.Movers.Moves;

namespace VolMgr.Cli.Estates;

/// <summary>
/// What a domain finds on its disks. A guest knows a disk by its first sector: an empty one gets a label the first time
/// that the domain runs, one with content keeps it.
/// </summary>
internal sealed class DomainDisks(LabPaths lab, LiveDisks disks)
{
    private const int LabelSize = 512;

    /// <summary>The live disk that a control domain exports to a domain; refuses one without a file.</summary>
    public GuestDisk Find(LabTopology topology, ControlDomainTopology control, DomainDiskTopology disk)
    {
        ServiceVolumeTopology volume = control.Find(disk.Service, disk.Volume) ?? throw UserErrorException.Refused(
            $"{control.Name} exports no {disk.Service}/{disk.Volume}");
        LunTopology? lun = topology.FindLun(volume.Lun);
        return (lun is null ? null : disks.OfLun(lun)) ?? throw UserErrorException.Refused(
            $"LUN {volume.Lun} behind {volume.Path} of {control.Name} has no file in the lab (it is missing, or its "
            + "bytes are at a server): domains need LUNs that are files");
    }

    /// <summary>The domain starts: it labels disks that were never used, and misses labels that are gone.</summary>
    public async Task StartAsync(LabTopology topology, DomainTopology domain, ControlDomainTopology control)
    {
        IReadOnlyList<byte[]> known = await KnownAsync(topology, domain, control);
        if (await FirstReadsAsync(topology, domain, control, known) is [var wrong, ..])
        {
            throw UserErrorException.Refused($"{wrong}; export the storage that it had before");
        }
    }

    /// <summary>The first sectors that the domain knows its disks by; labels those that were never used.</summary>
    public async Task<IReadOnlyList<byte[]>> KnownAsync(
        LabTopology topology, DomainTopology domain, ControlDomainTopology control)
    {
        List<byte[]> known = [];
        foreach (DomainDiskTopology disk in domain.Disks)
        {
            GuestDisk live = Find(topology, control, disk);
            byte[] sector = await ReadAsync(live, domain, disk);
            byte[] label = LabelOf(domain, disk);
            if (IsLabelled(domain, disk))
            {
                sector = label;
            }
            else if (!sector.AsSpan().ContainsAnyExcept((byte)0))
            {
                await WriteAsync(live, domain, disk, label);
                DurableText.Replace(lab.DomainLabelsFile, Labelled() + $"{domain.Name} {disk.Name}\n");
                sector = label;
            }

            known.Add(sector);
        }

        return known;
    }

    /// <summary>What the domain finds wrong at its first reads through another control domain.</summary>
    public async Task<IReadOnlyList<string>> FirstReadsAsync(
        LabTopology topology, DomainTopology domain, ControlDomainTopology control, IReadOnlyList<byte[]> known)
    {
        List<string> wrong = [];
        foreach ((DomainDiskTopology disk, byte[] expected) in domain.Disks.Zip(known))
        {
            byte[] found = await ReadAsync(Find(topology, control, disk), domain, disk);
            if (!found.AsSpan().SequenceEqual(expected))
            {
                ServiceVolumeTopology? volume = control.Find(disk.Service, disk.Volume);
                wrong.Add($"{domain.Name} fails on its first read of {disk.Name}: {volume?.Path} of {control.Name} "
                    + $"leads to {volume?.Lun}, where {Words(found)} is in the place of {Words(expected)}");
            }
        }

        return wrong;
    }

    private static byte[] LabelOf(DomainTopology domain, DomainDiskTopology disk)
    {
        byte[] label = new byte[LabelSize];
        Encoding.ASCII.GetBytes($"VolMgr domain {domain.Name} disk {disk.Name}", label);
        return label;
    }

    private static string Words(byte[] sector) =>
        !sector.AsSpan().ContainsAnyExcept((byte)0) ? "nothing"
        : sector.AsSpan().StartsWith("VolMgr domain "u8) ? $"'{Encoding.ASCII.GetString(sector).TrimEnd('\0')}'"
        : $"data that begins with {Convert.ToHexString(sector.AsSpan(0, 8))}";

    private static async Task<byte[]> ReadAsync(GuestDisk live, DomainTopology domain, DomainDiskTopology disk)
    {
        byte[] sector = new byte[LabelSize];
        IoStatus status = await live.Volume.ReadAsync(0, sector, CancellationToken.None);
        return status == IoStatus.Success ? sector : throw UserErrorException.Refused(
            $"{domain.Name} cannot read {disk.Name} ({status})");
    }

    private static async Task WriteAsync(
        GuestDisk live, DomainTopology domain, DomainDiskTopology disk, byte[] label)
    {
        IoStatus status = await live.Volume.WriteAsync(
            0, label, WriteFlags.ForceUnitAccess, CancellationToken.None);
        if (status != IoStatus.Success)
        {
            throw UserErrorException.Refused($"{domain.Name} cannot write {disk.Name} ({status})");
        }
    }

    private string Labelled() => File.Exists(lab.DomainLabelsFile) ? File.ReadAllText(lab.DomainLabelsFile) : "";

    private bool IsLabelled(DomainTopology domain, DomainDiskTopology disk) =>
        Labelled().Split('\n').Contains($"{domain.Name} {disk.Name}", StringComparer.Ordinal);
}
