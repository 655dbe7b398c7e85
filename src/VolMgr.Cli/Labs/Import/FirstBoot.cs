using VolMgr.Arrays;
using VolMgr.Commands.Captures;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Cli.Labs.Import;

/// <summary>The first boot of an imported host shows what was captured: volumes that were stopped stay so, and what was
/// not recovered is recovered when somebody asks for it, or at the next boot.</summary>
internal static class FirstBoot
{
    private const string FileName = "etc/vx/import/stopped";

    /// <summary>Keeps which volumes were stopped.</summary>
    public static void Write(VolumeHost host, IEnumerable<CapturedGroup> groups)
    {
        string[] stopped = [.. groups.SelectMany(group => group.Configuration.Volumes.Values
            .Where(volume => volume is { State: VolumeState.Clean, KernelState: VolumeKernelState.Disabled }
                && group.Configuration.VolumeAbove(volume.Id) is null
                && group.Configuration.DcoOnLog(volume.Id) is null)
            .Select(volume => $"{group.Configuration.Group.Name} {volume.Name}\n"))];
        host.Files.Write(FileName, string.Concat(stopped));
    }

    /// <summary>Whether a host with these files has not been up since it was imported.</summary>
    public static bool IsNext(IHostFiles files) => files.Read(FileName) is not null;

    /// <summary>Stops what was stopped, once.</summary>
    public static async Task EndAsync(VolumeHost host)
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
