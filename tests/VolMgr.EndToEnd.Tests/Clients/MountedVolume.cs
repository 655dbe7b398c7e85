using System.Runtime.Versioning;

namespace VolMgr.EndToEnd.Tests.Clients;

/// <summary>
/// A file system on a volume: nbdfuse shows the volume as a file, a loop device makes a disk of it, the kernel mounts
/// what mkfs made there.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class MountedVolume : IAsyncDisposable
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(60);
    private readonly string kind;
    private readonly string fuse;
    private ClientProcess? server;
    private string device = "";

    private MountedVolume(LiveLab lab, string kind)
    {
        this.kind = kind;
        fuse = Path.Combine(lab.Root, "fuse");
        Folder = Path.Combine(lab.Root, "mnt");
    }

    /// <summary>Where the file system is mounted.</summary>
    public string Folder { get; }

    /// <summary>Makes a file system and mounts it.</summary>
    /// <param name="lab">The lab that serves the volume.</param>
    /// <param name="kind">ext4 or xfs.</param>
    public static async Task<MountedVolume> StartAsync(LiveLab lab, string kind)
    {
        MountedVolume volume = new(lab, kind);
        try
        {
            await volume.AttachAsync(lab.Uri);
            // Without discard: what the volume held before stays, so there is something to copy.
            await ClientProcess.RunAsync(
                Tools.Find($"mkfs.{kind}"), [.. kind == "xfs" ? new[] { "-q", "-K" } : ["-q", "-E", "nodiscard"],
                volume.device]);
            await ClientProcess.RunAsync(Tools.Find("mount"), "-t", kind, volume.device, volume.Folder);
            return volume;
        }
        catch
        {
            await volume.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the test unless everything is here that this needs.</summary>
    public static async Task RequireAsync(string kind)
    {
        await Tools.RequireMountsAsync();
        foreach (string program in new[] { "nbdfuse", "losetup", "mount", $"mkfs.{kind}", Checker(kind) })
        {
            Tools.Find(program);
        }
    }

    /// <summary>Unmounts and lets the file system's own checker look; it changes nothing.</summary>
    public async Task UnmountAndCheckAsync()
    {
        await ClientProcess.RunAsync(Tools.Find("umount"), Folder);
        string[] arguments = kind == "xfs" ? ["-n", device] : ["-f", "-n", device];
        await ClientProcess.RunAsync(Tools.Find(Checker(kind)), arguments);
    }

    public async ValueTask DisposeAsync()
    {
        await Volmgr.RunProgramAsync("umount", null, "-q", Folder);
        if (device.Length > 0)
        {
            await Volmgr.RunProgramAsync("losetup", null, "-d", device);
        }

        if (server is not null)
        {
            await Volmgr.RunProgramAsync("umount", null, fuse);
            await server.DisposeAsync();
        }
    }

    private static string Checker(string kind) => kind == "xfs" ? "xfs_repair" : "e2fsck";

    private async Task AttachAsync(string uri)
    {
        Directory.CreateDirectory(fuse);
        Directory.CreateDirectory(Folder);
        string file = Path.Combine(fuse, "nbd");
        server = ClientProcess.Start(Tools.Find("nbdfuse"), file, uri);
        for (DateTime limit = DateTime.UtcNow + patience; !File.Exists(file);)
        {
            Assert.False(server.HasEnded, $"nbdfuse: {server.Heard}");
            Assert.True(DateTime.UtcNow < limit, $"nbdfuse shows no file: {server.Heard}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        device = (await ClientProcess.RunAsync(Tools.Find("losetup"), "-f", "--show", file)).Trim();
    }
}
