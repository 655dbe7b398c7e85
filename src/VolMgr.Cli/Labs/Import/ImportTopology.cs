using System.Text.RegularExpressions;
using VolMgr.Arrays;
using VolMgr.Commands.Captures;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Cli.Labs.Import;

/// <summary>A LUN of an imported lab and the device name that it has in production.</summary>
internal sealed record ImportedLun(string Device, string Enclosure, LunTopology Lun, long PrivateLength);

/// <summary>
/// The arrays and LUNs of an imported lab: a device <c>emc0_01f4</c> is on array emc0; one with a name of the operating
/// system is a plain disk. Each LUN is as long as its disk needs.
/// </summary>
internal sealed partial record ImportTopology(LabTopology Topology, IReadOnlyList<ImportedLun> Luns)
{
    private const string PlainDisks = "disk";
    private const long DefaultSize = 1L << 30;
    private const long Granule = 1L << 20;
    private const int LargestPortCount = 2;

    /// <summary>Plans the lab; what had to be guessed is added to the notes.</summary>
    public static ImportTopology Plan(CaptureReading reading, string host, string? target, List<string> notes)
    {
        SortedDictionary<string, (long Size, long PrivateLength)> wanted = Sizes(reading, notes);
        List<ImportedLun> luns = [];
        foreach (var array in wanted.GroupBy(
            entry => reading.EnclosureOf.GetValueOrDefault(entry.Key) ?? EnclosureOf(entry.Key),
            StringComparer.Ordinal))
        {
            luns.AddRange(array.Select((entry, index) => new ImportedLun(
                entry.Key, array.Key, Lun(array.Key, index, entry.Value.Size), entry.Value.PrivateLength)));
        }

        List<ArrayTopology> arrays = [.. luns.GroupBy(lun => lun.Enclosure, StringComparer.Ordinal)
            .Select((array, index) => ImportedArrays.Of(
                array.Key,
                reading.Enclosures.FirstOrDefault(each => each.Name == array.Key),
                index,
                [.. array.Select(lun => lun.Lun)],
                notes))];
        arrays.AddRange(target is null ? [] : [Target(target, arrays.Count, luns)]);
        return new ImportTopology(
            new LabTopology
            {
                Arrays = arrays,
                Hosts =
                [
                    new HostTopology
                    {
                        Name = host,
                        HostName = host,
                        Hbas = Hbas(reading.Enclosures, arrays),
                    },
                ],
            },
            luns);
    }

    /// <summary>How long each LUN is, and its private region; 0 for one that is not initialised.</summary>
    private static SortedDictionary<string, (long Size, long PrivateLength)> Sizes(
        CaptureReading reading, List<string> notes)
    {
        var wanted = new SortedDictionary<string, (long Size, long PrivateLength)>(StringComparer.Ordinal);
        foreach (CapturedGroup group in reading.Groups)
        {
            foreach ((RecordId id, string device) in group.Devices)
            {
                if (!group.Configuration.Disks.TryGetValue(id, out DiskRecord? disk))
                {
                    continue; // the disk could not be built
                }

                long length = PrivateRegion.IsLegalLength(disk.PrivateLength)
                    ? disk.PrivateLength : PrivateRegion.DefaultLength;
                if (length != disk.PrivateLength)
                {
                    notes.Add($"{group.Configuration.Group.Name}: {disk.Name}: its private region becomes 32 MiB");
                }

                wanted.TryAdd(device, (SizeFor(disk.PublicLength, length), length));
            }
        }

        foreach (CapturedDevice device in reading.Devices)
        {
            wanted.TryAdd(device.Name, (device.Length ?? DefaultSize, 0));
            if (device.Length is null)
            {
                notes.Add($"{device.Name}: no capture tells its size; it becomes 1 GiB");
            }
        }

        return wanted;
    }

    private static ArrayTopology Target(string name, int index, IReadOnlyList<ImportedLun> luns)
    {
        IEnumerable<ImportedLun> disks = luns.Where(lun => lun.PrivateLength > 0);
        LunTopology[] empty = [.. disks.Select((lun, number) => Lun(name, number, lun.Lun.Size))];
        return ImportedArrays.Of(name, new CapturedEnclosure(name, "PURE", "", []), index, empty, []);
    }

    private static long SizeFor(long publicLength, long privateLength)
    {
        long size = PrivateRegion.DiskOffset + privateLength + publicLength + (64 * PrivateRegion.Sector);
        return (size + Granule - 1) / Granule * Granule;
    }

    private static string EnclosureOf(string device) =>
        EnclosureBased().Match(device) is { Success: true } match && match.Groups[1].Value != PlainDisks
            ? match.Groups[1].Value : PlainDisks;

    private static LunTopology Lun(string array, int index, long size) => new()
    {
        Name = $"{array}/{index:x4}",
        Number = index + 1,
        Size = size,
        Serial = $"{index:x4}",
        ArrayVolumeId = $"{index:x4}",
        Backing = $"arrays/{array}/{index:x4}.img",
        IsThin = false,
    };

    /// <summary>The controllers of production where the captures name two or more of them, else c2 and c3; each
    /// leads to another port of each array.</summary>
    private static IReadOnlyList<HbaTopology> Hbas(
        IReadOnlyList<CapturedEnclosure> enclosures, IReadOnlyList<ArrayTopology> arrays)
    {
        string[] known = [.. enclosures.Where(each => arrays.Any(array => array.Name == each.Name))
            .SelectMany(each => each.Controllers).Distinct().Order(StringComparer.Ordinal).Take(LargestPortCount)];
        return [.. (known.Length >= 2 ? known : ["c2", "c3"]).Select((controller, index) => new HbaTopology
        {
            Controller = controller,
            Targets = [.. arrays.Select(array => new PortTarget(array.Name, index + 1))],
        })];
    }

    [GeneratedRegex("^([A-Za-z][A-Za-z0-9_-]*)_([0-9A-Fa-f]+)$")]
    private static partial Regex EnclosureBased();
}
