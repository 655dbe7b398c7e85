using VolMgr.Arrays;
using VolMgr.Blocks;
using VolMgr.Cli.Engine;
using VolMgr.Cli.Owner;
using VolMgr.Commands.Captures;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Cli.Labs.Import;

/// <summary>
/// Makes a lab of what captures of production say: arrays with sparse LUNs of the right sizes, one host, and its disk
/// groups with every record where it was. The captures are kept in the lab for <c>lab export</c>.
/// </summary>
internal static class LabImport
{
    /// <summary>Where a lab keeps what it was made of.</summary>
    public const string Folder = "import";

    private const string BlockSizeFile = "blocksize";

    /// <summary>Makes the lab; returns it and what was guessed, left out, or not understood.</summary>
    public static async Task<(LabDirectory Lab, CaptureReading Reading, IReadOnlyList<string> Notes)> ImportAsync(
        string directory, IReadOnlyList<string> sources, ImportOptions options, CancellationToken token)
    {
        List<(string Name, string Text)> files = [.. sources.SelectMany(CaptureFiles.Read)];
        CaptureReading reading = CaptureReader.Read(files, options.BlockSize);
        if (options.IsAnonymous)
        {
            var anonymiser = new Anonymiser(reading);
            files = [.. files.Select((file, index) => ($"capture{index + 1}", anonymiser.Apply(file.Text)))];
            reading = CaptureReader.Read(files, options.BlockSize);
        }

        if (reading.Groups.Count == 0 && reading.Devices.Count == 0)
        {
            throw UserErrorException.Refused(
                "no disk group and no device was found in these files; bring output of vxprint -m or -ht, or of vxdisk "
                + "list"
                + (reading.Notes is [var first, ..] ? $" ({first})" : ""));
        }

        List<string> notes = [.. reading.Notes];
        ImportTopology plan = ImportTopology.Plan(reading, options.Host, options.Target, notes);
        TopologyReading checkedPlan = LabTopologyText.Read(LabTopologyText.Write(plan.Topology));
        if (checkedPlan.Problems is [var problem, ..])
        {
            throw UserErrorException.Refused($"the captures do not make a lab: {problem.Message}");
        }

        var lab = new LabDirectory(new LabPaths(directory), plan.Topology);
        await LabDirectory.BuildAsync(lab.Paths, async () =>
        {
            lab.CreateLuns();
            lab.WriteTopology();
            Keep(lab.Paths, files, options.BlockSize);
            await PopulateAsync(lab, plan, reading, (files, options.BlockSize, notes), token);
            if (options.Seed is { } seed)
            {
                Generate(lab.Paths, plan, reading, seed);
            }
        });
        return (lab, reading, notes);
    }

    /// <summary>The captures that a lab was made of; null for a lab that was not imported.</summary>
    public static CaptureReading? Kept(LabPaths lab)
    {
        string folder = Path.Combine(lab.Root, Folder);
        if (!Directory.Exists(folder))
        {
            return null;
        }

        int blockSize = int.Parse(
            File.ReadAllText(Path.Combine(folder, BlockSizeFile)), System.Globalization.CultureInfo.InvariantCulture);
        return CaptureReader.Read(
            Directory.GetFiles(folder, "*.capture").Order(StringComparer.Ordinal)
                .Select(path => (path, File.ReadAllText(path))),
            blockSize);
    }

    private static void Keep(LabPaths lab, List<(string Name, string Text)> files, int blockSize)
    {
        string folder = Directory.CreateDirectory(Path.Combine(lab.Root, Folder)).FullName;
        File.WriteAllText(Path.Combine(folder, BlockSizeFile), $"{blockSize}\n");
        for (int index = 0; index < files.Count; index++)
        {
            string name = Path.GetFileName(files[index].Name);
            File.WriteAllText(Path.Combine(folder, $"{index:d3}-{name}.capture"), files[index].Text);
        }
    }

    /// <summary>From now on the volumes hold generated content.</summary>
    private static void Generate(LabPaths lab, ImportTopology plan, CaptureReading reading, long seed)
    {
        Dictionary<string, ImportedLun> luns = plan.Luns.ToDictionary(lun => lun.Device, StringComparer.Ordinal);
        var extents = reading.Groups.SelectMany(group => GeneratedContent.Plan(
            seed,
            group.Configuration,
            disk => group.Devices.TryGetValue(disk, out string? device) && luns.TryGetValue(device, out var lun)
                ? (lun.Lun.Name, PrivateRegion.DiskOffset + lun.PrivateLength) : null));
        new GeneratedContent(seed, [.. extents]).Write(lab);
    }

