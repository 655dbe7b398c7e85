using VolMgr.Commands.Parsing;
using VolMgr.Commands.Text;
using VolMgr.Commands.Views;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.States;

namespace VolMgr.Commands.Vxinfo;

/// <summary><c>vxinfo</c>: whether volumes are started, could be, or could not (vxvm.md 5.11).</summary>
internal static class VxinfoCommand
{
    private static readonly int[] Widths = [16, 8];

    /// <summary>Options and verb.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxinfo",
        new OptionTable("g:pU:", "oV"),
        [new Verb("", "-g diskgroup [-p] [-U usetype] [volume...]", "gpU", RunAsync)]);

    /// <summary>The line of a volume, and with <paramref name="hasPlexes"/> one for each of its plexes.</summary>
    public static IEnumerable<string> Rows(GroupView group, VolumeRecord volume, bool hasPlexes)
    {
        GroupConfiguration all = group.Configuration;
        string[] row = [PaddedRow.Of(Widths, volume.Name, volume.UseType, Condition(group, volume))];
        return !hasPlexes
            ? row.Select(line => line)
            : row.Select(line => $"vol     {line}").Concat(all.PlexesOf(volume.Id).Select(
                plex => $"plex    {PaddedRow.Of([16], plex.Name, StateNames.Text(plex.State))}"));
    }

    private static async Task<int> RunAsync(Invocation invocation)
    {
        Outcome<DiskGroup> group = invocation.Group();
        if (!group.IsDone)
        {
            return await invocation.RefuseAsync(group.Refusal);
        }

        GroupView view = HostReading.Of(invocation.Context.Host).Groups
            .First(each => each.Configuration.Group.GroupId == group.Value.GroupId);
        IEnumerable<string> names = invocation.Operands.Count > 0
            ? invocation.Operands
            : view.Configuration.Volumes.Values.Select(volume => volume.Name).Order(StringComparer.Ordinal);
        return await invocation.ForEachAsync(names, async name =>
        {
            if (view.Configuration.FindVolume(name) is not { } volume)
            {
                return new Refusal(ErrorCode.NotFound, $"Volume {name} not found", "V-5-1-924");
            }

            if (invocation.Options.Value('U') is { } type && type != volume.UseType)
            {
                return Outcome.Done;
            }

            await invocation.AnswerAsync(Rows(view, volume, invocation.Options.Has('p')));
            return Outcome.Done;
        });
    }

    /// <summary>Started, Started Unusable, Startable or Unstartable.</summary>
    public static string Condition(GroupView group, VolumeRecord volume)
    {
        IReadOnlyList<PlexRecord> plexes = group.Configuration.DataPlexesOf(volume.Id);
        bool isUsable = plexes.Any(plex => plex.IsReadable()
            && group.Configuration.SubdisksOf(plex.Id).All(sd => RecordFacts.SubdiskMode(group, sd) == "ENA"));
        bool isStartable = volume.State != VolumeState.Empty && plexes.Any(plex => plex.IsTrusted()
            && group.Configuration.SubdisksOf(plex.Id).All(sd => RecordFacts.SubdiskMode(group, sd) == "ENA"));
        return volume.KernelState == VolumeKernelState.Enabled
            ? isUsable ? "Started" : "Started Unusable"
            : isStartable ? "Startable" : "Unstartable";
    }
}
