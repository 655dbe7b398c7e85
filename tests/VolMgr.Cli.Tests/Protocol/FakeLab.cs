using System.Net.Sockets;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Owner;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Tests.Protocol;

/// <summary>A control server in this process, before a scripted lab.</summary>
internal sealed class FakeLab : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();

    public FakeLab(string name = "lab")
    {
        Paths = new LabPaths(folder.In(name));
        Directory.CreateDirectory(Paths.RunFolder);
        File.WriteAllText(Paths.TopologyFile, "");
        Server = new ControlServer(ControlSocket.Listen(Paths), Service, () => null);
    }

    public LabPaths Paths { get; }

    public FakeLabService Service { get; } = new();

    public ControlServer Server { get; }

    public Socket Connect() => ControlSocket.TryConnect(Paths) ?? throw new InvalidOperationException("nobody listens");

    /// <summary>Runs a command as the thin client does.</summary>
    public (int ExitCode, string Output, string Error) Run(string name, params string[] arguments)
    {
        var streams = new CapturedStreams();
        using var client = new ControlClient(Paths, new RunRequest(name, arguments, "/here", "", []), streams);
        int exitCode = client.Run();
        return (exitCode, streams.Output, streams.Error);
    }

    public Task<VolumeClient> OpenAsync() =>
        VolumeClient.OpenAsync(
            Paths, new OpenVolumeRequest("", "datadg", "vol01"), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Service.DisposeAsync();
        ControlSocket.Remove(Paths);
        folder.Dispose();
    }
}
