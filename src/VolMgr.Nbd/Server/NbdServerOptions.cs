using System.Security.Cryptography.X509Certificates;
using VolMgr.Nbd.Protocol;

namespace VolMgr.Nbd.Server;

/// <summary>How much a server takes on, and from whom.</summary>
public sealed record NbdServerOptions
{
    /// <summary>The least that <see cref="MaximumBytesPerConnection"/> may be: two of the largest requests.</summary>
    public const long LeastBytesPerConnection = 2L * Limits.MaximumPayload;

    /// <summary>With a certificate every client has to use TLS; null: none may.</summary>
    public NbdTlsOptions? Tls { get; init; }

    /// <summary>
    /// Asked for each connection in the place of <see cref="Tls"/>, so that certificates can be renewed under a server
    /// that listens. It cannot turn TLS on or off.
    /// </summary>
    public Func<NbdTlsOptions>? CurrentTls { get; init; }

    /// <summary>Bytes that all connections together hold in requests and replies.</summary>
    public long MaximumBytesInFlight { get; init; } = 256L << 20;

    /// <summary>Bytes that one connection holds in requests and replies.</summary>
    public long MaximumBytesPerConnection { get; init; } = LeastBytesPerConnection;

    /// <summary>Requests of one connection that are under way at once.</summary>
    public int MaximumRequestsPerConnection { get; init; } = 128;

    /// <summary>Connections in all; the next one is closed at once.</summary>
    public int MaximumConnections { get; init; } = 16384;

    /// <summary>Connections that have not yet chosen an export; one more closes the oldest of them.</summary>
    public int MaximumHandshakes { get; init; } = 1024;

    /// <summary>How long a client may take to choose an export.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a client may keep the server waiting in the middle of a message while others wait for the memory that
    /// it holds.
    /// </summary>
    public TimeSpan StallPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Told, in one line, what the operator may want to know: refused, broken and evicted clients.</summary>
    public Action<string>? Log { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumBytesPerConnection, LeastBytesPerConnection);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumBytesInFlight, MaximumBytesPerConnection);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumRequestsPerConnection, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumConnections, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumHandshakes, 1);
    }
}

/// <summary>TLS of a server. There is no plain text beside it (the protocol's mode FORCEDTLS).</summary>
public sealed record NbdTlsOptions
{
    /// <summary>What the server shows, with its private key.</summary>
    public required X509Certificate2 Certificate { get; init; }

    /// <summary>When given, a client has to show a certificate that this authority, and no other, has signed.</summary>
    public X509Certificate2? ClientAuthority { get; init; }
}
