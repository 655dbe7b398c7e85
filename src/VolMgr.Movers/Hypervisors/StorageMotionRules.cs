namespace VolMgr.Movers.Hypervisors;

/// <summary>Why something is not done.</summary>
/// <param name="Rule">The rule, by its name in the table.</param>
/// <param name="Reason">One sentence that names the object.</param>
/// <param name="Remedy">What to do.</param>
public sealed record MoveRefusal(string Rule, string Reason, string Remedy)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Reason}; {Remedy}";
}

/// <summary>Which machine is to go where.</summary>
/// <param name="Machine">The machine.</param>
/// <param name="To">The datastore.</param>
public sealed record StorageMotionRequest(string Machine, string To);

/// <summary>
/// What a Storage vMotion is refused for: a table of rules, each with a sentence and a remedy. All that apply are told.
/// </summary>
public static class StorageMotionRules
{
    private static readonly Rule[] Table =
    [
        new("machine-known", About: (_, estate, request) => estate.Machine(request.Machine) is null
            ? $"there is no machine {request.Machine}" : null, "list the machines and ask again"),
        new("target-known", About: (_, estate, request) => estate.Datastore(request.To) is null
            ? $"there is no datastore {request.To}" : null, "list the datastores and ask again"),
        new("target-other", About: (machine, _, request) =>
            machine.Home == request.To && machine.Disks.All(disk => disk.Datastore == request.To)
                ? $"{machine.Name} is on {request.To} already" : null, "choose another datastore"),
        new("target-maintenance", About: (_, estate, request) =>
            estate.Datastore(request.To) is { IsInMaintenance: true }
                ? $"datastore {request.To} is in maintenance mode" : null, "end its maintenance or choose another"),
        new("file-names", About: SameFiles, "rename one of the two files"),
        new("host-access", About: NoAccess, "give the host access to both datastores, for writing"),
        new("target-space", About: NoSpace, "free space there or choose another datastore"),
        new("host-memory", About: NoMemory,
            "free memory on the host: a second machine runs beside the first for a while"),
        new("disk-multi-writer", About: Disk(
            disk => disk.IsMultiWriter, "is shared (multi-writer flag)"),
            "mirror its volumes to the new disks inside the guest instead: that works while it runs"),
        new("disk-agent", About: Disk(
            disk => disk.IsAgentHeld, "is held by the disk agent, which detaches it"),
            "mirror its volumes to the new disks inside the guest instead: that works while it runs"),
        new("disk-non-persistent", About: Disk(
            disk => disk.Mode == VirtualDiskMode.IndependentNonPersistent, "is independent and non-persistent"),
            "power the machine off and make the disk persistent"),
        new("snapshot-agent", About: (machine, _, _) =>
            machine.HasSnapshot && machine.Disks.FirstOrDefault(disk => disk.IsAgentHeld) is { } disk
                ? $"{machine.Name}: disk {disk.Name} of the disk agent is part of a snapshot" : null,
            "delete the snapshot first: the agent cannot detach the disk"),
    ];

    /// <summary>The names of all rules, in order.</summary>
    public static IReadOnlyList<string> Names => [.. Table.Select(rule => rule.Name)];

    /// <summary>Every rule that forbids the move; empty when it may be done.</summary>
    public static IReadOnlyList<MoveRefusal> Check(HypervisorEstate estate, StorageMotionRequest request)
    {
        VirtualMachine machine = estate.Machine(request.Machine) ?? new VirtualMachine(request.Machine, "", "");
        bool isKnown = estate.Machine(request.Machine) is not null && estate.Datastore(request.To) is not null;
        return [.. Table.Take(isKnown ? Table.Length : 2)
            .Select(rule => (rule, Reason: rule.About(machine, estate, request)))
            .Where(found => found.Reason is not null)
            .Select(found => new MoveRefusal(found.rule.Name, found.Reason!, found.rule.Remedy))]; // chosen above
    }

    /// <summary>What makes a machine not movable by its hypervisor wherever it is to go; null for nothing.</summary>
    public static MoveRefusal? Prevents(VirtualMachine machine) => Table
        .Where(rule => rule.Name.StartsWith("disk-", StringComparison.Ordinal))
        .Select(rule => (rule, Reason: rule.About(machine, new HypervisorEstate(), new StorageMotionRequest("", ""))))
        .Where(found => found.Reason is not null)
        .Select(found => new MoveRefusal(found.rule.Name, found.Reason!, found.rule.Remedy)) // chosen above
        .FirstOrDefault();

    /// <summary>Bytes that the move writes to the target: files and disks; of a physical mapping the mapping file
    /// only, which takes nothing worth counting.</summary>
    public static long BytesNeeded(VirtualMachine machine, string to) =>
        (machine.Home == to ? 0 : machine.Files.Sum(file => file.Length))
        + machine.Disks.Where(disk => disk.Datastore != to && MovesData(disk)).Sum(disk => disk.Length);

    /// <summary>Whether the bytes of a disk are copied: those of a physical mapping stay on their LUN, and so do those
    /// of a virtual one, unless somebody asks for its conversion to a file.</summary>
    public static bool MovesData(MachineDisk disk) => disk.Kind == VirtualDiskKind.Vmdk;

    private static string? NoAccess(VirtualMachine machine, HypervisorEstate estate, StorageMotionRequest request)
    {
        HypervisorHost? host = estate.Host(machine.Host);
        string? missing = machine.Disks.Select(disk => disk.Datastore).Append(machine.Home).Append(request.To)
            .FirstOrDefault(store => host?.Writable.Contains(store, StringComparer.Ordinal) != true);
        return missing is null ? null
            : host?.ReadOnly.Contains(missing, StringComparer.Ordinal) == true
                ? $"host {machine.Host} may only read datastore {missing}"
                : $"host {machine.Host} does not see datastore {missing}";
    }

    private static string? SameFiles(VirtualMachine machine, HypervisorEstate estate, StorageMotionRequest request) =>
        machine.Disks.Where(MovesData).GroupBy(disk => disk.File, StringComparer.Ordinal)
            .FirstOrDefault(group => group.Count() > 1) is { } same
            ? $"{machine.Name}: disks {string.Join(" and ", same.Select(disk => disk.Name))} have the same file "
                + $"{same.Key} on different datastores, and {request.To} can hold one"
            : null;

    private static string? NoSpace(VirtualMachine machine, HypervisorEstate estate, StorageMotionRequest request)
    {
        long needed = BytesNeeded(machine, request.To);
        long free = estate.Datastore(request.To)?.Free ?? 0;
        return needed <= free ? null
            : $"datastore {request.To} has {free} bytes free, and {machine.Name} needs {needed}";
    }

    private static string? NoMemory(VirtualMachine machine, HypervisorEstate estate, StorageMotionRequest request)
    {
        long free = estate.Host(machine.Host)?.FreeMemory ?? 0;
        return machine.Memory <= free ? null
            : $"host {machine.Host} has {free} bytes of memory free, and {machine.Name} needs {machine.Memory} again";
    }

    private static Judgement Disk(Func<MachineDisk, bool> isBad, string what) => (machine, _, _) =>
        machine.Disks.FirstOrDefault(isBad) is { } disk ? $"{machine.Name}: disk {disk.Name} {what}" : null;

    /// <summary>What is wrong, or null.</summary>
    private delegate string? Judgement(VirtualMachine machine, HypervisorEstate estate, StorageMotionRequest request);

    private sealed record Rule(string Name, Judgement About, string Remedy);
}