    private static async Task PopulateAsync(
        LabDirectory lab,
        ImportTopology plan,
        CaptureReading reading,
        (List<(string Name, string Text)> Files, int BlockSize, List<string> Notes) captures,
        CancellationToken token)
    {
        List<string> notes = captures.Notes;
        using PidFile held = PidFile.Acquire(lab.Paths, "importing it");
        EngineServices engine = EngineComposition.CreateEngine();
        await using var hosts = new LabHosts(lab.Paths, LabTopologyFile.Read(lab.Paths), engine);
        VolumeHost host = await hosts.BootAsync("");
        await NameAsync(host, plan, notes);
        ImportedCaptures.Write(host, captures.Files, captures.BlockSize);
        foreach (CapturedGroup group in reading.Groups)
        {
            await WriteAsync(host, plan, group, engine, notes, token);
        }

        FirstBoot.Write(host, reading.Groups);
    }

    /// <summary>Gives enclosures and devices the names that they have in production.</summary>
    private static async Task NameAsync(VolumeHost host, ImportTopology plan, List<string> notes)
    {
        await RenameAsync(
            host.Disks.Select(disk => (disk.Node.Enclosure.Name, disk.Node.LunName.Split('/')[0])).Distinct(),
            host.Devices.Dmp.RenameEnclosureAsync);
        await host.RescanAsync();
        Dictionary<string, ImportedLun> byLun = plan.Luns.ToDictionary(lun => lun.Lun.Name, StringComparer.Ordinal);
        await RenameAsync(
            host.Disks.Where(disk => byLun.ContainsKey(disk.Node.LunName))
                .Select(disk => (disk.Name, byLun[disk.Node.LunName].Device)),
            host.Devices.Ddl.RenameAsync);
        await host.RescanAsync();
        notes.AddRange(host.Disks
            .Where(disk => byLun.TryGetValue(disk.Node.LunName, out ImportedLun? lun) && lun.Device != disk.Name)
            .Select(disk => $"{byLun[disk.Node.LunName].Device}: the lab calls it {disk.Name}"));
    }

    /// <summary>Renames all that can be renamed, also where names change places; others keep theirs.</summary>
    private static async Task RenameAsync(
        IEnumerable<(string Now, string Wanted)> names, Func<string, string, Task<string?>> rename)
    {
        List<(string Now, string Wanted, string Temporary)> waiting = [];
        foreach ((string now, string wanted) in names.Where(name => name.Now != name.Wanted).ToList())
        {
            if (await rename(now, wanted) is not null)
            {
                waiting.Add((now, wanted, $"imported-{waiting.Count}"));
            }
        }

        foreach ((string now, _, string temporary) in waiting)
        {
            await rename(now, temporary);
        }

        foreach ((string now, string wanted, string temporary) in waiting)
        {
            if (await rename(temporary, wanted) is not null)
            {
                await rename(temporary, now);
            }
        }
    }

    private static async Task WriteAsync(
        VolumeHost host,
        ImportTopology plan,
        CapturedGroup group,
        EngineServices engine,
        List<string> notes,
        CancellationToken token)
    {
        GroupConfiguration configuration = group.Configuration;
        List<GroupDisk> members = [];
        foreach ((RecordId id, string device) in group.Devices)
        {
            ImportedLun? lun = plan.Luns.FirstOrDefault(each => each.Device == device);
            DiskDevice? found = host.Disks.FirstOrDefault(disk => disk.Node.LunName == lun?.Lun.Name);
            if (lun is null || found is null || !configuration.Disks.TryGetValue(id, out DiskRecord? record))
            {
                continue;
            }

            Outcome<DiskHeader> header = await VmDisk.InitializeAsync(
                found.Node.Device,
                new VmDiskOptions
                {
                    DeviceName = found.Name,
                    DiskId = record.DiskId,
                    Udid = found.Node.Udid,
                    PrivateLength = lun.PrivateLength,
                },
                engine,
                token);
            if (!header.IsDone)
            {
                throw UserErrorException.Refused(header.Refusal.Message);
            }

            members.Add(new GroupDisk(found.Name, found.Node.Device, header.Value));
            configuration = configuration.With(record with
            {
                PrivateLength = lun.PrivateLength,
                LastDeviceName = found.Name,
            });
        }

        if (members.Count == 0)
        {
            notes.Add($"{configuration.Group.Name}: none of its disks has a device; the disk group is left out");
            return;
        }

        Outcome<ConfigurationStore> store = await ConfigurationStore.CreateAsync(
            configuration, members, new StoreOptions { HostId = host.Name }, engine);
        if (!store.IsDone)
        {
            throw UserErrorException.Refused(store.Refusal.Message);
        }

        await store.Value.CloseAsync();
    }
}

/// <summary>How a lab is imported.</summary>
/// <param name="Host">Name of the host.</param>
/// <param name="BlockSize">What a number without a unit counts in the captures.</param>
/// <param name="Target">Name of an empty array to add, with room for everything; or null.</param>
/// <param name="IsAnonymous">Whether names are replaced before anything is built or kept.</param>
/// <param name="Seed">The seed of what volumes hold; null for volumes of zeroes.</param>
internal sealed record ImportOptions(
    string Host, int BlockSize, string? Target, bool IsAnonymous = false, long? Seed = null);
