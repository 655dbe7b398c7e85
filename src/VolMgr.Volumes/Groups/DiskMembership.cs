using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Groups;

/// <summary>Disks that join and leave the group, and those whose devices go and come back.</summary>
internal sealed class DiskMembership(GroupCore core, DiskGroup group)
{
    public async Task<Outcome> AddAsync(IReadOnlyList<(string Media, string Device)> members, bool replaces)
    {
        using IDisposable turn = await core.Host.MembershipGate.EnterAsync();
        if (members.Count == 0)
        {
            return new Refusal(ErrorCode.Usage, "No disk is named");
        }
        Outcome<IReadOnlyList<GroupDisk>> found = core.Host.Membership.FindFreeDisks(members, group);
        if (!found.IsDone)
        {
            return found.Refusal;
        }
        Outcome<GroupConfiguration> added = await core.Store.CommitAsync(
            configuration => Add(configuration, [.. members.Select(member => member.Media)], found.Value, replaces),
            new StoreMembership { Joining = found.Value });
        await core.Host.Table.RefreshAsync(members.Select(member => member.Device));
        core.Disks.Unbind();
        core.Disks.Bind();
        return added.IsDone ? Outcome.Done : added.Refusal;
    }

    public async Task<Outcome> RemoveAsync(string media, bool keepRecord)
    {
        using IDisposable turn = await core.Host.MembershipGate.EnterAsync();
        if (core.Current.FindDisk(media) is not { } disk)
        {
            return new Refusal(ErrorCode.NotFound, $"Disk {media}: Disk not in the configuration", "V-5-1-558");
        }
        Outcome<List<VolumeTurn>> entered = keepRecord ? await EnterVolumesAsync(disk) : new List<VolumeTurn>();
        if (!entered.IsDone)
        {
            return entered.Refusal;
        }
        Outcome removed;
        try
        {
            removed = await core.Started.ChangeAsync(
                [.. entered.Value.Select(volume => volume.Volume)],
                configuration => configuration.Disks.TryGetValue(disk.Id, out DiskRecord? record)
                    ? VolumeOperations.RemoveDisk(configuration, record.Name, keepRecord)
                    : new Refusal(ErrorCode.WrongUse, $"Disk {media} was removed by another command meanwhile"),
                membership: new StoreMembership { LeavingDiskIds = [disk.DiskId] });
        }
        finally
        {
            entered.Value.ForEach(volume => volume.Dispose());
        }
        string? device = core.Disks.Find(disk.Id)?.Node.Name;
        core.Disks.Unbind();
        await core.Host.Table.RefreshAsync(device is null ? [] : [device]);
        return removed;
    }

    /// <summary>Gives disks that answer again a copy of the configuration, and their plexes the state from which
    /// recovery brings them back.</summary>
    public async Task BindReturnedAsync()
    {
        core.Disks.Bind();
        IReadOnlyList<GroupDisk> returned = core.Disks.ReturnedDisks();
        bool hasWaiting = core.Current.Plexes.Values.Any(plex => plex.State == PlexState.NoDevice);
        if (returned.Count == 0 && !hasWaiting)
        {
            return;
        }
        await core.Store.CommitAsync(
            configuration => core.Disks.Here.Aggregate(
                configuration, (current, disk) => DiskReturn.Apply(current, disk, core.Disks.IsHere)),
            returned.Count == 0 ? null : new StoreMembership { Joining = returned });
    }

    /// <summary>The right to administer every volume with a plex on the disk, also with one that the records have
    /// given up already and that requests may still be on their way to.</summary>
    private async Task<Outcome<List<VolumeTurn>>> EnterVolumesAsync(DiskRecord disk)
    {
        List<VolumeTurn> turns = [];
        IEnumerable<string> names = core.Current.SubdisksOn(disk.Id)
            .Select(subdisk => subdisk.PlexId).OfType<RecordId>().Distinct()
            .Select(plex => core.Current.Plexes[plex].VolumeId ?? core.Started.FindUser(plex))
            .OfType<RecordId>().Distinct()
            .Select(volume => core.Current.Volumes.GetValueOrDefault(volume)?.Name).OfType<string>()
            .Order(StringComparer.Ordinal).ToList();
        foreach (string name in names)
        {
            Outcome<VolumeTurn> entered = await core.EnterAsync(name);
            if (!entered.IsDone)
            {
                turns.ForEach(turn => turn.Dispose());
                return entered.Refusal;
            }
            turns.Add(entered.Value);
        }
        return turns;
    }

    /// <summary>Adds disks to the records, each under its name.</summary>
    internal static Outcome<GroupConfiguration> Add(
        GroupConfiguration configuration,
        IReadOnlyList<string> media,
        IReadOnlyList<GroupDisk> disks,
        bool replaces)
    {
        for (int index = 0; index < disks.Count; index++)
        {
            DiskHeader header = disks[index].Header;
            Outcome<(GroupConfiguration Configuration, RecordId DiskId)> added = VolumeOperations.AddDisk(
                configuration,
                new DiskRequest
                {
                    Name = media[index],
                    DeviceName = disks[index].DeviceName,
                    DiskId = header.DiskId,
                    PublicLength = header.PublicLength,
                    PrivateLength = header.PrivateLength,
                    IsReplacement = replaces,
                });
            if (!added.IsDone)
            {
                return added.Refusal;
            }
            configuration = added.Value.Configuration;
        }
        return configuration;
    }
}
