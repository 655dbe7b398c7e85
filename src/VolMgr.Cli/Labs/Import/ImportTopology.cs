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

    /// <summary>Plans the lab; what had to be guessed is added to the notes.</summary>
    public static ImportTopology Plan(CaptureReading reading, string host, string? target, List<string> notes)
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

        List<ImportedLun> luns = [];
        foreach (var array in wanted.GroupBy(entry => EnclosureOf(entry.Key), StringComparer.Ordinal))
        {
            luns.AddRange(array.Select((entry, index) => new ImportedLun(
                entry.Key, array.Key, Lun(array.Key, index, entry.Value.Size), entry.Value.PrivateLength)));
        }

        List<ArrayTopology> arrays = [.. luns.GroupBy(lun => lun.Enclosure, StringComparer.Ordinal)
            .Select((array, index) => Array(array.Key, index, [.. array.Select(lun => lun.Lun)]))];
        arrays.AddRange(target is null ? [] : [Target(target, arrays.Count, luns)]);
        return new ImportTopology(
            new LabTopology
            {
                Arrays = [.. arrays.Select(Identified)],
                Hosts =
                [
                    new HostTopology
                    {
                        Name = host,
                        HostName = host,
                        Hbas = [Hba("c2", 1, arrays), Hba("c3", 2, arrays)],
                    },
                ],
            },
            luns);
    }

    private static ArrayTopology Target(string name, int index, IReadOnlyList<ImportedLun> luns)
    {
        IEnumerable<ImportedLun> disks = luns.Where(lun => lun.PrivateLength > 0);
        return Array(name, index, [.. disks.Select((lun, number) => Lun(name, number, lun.Lun.Size))]) with
        {
            Kind = "pure",
        };
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

    private static ArrayTopology Array(string name, int index, IReadOnlyList<LunTopology> luns) => new()
    {
        Name = name,
        Kind = name == PlainDisks ? "disk"
            : name.StartsWith("pure", StringComparison.Ordinal) ? "pure" : "emc-symmetrix",
        Vendor = "",
        Product = "",
        Revision = "5978",
        Serial = $"0001903{index:d5}",
        Luns = luns,
    };

    /// <summary>The identity of an array by its kind: what its support library recognises.</summary>
    private static ArrayTopology Identified(ArrayTopology array, int index) => array.Kind switch
    {
        "pure" => array with
        {
            Vendor = "PURE",
            Product = "FlashArray",
            Revision = "8888",
            Serial = $"CB6F{index:x8}".ToUpperInvariant(),
            Luns = [.. array.Luns.Select(lun => lun with { Serial = $"624a9370cb6f{index:x8}{lun.Number:x12}" })],
        },
        "disk" => array with
        {
            Vendor = "VOLMGR",
            Product = "DISK",
            Revision = "1.0",
            Luns = [.. array.Luns.Select(lun => lun with { Serial = $"D{lun.Number:x8}", ArrayVolumeId = "" })],
        },
        _ => array with
        {
            Vendor = "EMC",
            Product = "SYMMETRIX",
            Luns = [.. array.Luns.Select(lun => lun with { Serial = $"{index:x2}{lun.Number:X6}00" })],
        },
    };

    private static HbaTopology Hba(string controller, int port, IReadOnlyList<ArrayTopology> arrays) => new()
    {
        Controller = controller,
        Targets = [.. arrays.Select(array => new PortTarget(array.Name, port))],
    };

    [GeneratedRegex("^([A-Za-z][A-Za-z0-9_-]*)_([0-9A-Fa-f]+)$")]
    private static partial Regex EnclosureBased();
}
