using VolMgr.Blocks;

namespace VolMgr.Movers.Hypervisors;

/// <summary>The files of datastores as block devices: memory, simulated disks, sparse files.</summary>
internal interface IDatastoreFiles
{
    /// <summary>A file that exists, or null.</summary>
    IExtentDevice? Open(string datastore, string file);

    /// <summary>Makes a file of zeroes; null when there is no space or the datastore is gone.</summary>
    IExtentDevice? Create(string datastore, string file, long length);

    /// <summary>Deletes a file; one that does not exist is fine.</summary>
    void Delete(string datastore, string file);
}

/// <summary>Where it is recorded durably what a machine is and where its disks are.</summary>
internal interface IMachineRecords
{
    /// <summary>Records a machine in the place of what is known of it; false when that could not be made
    /// durable.</summary>
    ValueTask<bool> RecordAsync(VirtualMachine machine);
}

/// <summary>A machine that runs: its record and its open disks.</summary>
/// <param name="Machine">Its record.</param>
/// <param name="Disks">Its disks by name; those of mappings may be left out.</param>
internal sealed record RunningMachine(
    VirtualMachine Machine, IReadOnlyDictionary<string, Moves.GuestDisk> Disks);
