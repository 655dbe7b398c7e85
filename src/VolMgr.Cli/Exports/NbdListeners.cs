using System.Net;
using VolMgr.Blocks;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Owner;
using VolMgr.Cli.Protocol;
using VolMgr.Nbd.Server;

namespace VolMgr.Cli.Exports;

/// <summary>
/// Where NBD clients come in: the socket in the lab, which the file system guards, and with 'volmgr serve' a TCP port,
/// which TLS may guard. One server each, for what one of them wants of a client is not asked at the other.
/// </summary>
internal sealed class NbdListeners(LabPaths lab, VolumeExports exports, OwnerOptions options, EngineServices engine)
{
    private readonly NbdServer local = new(exports, new NbdServerOptions { Log = OwnerLog.Write }, engine);
    private NbdServer? remote;

    /// <summary>Where the TCP port is; null for none.</summary>
    public IPEndPoint? EndPoint { get; private set; }

    /// <summary>Clients, those that have not yet chosen an export too.</summary>
    public int ConnectionCount => local.ConnectionCount + (remote?.ConnectionCount ?? 0);

    /// <summary>What both have done.</summary>
    public NbdServerStatistics Statistics => Sum(local.Statistics, remote?.Statistics ?? default);

    /// <summary>Listens; the socket of an owner that crashed is replaced.</summary>
    public void Open()
    {
        string socket = LabSocket.Prepare(lab.NbdSocket);
        local.ListenUnix(socket);
        File.SetUnixFileMode(socket, LabSocket.PrivateSocket);
        if (options.NbdEndPoint is { } endPoint)
        {
            var limits = new NbdServerOptions
            {
                Log = OwnerLog.Write,
                Tls = options.NbdTls?.Invoke(),
                CurrentTls = options.NbdTls,
            };
            remote = new NbdServer(exports, limits, engine);
            EndPoint = remote.ListenTcp(endPoint);
        }
    }

    /// <summary>Takes no more clients, answers what is in flight, closes the rest.</summary>
    public Task StopAsync(TimeSpan patience) =>
        Task.WhenAll(local.StopAsync(patience), remote?.StopAsync(patience) ?? Task.CompletedTask);

    /// <summary>Removes the socket and the link to it.</summary>
    public void Remove() => LabSocket.Remove(lab.NbdSocket);

    private static NbdServerStatistics Sum(NbdServerStatistics one, NbdServerStatistics other) => new(
        one.Connections + other.Connections,
        one.Handshakes + other.Handshakes,
        one.ConnectionsAccepted + other.ConnectionsAccepted,
        one.Requests + other.Requests,
        one.Errors + other.Errors,
        one.BytesRead + other.BytesRead,
        one.BytesWritten + other.BytesWritten,
        one.BytesHeld + other.BytesHeld);
}
