using System.Collections.Immutable;
using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.OnDisk;

/// <content>How a store begins: with a new group, or by importing one.</content>
public sealed partial class ConfigurationStore
{
    /// <summary>
    /// Writes the first generation of a new group to its disks, then their headers. Refused, with the disks free as
    /// before,
    /// when a disk belongs to another group or cannot be written.
    /// </summary>
    public static async Task<Outcome<ConfigurationStore>> CreateAsync(
        GroupConfiguration initial, IReadOnlyList<GroupDisk> disks, StoreOptions options, EngineServices engine)
    {
        Invariant.Holds(disks.Count > 0);
        CheckChange(null, initial, ConfigurationDelta.Whole(initial), new StoreMembership { Joining = disks });
        DiskGroupRecord group = initial.Group;
        Refusal? owned = disks
            .Select(disk => FindOwner(disk, groupId: "", options.HostId))
            .FirstOrDefault(refusal => refusal is not null);
        if (owned is not null)
        {
            return owned;
        }

        var holders = new List<Holder>();
        foreach (GroupDisk disk in disks)
        {
            DiskHeader header = disk.Header with
            {
                GroupId = group.GroupId,
                GroupName = group.Name,
                HostId = options.HostId,
                IsNoAutoImport = options.IsNoAutoImport,
            };
            if (header.FindProblem() is string problem)
            {
                return new Refusal(
                    ErrorCode.Usage,
                    $"Disk group {group.Name}: cannot create: {problem} is too long or has illegal characters");
            }

            CopyReading copy = await CopyReader.ReadAsync(disk.Lun, header, CancellationToken.None);
            holders.Add(new Holder(disk.DeviceName, disk.Lun, header, new CopyWriter(disk.Lun, header, copy)));
        }

        var newSet = new HolderSet(group.GroupId, Lineage.Begin(engine.Identities.NewGuid()), generation: 0, holders);
        if (!newSet.Fits(initial, []))
        {
            return new Refusal(
                ErrorCode.TooMany, $"{group.Name}: Configuration too large for configuration copies", "V-5-1-2928");
        }

        bool isWritten = await newSet.CommitAsync(initial, asCheckpoint: true) && newSet.Holders.Count == holders.Count;
        if (isWritten)
        {
            bool[] written = await Task.WhenAll(holders.Select(holder => WriteHeaderAsync(holder, holder.Header)));
            isWritten = !written.Contains(false);
        }

        if (isWritten)
        {
            return new ConfigurationStore(newSet, options.HostId, temporaryName: null, engine);
        }

        await Task.WhenAll(holders.Select(holder => WriteHeaderAsync(holder, WithoutGroup(holder.Header))));
        return new Refusal(
            ErrorCode.InputOutput, $"Disk group {group.Name}: cannot create: Disk I/O error on a disk of the group");
    }

    /// <summary>
    /// Imports a group from the disks that carry its id: chooses the generation by <see cref="ImportRule"/>, takes the
    /// host
    /// lock, and writes a new generation, the first of a new branch, to every member that is there. Kernel states
    /// become
    /// disabled and utility locks are free; utility states stay. Refused, with nothing changed, where the rule says so.
    /// </summary>
    public static async Task<Outcome<ConfigurationStore>> ImportAsync(
        IReadOnlyList<GroupDisk> candidates, ImportOptions options, EngineServices engine)
    {
        ImportCandidate[] found = await Task.WhenAll(candidates.Select(async disk =>
            new ImportCandidate(disk, await CopyReader.ReadAsync(disk.Lun, disk.Header, CancellationToken.None))));
        Outcome<ImportChoice> chosen = ImportRule.Choose(found, options);
        if (!chosen.IsDone)
        {
            return chosen.Refusal;
        }

        CopyImage image = chosen.Value.Image;
        GroupConfiguration configuration = AsImported(image.Configuration);
        string? passingName = options.IsTemporary ? options.NewName : null;
        if (passingName is null && options.NewName is not null)
        {
            configuration = WithName(configuration, options.NewName);
        }

        IReadOnlyList<string> violations = ConfigurationChecks.Validate(WithName(
            configuration, options.NewName ?? configuration.Group.Name));
        if (violations.Count > 0)
        {
            return ImportRule.Refuse(ErrorCode.Usage, options, string.Join("; ", violations));
        }

        List<Holder> members = [.. chosen.Value.Members.Select(candidate => new Holder(
            candidate.Disk.DeviceName,
            candidate.Disk.Lun,
            candidate.Disk.Header with
            {
                HostId = options.HostId,
                GroupName = configuration.Group.Name,
                IsNoAutoImport = options.IsTemporary,
            },
            new CopyWriter(candidate.Disk.Lun, candidate.Disk.Header, candidate.Copy)))];
        Outcome<HolderSet> taken = await TakeAsync(image, configuration, members, options, engine);
        if (!taken.IsDone)
        {
            return taken.Refusal;
        }

        foreach (ImportCandidate stranger in chosen.Value.Strangers)
        {
            // When it fails, the next import sees the stranger again.
            await VmDisk.WriteHeaderAsync(
                stranger.Disk.Lun, WithoutGroup(stranger.Disk.Header), CancellationToken.None);
        }

        return new ConfigurationStore(taken.Value, options.HostId, passingName, engine);
    }

