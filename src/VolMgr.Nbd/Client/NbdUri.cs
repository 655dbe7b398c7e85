using System.Diagnostics.CodeAnalysis;

namespace VolMgr.Nbd.Client;

/// <summary>
/// Where an export is (NBD URI specification): <c>nbd://host[:port]/export</c>, <c>nbd+unix:///export?socket=PATH</c>,
/// and the same with TLS as <c>nbds</c> and <c>nbds+unix</c>.
/// </summary>
/// <remarks>
/// Of the parameters of the specification <c>socket</c>, <c>tls-certificates</c> and <c>tls-hostname</c> are known;
/// <c>connections</c>, <c>timeout</c> and <c>reconnect</c> (both in seconds) are ours. Any other is refused by name,
/// since an option that is ignored is one that an administrator believes in.
/// </remarks>
public sealed record NbdUri
{
    /// <summary>The port that the protocol is registered for.</summary>
    public const int DefaultPort = 10809;

    /// <summary>Host name or address; empty for a Unix socket.</summary>
    public string Host { get; init; } = "";

    /// <summary>TCP port.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>Path of the Unix socket, perhaps relative; null for TCP.</summary>
    public string? SocketPath { get; init; }

    /// <summary>Name of the export; empty for the server's default.</summary>
    public required string Export { get; init; }

    /// <summary>Whether the connection must be encrypted.</summary>
    public bool IsTls { get; init; }

    /// <summary>
    /// Folder with ca-cert.pem and perhaps client-cert.pem and client-key.pem; null for the system's authorities.
    /// </summary>
    public string? TlsCertificates { get; init; }

    /// <summary>The name that the server's certificate must carry; null for the host.</summary>
    public string? TlsHostName { get; init; }

    /// <summary>How many connections to use where the server allows several; null for the default.</summary>
    public int? Connections { get; init; }

    /// <summary>How long a request may take; null for the default.</summary>
    public TimeSpan? RequestTimeout { get; init; }

    /// <summary>How long requests wait for a lost server to come back; null for the default.</summary>
    public TimeSpan? ReconnectTime { get; init; }

    /// <summary>Whether the text begins like a URI at all, of whatever scheme.</summary>
    public static bool IsUri(string text) => text.Contains("://", StringComparison.Ordinal);

    /// <summary>Reads a URI; false with one sentence that says what is wrong with it.</summary>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out NbdUri? uri, [NotNullWhen(false)] out string? problem) =>
        NbdUriText.TryParse(text, out uri, out problem);

    /// <summary>The address in short, for messages.</summary>
    public override string ToString() => SocketPath is null
        ? $"{(IsTls ? "nbds" : "nbd")}://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}"
            + $"/{Uri.EscapeDataString(Export).Replace("%2F", "/", StringComparison.Ordinal)}"
        : $"{(IsTls ? "nbds" : "nbd")}+unix:///"
            + $"{Uri.EscapeDataString(Export).Replace("%2F", "/", StringComparison.Ordinal)}?socket={SocketPath}";
}
