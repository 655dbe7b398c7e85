using System.Net.Security;

namespace VolMgr.Nbd.Client;

/// <summary>How an <see cref="NbdClientDevice"/> deals with its server.</summary>
public sealed record NbdClientOptions
{
    /// <summary>
    /// Bytes that the device has, a multiple of 512. The export may have more, which is left alone; one that has less
    /// is refused.
    /// </summary>
    public required long Length { get; init; }

    /// <summary>Connections to open where the server says that it keeps several consistent (CAN_MULTI_CONN).</summary>
    public int Connections { get; init; } = 2;

    /// <summary>How long connecting and negotiating may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a request may take, waiting for a lost server included.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long requests wait for a lost server to come back, before they end as not reachable.</summary>
    public TimeSpan ReconnectTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Bytes of acknowledged, unflushed writes that are kept for a server that forgets them; at half of it the device
    /// flushes by itself, at all of it writes wait for that flush.
    /// </summary>
    public long MaximumUnflushedBytes { get; init; } = 64 << 20;

    /// <summary>Where relative paths of Unix sockets begin; empty for the working directory.</summary>
    public string BaseFolder { get; init; } = "";

    /// <summary>How to verify the server and who we are, for an encrypted address.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>
    /// Once cancelled, nothing more is sent to the server, kept writes included: the host lost power or was fenced.
    /// </summary>
    public CancellationToken Abandoned { get; init; }

    /// <summary>Told in one sentence when the server is lost, found again, or refused.</summary>
    public Action<string>? Log { get; init; }
}
