using VolMgr.Arrays;
using VolMgr.Arrays.Estates;
using VolMgr.Blocks;
using VolMgr.Cli.Engine;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Owner;
using VolMgr.Movers.Hypervisors;
using VolMgr.Movers.Moves;

namespace VolMgr.Cli.Estates;

/// <summary>
/// The disks of virtual machines and domains while the lab is up: one for each LUN, whoever uses it (the guest's host,
/// NBD clients), so that it can change places under all of them. And the files that datastores have.
/// </summary>
/// <param name="lab">Where.</param>
/// <param name="engine">What they run on.</param>
/// <param name="topology">The lab as it is now.</param>
/// <param name="arrays">The arrays, with the faults at work.</param>
internal sealed class LiveDisks(
    LabPaths lab, EngineServices engine, Func<LabTopology> topology, Lazy<LabArrays> arrays)
    : IDatastoreFiles, IAsyncDisposable
{
    private readonly Lock changing = new();
    private readonly Dictionary<string, DatastoreFile> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GuestDisk> disks = new(StringComparer.Ordinal);

    /// <summary>The disk whose bytes are where a LUN says; null for any LUN that is no file of a datastore.</summary>
    /// <param name="seen">The LUN as somebody saw it, perhaps before it moved.</param>
    public GuestDisk? OnDatastore(LunTopology seen)
    {
        if (DatastorePlace.Of(seen.Backing) is null)
        {
            return null;
        }

        LabTopology now = topology();
        LunTopology? lun = now.Luns.FirstOrDefault(each => each.Backing == seen.Backing) ?? now.FindLun(seen.Name);
        return lun is null ? null : OfLun(lun);
    }

    /// <summary>The disk of a LUN; null when its file is missing, or its bytes are at a server.</summary>
    public GuestDisk? OfLun(LunTopology lun)
    {
        lock (changing)
        {
            if (disks.TryGetValue(lun.Name, out GuestDisk? known))
            {
                return known;
            }

            if (LunBacking.FileOf(lab, lun) is not { } path || OpenFile(
                path, DatastorePlace.Of(lun.Backing), lun.Name) is not { } file)
            {
                return null;
            }

            var disk = new GuestDisk(lun.Name, DatastorePlace.Of(lun.Backing)?.ToString() ?? lun.Backing, file, engine);
            disks.Add(lun.Name, disk);
            return disk;
        }
    }

    /// <inheritdoc/>
    public IExtentDevice? Open(string datastore, string file)
    {
        lock (changing)
        {
            return OpenFile(PathOf(datastore, file), new DatastorePlace(datastore, file), "");
        }
    }

    /// <inheritdoc/>
    public IExtentDevice? Create(string datastore, string file, long length)
    {
        string path = PathOf(datastore, file);
        var place = new DatastorePlace(datastore, file);
        lock (changing)
        {
            if (HealthOf(DatastoreFile.LunsUnder(topology(), place, "")) != IoStatus.Success)
            {
                OwnerLog.Write($"cannot make {path}: the LUNs of datastore {datastore} do not answer");
                return null;
            }

            if (File.Exists(path))
            {
                OwnerLog.Write($"{path} is there already and nobody's; the move does not touch it");
                return null;
            }

            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path) ?? lab.Root);
                SparseFileDevice.Create(path, length);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                OwnerLog.Write($"cannot make {path}: {error.Message}");
                return null;
            }

            return OpenFile(path, place, "");
        }
    }

    /// <inheritdoc/>
    public void Delete(string datastore, string file)
    {
        string path = PathOf(datastore, file);
        DatastoreFile? open;
        lock (changing)
        {
            files.Remove(path, out open);
            try
            {
                File.Delete(path);
                if (Path.GetDirectoryName(path) is { } folder && Directory.Exists(folder)
                    && !Directory.EnumerateFileSystemEntries(folder).Any())
                {
                    Directory.Delete(folder);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                OwnerLog.Write($"cannot delete {path}: {error.Message}; the next start of the lab tries again");
            }
        }

        // A read that began before the change of places may still be on its way.
        _ = engine.StartAsync(async () => await (open?.DisposeAsync() ?? default));
    }

    /// <summary>
    /// Deletes what no record names in the folders of machines: what a move left behind whose host died. Before any
    /// file is open.
    /// </summary>
    public void Sweep()
    {
        LabTopology now = topology();
        HashSet<string> named = [.. EstateFiles.HomeFiles(lab, now).Select(file => file.Path),
            .. now.Luns.Select(lun => LunBacking.FileOf(lab, lun)).OfType<string>()];
        foreach (DatastoreTopology store in now.IsVirtual ? [] : now.Estate.Datastores)
        {
            foreach (MachineTopology machine in now.Estate.Machines)
            {
                string folder = Path.Combine(lab.Root, DatastoreTopology.Folder, store.Name, machine.Name);
                foreach (string path in Directory.Exists(folder) ? Directory.GetFiles(folder) : [])
                {
                    if (!named.Contains(path))
                    {
                        OwnerLog.Write($"{path} is left from a move that did not end; deleted");
                        File.Delete(path);
                    }
                }
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (GuestDisk disk in disks.Values)
        {
            await disk.DisposeAsync();
        }

        foreach (DatastoreFile file in files.Values)
        {
            await file.DisposeAsync();
        }
    }

    private string PathOf(string datastore, string file) =>
        Path.Combine(lab.Root, new DatastorePlace(datastore, file).Backing);

    private IoStatus HealthOf(IReadOnlyList<string> luns) => arrays.Value.Faults.Active is { Count: > 0 } faults
        ? DatastoreFile.HealthOf(faults, luns) : IoStatus.Success;

    private DatastoreFile? OpenFile(string path, DatastorePlace? place, string lun)
    {
        if (!files.TryGetValue(path, out DatastoreFile? file) && File.Exists(path))
        {
            IReadOnlyList<string> under = DatastoreFile.LunsUnder(topology(), place, lun);
            file = new DatastoreFile(SparseFileDevice.Open(path, engine), () => HealthOf(under));
            files.Add(path, file);
        }

        return file;
    }
}

/// <summary>Opens LUNs that are disks of virtual machines as their hypervisor shows them, all others as ever.</summary>
internal sealed class LiveLunOpener(ILunOpener inner, LiveDisks disks) : ILunOpener
{
    /// <inheritdoc/>
    public IBlockDevice Open(LunTopology lun) =>
        disks.OnDatastore(lun) is { } disk ? new SharedDevice(disk.Volume) : inner.Open(lun);
}
