using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Commands.Vxrecover;

/// <summary>
/// <c>vxrecover</c>: makes mirrors equal and attaches stale plexes, of named volumes, of the volumes on named disks, of
/// a group, or of all groups; with <c>-s</c> it starts stopped volumes too.
/// </summary>
internal static class VxrecoverCommand
{
    /// <summary>Options and verb.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxrecover",
        new OptionTable("bEg:no:pst:v", "cmV"),
        [
            new Verb(
                "",
                "[-b] [-n] [-p] [-s [-E]] [-v] [-g diskgroup] [-t tag] [-o slow[=ms],iosize=size] [volume|disk...]",
                "bEgnpstv",
                RunAsync)
            {
                UseOptions = ["slow", "iosize"],
            },
        ])
    {
        Remedies = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["-c"] = "disk groups are not shared between hosts here: leave it out",
            ["-m"] = "mirrors are made equal in any case: leave it out",
        },
    };

    private static async Task<int> RunAsync(Invocation invocation)
    {
        Outcome<CopyOptions> copy = CopyWords.Parse(invocation);
        Outcome<IReadOnlyList<DiskGroup>> groups = Groups(invocation);
        Refusal? lost = invocation.Options.Has('E') && (!invocation.Options.Has('s') || invocation.Options.Has('p'))
            ? new Refusal(ErrorCode.Usage, "-E: Goes with -s, and not with -p") : null;
        if ((copy.Refusal ?? groups.Refusal ?? lost) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        int code = await invocation.ForEachAsync(
            invocation.Operands.Where(name => groups.Value.All(group => VolumesOf(group, name).Count == 0)),
            name => Task.FromResult<Outcome>(Refusals.NoRecord(name)));
        List<VolumeTask> tasks = [];
        foreach (DiskGroup group in groups.Value)
        {
            List<string> volumes = [.. invocation.Operands.SelectMany(name => VolumesOf(group, name)).Distinct()];
            if (invocation.Operands.Count > 0 && volumes.Count == 0)
            {
                continue;
            }

            if (invocation.Options.Has('p'))
            {
                await invocation.AnswerAsync(RecoverWords.Startable(
                    invocation.Context.Host, group, volumes));
                continue;
            }

            IReadOnlySet<string> stopped = RecoverWords.Stopped(group);
            if (invocation.Options.Has('E'))
            {
                int failed = await EmptyVolumes.PrepareAsync(invocation, group, volumes);
                code = failed == 0 ? code : failed;
            }

            Outcome<VolumeTask?> started = await group.RecoverAsync(new RecoverRequest
            {
                Volumes = volumes,
                StartsVolumes = invocation.Options.Has('s'),
                LeavesUnrecovered = invocation.Options.Has('n'),
                Copy = copy.Value,
            });
            code = started.IsDone ? code : await invocation.RefuseAsync(started.Refusal);
            await invocation.AnswerAsync(invocation.Options.Has('v')
                ? RecoverWords.Done(group, stopped, started.IsDone ? started.Value : null) : []);
            tasks.AddRange(started is { IsDone: true, Value: { } task } ? [task] : Array.Empty<VolumeTask>());
        }

        foreach (VolumeTask task in invocation.Options.Has('b') ? [] : tasks)
        {
            int ended = await Waiting.ForAsync(invocation, task);
            code = ended == 0 ? code : ended;
        }

        return code;
    }

    private static Outcome<IReadOnlyList<DiskGroup>> Groups(Invocation invocation)
    {
        if (!invocation.Options.Has('g'))
        {
            return new List<DiskGroup>(invocation.Context.Host.Groups);
        }

        Outcome<DiskGroup> group = invocation.Group();
        return group.IsDone ? new List<DiskGroup> { group.Value } : group.Refusal;
    }

    private static List<string> VolumesOf(DiskGroup group, string name)
    {
        GroupConfiguration all = group.Current;
        if (all.FindVolume(name) is { } volume)
        {
            return [volume.Name];
        }

        if (all.FindDisk(name) is not { } disk)
        {
            return [];
        }

        IEnumerable<RecordId> volumes = all.SubdisksOn(disk.Id)
            .Select(subdisk => subdisk.PlexId is { } plex ? all.Plexes.GetValueOrDefault(plex)?.VolumeId : null)
            .OfType<RecordId>().Distinct();
        return [.. volumes.Select(id => all.Volumes[id].Name)];
    }
}