    /// <summary>Locks the disks for this host and begins the new branch on all that took the lock.</summary>
    private static async Task<Outcome<HolderSet>> TakeAsync(
        CopyImage image,
        GroupConfiguration configuration,
        List<Holder> members,
        ImportOptions options,
        EngineServices engine)
    {
        Lineage lineage = image.Lineage.Append(image.Generation + 1, engine.Identities.NewGuid());
        var newSet = new HolderSet(configuration.Group.GroupId, lineage, image.Generation, members);
        if (members.Count == 0)
        {
            return ImportRule.Refuse(ErrorCode.NotFound, options, "No valid disk found containing disk group");
        }

        string? problem = members.Select(holder => holder.Header.FindProblem()).FirstOrDefault(text => text is
            not null);
        if (problem is not null)
        {
            return ImportRule.Refuse(ErrorCode.Usage, options, $"{problem} is too long or has illegal characters");
        }

        if (!newSet.Fits(configuration, []))
        {
            return ImportRule.Refuse(ErrorCode.TooMany, options, "Configuration too large for configuration copies");
        }

        bool[] isLocked = await Task.WhenAll(members.Select(holder => WriteHeaderAsync(holder, holder.Header)));
        newSet.Remove([.. members.Where((_, index) => !isLocked[index])]);
        return await newSet.CommitAsync(configuration, asCheckpoint: true)
            ? newSet
            : ImportRule.Refuse(ErrorCode.InputOutput, options, "Disk group has no valid configuration copies");
    }

    /// <summary>What does not outlive the kernel: kernel states and utility locks.</summary>
    private static GroupConfiguration AsImported(GroupConfiguration configuration) => configuration with
    {
        Disks = Each(configuration.Disks, disk => disk with { TUtil0 = "" }),
        Subdisks = Each(configuration.Subdisks, subdisk => subdisk with { TUtil0 = "" }),
        Plexes = Each(
            configuration.Plexes, plex => plex with { TUtil0 = "", KernelState = PlexKernelState.Disabled }),
        Volumes = Each(
            configuration.Volumes, volume => volume with { TUtil0 = "", KernelState = VolumeKernelState.Disabled }),
    };

    private static ImmutableSortedDictionary<RecordId, T> Each<T>(
        ImmutableSortedDictionary<RecordId, T> records, Func<T, T> change)
        where T : ObjectRecord =>
        records.SetItems(records.Select(pair => KeyValuePair.Create(pair.Key, change(pair.Value))));

    /// <summary>Why a disk cannot be taken into the group: it belongs to another one, or another host holds
    /// it.</summary>
    private static Refusal? FindOwner(GroupDisk disk, string groupId, string hostId)
    {
        DiskHeader header = disk.Header;
        if (header.GroupId.Length > 0 && header.GroupId != groupId)
        {
            return new Refusal(
                ErrorCode.InvalidState,
                $"Device {disk.DeviceName} appears to be owned by disk group {header.GroupName}.",
                "V-5-1-2349");
        }

        return header.HostId.Length > 0 && header.HostId != hostId
            ? new Refusal(
                ErrorCode.InvalidState,
                $"Device {disk.DeviceName}: Disk is in use by another host ({header.HostId})")
            : null;
    }
}
