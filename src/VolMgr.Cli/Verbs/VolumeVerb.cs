using System.CommandLine;
using VolMgr.Cli.Engine;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Cli.Verbs;

/// <summary>volmgr volume load: fills a volume with a raw image, holes kept; volume verify: compares it with the
/// content that an import generated.</summary>
internal sealed class VolumeVerb : IOwnerVerb
{
    private readonly Option<string> group = new("--group", "-g")
    {
        Description = "Disk group.",
        HelpName = "GROUP",
        Required = true,
    };

    private readonly Option<string> volume = new("--volume")
    {
        Description = "Volume.",
        HelpName = "VOLUME",
        Required = true,
    };

    private readonly Argument<string> file = new("FILE") { Description = "Raw image, not longer than the volume." };

    /// <inheritdoc/>
    public string Name => "volume";

    /// <inheritdoc/>
    public Command Define() => new(Name, "Work with the bytes of a volume.")
    {
        new Command("load", "Fill a volume with a raw image; the volume must not be in use.") { group, volume, file },
        new Command("verify", "Compare a volume with the content that 'lab import --seed' gave it.") { group, volume },
    };

    /// <inheritdoc/>
    public async Task<int> RunAsync(OwnerVerbContext context)
    {
        string groupName = context.Parsed.GetRequiredValue(group);
        string volumeName = context.Parsed.GetRequiredValue(volume);
        VolumeHost host = await context.BootHostAsync();
        DiskGroup imported = host.FindGroup(groupName) ?? throw UserErrorException.Refused(
            $"disk group {groupName} is not imported on host {host.Name}");
        VolumeDevice device = imported.OpenVolume(volumeName) ?? throw UserErrorException.Refused(
            $"disk group {groupName} has no started volume {volumeName}; see 'vxprint -g {groupName} -ht'");
        if (context.Parsed.CommandResult.Command.Name == "verify")
        {
            return await ContentCheck.RunAsync(context, device, (groupName, volumeName));
        }

        string path = Path.GetFullPath(context.Parsed.GetRequiredValue(file), context.WorkingDirectory);
        if (device.OpenCount > 0)
        {
            throw UserErrorException.Refused(
                $"volume {volumeName} is open; close what uses it before it is overwritten");
        }

        using IDisposable opening = device.Open();
        ImageLoad load = ImageLoad.Open(path, device.Length, volumeName);
        using (load)
        {
            await load.RunAsync(device, context.Interrupted);
        }

        await context.Out.WriteLineAsync(
            $"loaded {volumeName}: {load.BytesWritten} bytes written, {load.BytesCleared} bytes cleared");
        return ExitCodes.Done;
    }
}
