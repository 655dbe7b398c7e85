using System.Runtime.Versioning;

namespace VolMgr.EndToEnd.Tests.Clients;

/// <summary>
/// A lab whose volumes are served to programs by NBD: two arrays, group datadg on the old one, `volmgr serve` in the
/// foreground.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class LiveLab : IAsyncDisposable
{
    public const string Group = "datadg";
    public const string Volume = "vol01";
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(60);
    private readonly LabFolder folder = new();
    private ClientProcess? server;

    public string Lab => folder.Lab;

    /// <summary>A folder for the test's own files, outside the lab.</summary>
    public string Root => folder.Root;

    public string Socket => Path.Combine(folder.Lab, "run", "nbd.sock");

    public int OwnerProcessId => folder.OwnerProcessId;

    public string Uri => UriOf(Volume);

    /// <summary>Makes a lab with a volume full of data and serves it.</summary>
    public static async Task<LiveLab> StartAsync(long volumeMebibytes = 64)
    {
        LiveLab lab = new();
        try
        {
            await lab.SetUpAsync(volumeMebibytes);
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Nothing is created and nothing runs yet.</summary>
    public static LiveLab Bare() => new();

    /// <summary>Makes the lab, fills the volume with an image (random data without one) and serves it.</summary>
    public async Task SetUpAsync(long volumeMebibytes, string? image = null)
    {
        await ExpectAsync("lab", "create", Lab, "--luns", "1", "--lun-size", $"{volumeMebibytes + 64}m");
        await MakeGroupAsync(volumeMebibytes);
        await LoadAsync(image ?? await MakeRandomImageAsync(volumeMebibytes));
        await ServeAsync();
    }

    /// <summary>A file of random data: holes would not be copied, and the client is to work while data moves.</summary>
    public async Task<string> MakeRandomImageAsync(long mebibytes)
    {
        string image = Path.Combine(Root, "image");
        byte[] data = new byte[mebibytes << 20];
        new Random(20260701).NextBytes(data);
        await File.WriteAllBytesAsync(image, data, TestContext.Current.CancellationToken);
        return image;
    }

    public string UriOf(string volume) => $"nbd+unix:///{Group}/{volume}?socket={Socket}";

    /// <summary>Puts every LUN of the old array in the group and makes the volume on them.</summary>
    public async Task MakeGroupAsync(long volumeMebibytes)
    {
        List<string> disks = [];
        foreach (string line in (await ExpectAsync("vxdisk", "list")).Split('\n'))
        {
            if (line.StartsWith("emc0_", StringComparison.Ordinal))
            {
                string device = line.Split(' ')[0];
                await ExpectAsync("vxdisksetup", "-i", device);
                disks.Add($"{Group}{disks.Count + 1:00}={device}");
            }
        }

        await ExpectAsync(["vxdg", "init", Group, .. disks]);
        await ExpectAsync("vxassist", "-g", Group, "make", Volume, $"{volumeMebibytes}m");
    }

    private Task<string> LoadAsync(string image) =>
        ExpectAsync("volume", "load", "--group", Group, "--volume", Volume, image);

    /// <summary>Starts the owner in the foreground and waits until it is ready.</summary>
    public async Task ServeAsync()
    {
        if (server is null)
        {
            // The commands before this started an owner in the background: it must leave first.
            await ExpectAsync("host", "shutdown", "--all");
        }

        else
        {
            await server.DisposeAsync();
        }

        server = ClientProcess.Start(
            Tools.Find("env"), "-u", "VOLMGR_HOST", $"VOLMGR_LAB={Lab}", Volmgr.ExecutablePath, "serve");
        await server.WaitForAsync("\nready\n", patience);
        Assert.Contains($"{Group}/{Volume}", server.Heard, StringComparison.Ordinal);
    }

    /// <summary>Runs a verb or a vx* command in the lab and expects success; returns what it printed.</summary>
    public async Task<string> ExpectAsync(params string[] arguments)
    {
        Ended ended = await Volmgr.RunAsync(folder.Lab, arguments);
        Assert.True(ended.ExitCode == 0, $"{string.Join(' ', arguments)}: {ended}");
        return ended.Output;
    }

    /// <summary>Kills the owner without a warning: a crash of the host.</summary>
    public async Task CrashAsync()
    {
        Assert.True(folder.KillOwner(), "the owner had ended by itself");
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>Waits until no task is left: recovery is over.</summary>
    public async Task WaitForTasksAsync()
    {
        for (int look = 0; look < 600; look++)
        {
            if (!(await ExpectAsync("vxtask", "list")).Contains("/R", StringComparison.Ordinal))
            {
                return;
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Fail("tasks are still running after a minute: " + await ExpectAsync("vxtask", "list"));
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        await folder.DisposeAsync();
    }
}
