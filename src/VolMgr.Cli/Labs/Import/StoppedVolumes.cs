using VolMgr.Commands.Captures;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Cli.Labs.Import;

/// <summary>Volumes that were stopped when they were captured: the first boot of an imported host, which starts what it
/// can, leaves them so.</summary>
internal static class StoppedVolumes
{
    private const string FileName = "etc/vx/import/stopped";

    /// <summary>Keeps which volumes they are for the first boot.</summary>
    public static void Write(VolumeHost host, IEnumerable<CapturedGroup> groups)
    {
        string[] stopped = [.. groups.SelectMany(group => group.Configuration.Volumes.Values
            .Where(volume => volume is { State: VolumeState.Clean, KernelState: VolumeKernelState.Disabled }
                && group.Configuration.VolumeAbove(volume.Id) is null
                && group.Configuration.DcoOnLog(volume.Id) is null)
            .Select(volume => $"{group.Configuration.Group.Name} {volume.Name}\n"))];
        if (stopped.Length > 0)
        {
            host.Files.Write(FileName, string.Concat(stopped));
        }
    }

    /// <summary>Stops them at the first boot, once.</summary>
    public static async Task StopAsync(VolumeHost host)
    {
        string? text = await host.Engine.RunBlockingAsync(() => host.Files.Read(FileName));
        if (text is null)
        {
            return;
        }

        foreach (string[] line in text.Split('\n').Select(line => line.Split(' ')).Where(line => line.Length == 2))
        {
            if (host.FindGroup(line[0]) is { } group && group.Current.FindVolume(line[1]) is not null)
            {
                await group.StopVolumeAsync(line[1], force: false);
            }
        }

        await host.Engine.RunBlockingAsync(() =>
        {
            host.Files.Delete(FileName);
            return true;
        });
    }
}
