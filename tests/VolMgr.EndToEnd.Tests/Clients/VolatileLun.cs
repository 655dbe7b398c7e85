using System.Runtime.Versioning;

namespace VolMgr.EndToEnd.Tests.Clients;

/// <summary>
/// A LUN that loses what was never synced: an NBD server of its own that keeps writes in a cache until a flush, and is
/// killed with the cache. (A kill of the owner alone loses nothing that the page cache holds.)
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class VolatileLun : IAsyncDisposable
{
    private readonly string image;
    private readonly string socket;
    private ClientProcess? server;

    public VolatileLun(string folder, string name, long size)
    {
        image = Path.Combine(folder, $"{name}.img");
        socket = Path.Combine(folder, $"{name}.sock");
        using FileStream stream = new(image, FileMode.CreateNew, FileAccess.Write);
        stream.SetLength(size);
    }

    /// <summary>What the topology names as the LUN's backing.</summary>
    public string Uri => $"nbd+unix:///?socket={socket}";

    /// <summary>Starts the server and waits until it listens.</summary>
    public async Task StartAsync()
    {
        File.Delete(socket);
        server = ClientProcess.Start(
            Tools.Find("nbdkit"), "-f", "-U", socket, "--filter=cache", "file", image, "cache=writeback");
        for (int look = 0; look < 500 && !File.Exists(socket); look++)
        {
            Assert.False(server.HasEnded, $"nbdkit: {server.Heard}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.True(File.Exists(socket), $"nbdkit does not listen: {server.Heard}");
    }

    /// <summary>Loses every write that no flush has covered.</summary>
    public void LosePower() => server?.Kill();

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }
}
