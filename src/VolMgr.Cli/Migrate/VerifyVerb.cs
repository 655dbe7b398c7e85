using System.CommandLine;
using VolMgr.Cli.Verbs;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.Resync;

namespace VolMgr.Cli.Migrate;

/// <summary>
/// <c>volmgr verify</c>: compares the ACTIVE plexes of volumes while they are in use. Exit code 0 when all are
/// byte-equal, 1 when some differ.
/// </summary>
internal sealed class VerifyVerb : IOwnerVerb
{
    private const string GroupOption = "--group";
    private const string VolumeOption = "--volume";

    public string Name => "verify";

    public Command Define() => new("verify", "Compare all ACTIVE plexes of volumes, online")
    {
        new Option<string>(GroupOption) { Description = "The disk group (default: all that are imported)" },
        new Option<string>(VolumeOption) { Description = "The volume (default: all that are started)" },
    };

    public async Task<int> RunAsync(OwnerVerbContext context)
    {
        VolumeHost host = await context.BootHostAsync();
        string? groupName = context.Parsed.GetValue<string>(GroupOption);
        string? volumeName = context.Parsed.GetValue<string>(VolumeOption);
        if (groupName is not null && host.FindGroup(groupName) is null)
        {
            return await RefuseAsync(
                context, $"Disk group {groupName} is not imported; `vxdg list` shows those that are");
        }

        IEnumerable<DiskGroup> groups = host.Groups.Where(group => groupName is null || group.Name == groupName);
        List<(DiskGroup Group, VolumeRecord Volume)> wanted =
        [
            .. groups.SelectMany(group => group.Current.Volumes.Values
                .Where(volume => volumeName is null || volume.Name == volumeName)
                .OrderBy(volume => volume.Name, StringComparer.Ordinal)
                .Select(volume => (group, volume))),
        ];
        if (volumeName is not null && wanted.Count == 0)
        {
            return await RefuseAsync(context, $"No volume {volumeName}; `vxprint -v` shows those that exist");
        }

        bool allEqual = true;
        foreach ((DiskGroup group, VolumeRecord volume) in wanted)
        {
            if (volume.KernelState != VolumeKernelState.Enabled)
            {
                await context.Out.WriteLineAsync($"{group.Name}/{volume.Name}: not started, not compared");
                allEqual &= volumeName is null;
                continue;
            }

            Outcome<VerifyResult> result = await group.VerifyAsync(volume.Name, null, context.Interrupted);
            if (!result.IsDone)
            {
                return await RefuseAsync(context, result.Refusal.Message);
            }

            allEqual &= result.Value.IsEqual;
            await context.Out.WriteLineAsync($"{group.Name}/{volume.Name}: {Describe(result.Value)}");
        }

        return allEqual ? ExitCodes.Done : ExitCodes.CheckFailed;
    }

    private static string Describe(VerifyResult result)
    {
        string compared = $"{result.BytesCompared >> 20} MiB compared, {result.BytesSkipped >> 20} MiB of holes";
        if (result.PlexCount < 2)
        {
            return "one plex, nothing to compare it with";
        }

        return result.IsEqual
            ? $"{result.PlexCount} plexes are equal, {compared}"
            : $"{result.PlexCount} plexes DIFFER in {result.Differences.Count} places, the first at byte "
                + $"{(result.Differences.Count > 0 ? result.Differences[0].Offset : -1)}; {compared}";
    }

    private static async Task<int> RefuseAsync(OwnerVerbContext context, string message)
    {
        await context.Error.WriteLineAsync($"volmgr verify: {message}");
        return ExitCodes.Refused;
    }
}
