namespace VolMgr.Arrays;

/// <summary>How the space of a virtual disk is provided.</summary>
public enum VirtualDiskFormat
{
    /// <summary>Allocated and zeroed on the first write.</summary>
    Thin = 1,

    /// <summary>Allocated at creation, zeroed on the first write.</summary>
    LazyZeroedThick = 2,

    /// <summary>Allocated and zeroed at creation: what sharing needs.</summary>
    EagerZeroedThick = 3,
}

/// <summary>What a hypervisor can be asked to do with a machine or its disks.</summary>
public enum VirtualMachineOperation
{
    /// <summary>Power on.</summary>
    PowerOn = 1,

    /// <summary>Power off.</summary>
    PowerOff = 2,

    /// <summary>Attach a disk while the machine runs.</summary>
    HotAdd = 3,

    /// <summary>Move the running machine to another hypervisor host.</summary>
    VMotion = 4,

    /// <summary>Suspend and resume.</summary>
    Suspend = 5,

    /// <summary>Enlarge a disk while the machine runs.</summary>
    HotExtend = 6,

    /// <summary>Take a snapshot.</summary>
    Snapshot = 7,

    /// <summary>Clone the machine.</summary>
    Clone = 8,

    /// <summary>Move a disk to another datastore while the machine runs.</summary>
    StorageVMotion = 9,

    /// <summary>Track changed blocks, as backups do.</summary>
    ChangedBlockTracking = 10,

    /// <summary>Cache reads in the hypervisor host's flash.</summary>
    FlashReadCache = 11,
}

/// <summary>
/// Who may have which virtual disk open: the hypervisor's locks and the multi-writer flag. A disk belongs to one
/// machine at a time, unless it is eager-zeroed thick and every machine attaches it with the flag; then machines on at
/// most eight hypervisor hosts share it, and what hot operations they lose is refused by name. Nothing here keeps
/// machines from overwriting each other's data: that is what a cluster volume manager and fencing are for.
/// </summary>
public sealed partial class VirtualDisks
{
    /// <summary>Most hypervisor hosts that share a disk; several machines on one of them count once.</summary>
    public const int MaximumSharingHosts = 8;

    private readonly Lock changing = new();
    private readonly Dictionary<string, VirtualDiskFormat> disks = new(StringComparer.Ordinal);
    private readonly List<Attachment> attachments = [];

    /// <summary>Creates a disk.</summary>
    public void Create(string disk, VirtualDiskFormat format)
    {
        lock (changing)
        {
            disks[disk] = format;
        }
    }

    /// <summary>A machine on a hypervisor host opens a disk; null when it may, else why not.</summary>
    public string? Open(string disk, string machine, string hypervisor, bool isMultiWriter)
    {
        lock (changing)
        {
            if (!disks.TryGetValue(disk, out VirtualDiskFormat format))
            {
                return $"{disk}: there is no such virtual disk";
            }

            if (isMultiWriter && format != VirtualDiskFormat.EagerZeroedThick)
            {
                return $"{disk}: multi-writer needs an eager-zeroed thick disk, and this one is {Words(format)}";
            }

            Attachment[] others = [.. attachments.Where(each => each.Disk == disk && each.Machine != machine)];
            if (others.Length > 0 && !(isMultiWriter && Array.TrueForAll(others, each => each.IsMultiWriter)))
            {
                return $"{disk}: is locked by {others[0].Machine} on {others[0].Hypervisor}; "
                    + "set the multi-writer flag on every machine that shares it";
            }

            if (others.Select(each => each.Hypervisor).Append(hypervisor).Distinct().Count() > MaximumSharingHosts)
            {
                return $"{disk}: {MaximumSharingHosts} hypervisor hosts share it already";
            }

            attachments.RemoveAll(each => each.Disk == disk && each.Machine == machine);
            attachments.Add(new Attachment(disk, machine, hypervisor, isMultiWriter));
            return null;
        }
    }

    /// <summary>A machine closes a disk.</summary>
    public void Close(string disk, string machine)
    {
        lock (changing)
        {
            attachments.RemoveAll(each => each.Disk == disk && each.Machine == machine);
        }
    }

    /// <summary>Whether the hypervisor does it to a machine; null when it does, else why not.</summary>
    /// <param name="operation">What is asked.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="target">The hypervisor host to move to, for a move.</param>
    public string? Try(VirtualMachineOperation operation, string machine, string? target = null)
    {
        lock (changing)
        {
            Attachment[] shared = [.. attachments.Where(each => each.Machine == machine && each.IsMultiWriter)];
            if (shared.Length == 0)
            {
                return null;
            }

            string? refused = operation switch
            {
                VirtualMachineOperation.PowerOn or VirtualMachineOperation.PowerOff or VirtualMachineOperation.HotAdd
                    or VirtualMachineOperation.VMotion => null,
                VirtualMachineOperation.Suspend => "suspend",
                VirtualMachineOperation.HotExtend => "hot extension of a disk",
                VirtualMachineOperation.Snapshot => "snapshots",
                VirtualMachineOperation.Clone => "cloning",
                VirtualMachineOperation.StorageVMotion => "Storage vMotion",
                VirtualMachineOperation.ChangedBlockTracking => "changed block tracking",
                VirtualMachineOperation.FlashReadCache => "the flash read cache",
            };
            if (refused is not null)
            {
                return $"{machine}: {refused} is not supported with the multi-writer disk {shared[0].Disk}";
            }

            return operation == VirtualMachineOperation.VMotion && target is not null ? Move(machine, target) : null;
        }
    }

    private string? Move(string machine, string target)
    {
        foreach (Attachment moved in attachments.Where(each => each.Machine == machine).ToList())
        {
            int hosts = attachments.Where(each => each.Disk == moved.Disk && each.Machine != machine)
                .Select(each => each.Hypervisor).Append(target).Distinct().Count();
            if (hosts > MaximumSharingHosts)
            {
                return $"{moved.Disk}: {MaximumSharingHosts} hypervisor hosts share it already";
            }
        }

        for (int index = 0; index < attachments.Count; index++)
        {
            attachments[index] = attachments[index].Machine == machine
                ? attachments[index] with { Hypervisor = target }
                : attachments[index];
        }

        return null;
    }

    private static string Words(VirtualDiskFormat format) => format switch
    {
        VirtualDiskFormat.Thin => "thin",
        VirtualDiskFormat.LazyZeroedThick => "lazy-zeroed thick",
        VirtualDiskFormat.EagerZeroedThick => "eager-zeroed thick",
    };

    private sealed record Attachment(string Disk, string Machine, string Hypervisor, bool IsMultiWriter);
}
