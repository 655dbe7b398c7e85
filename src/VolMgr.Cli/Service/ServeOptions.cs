using System.Net;
using VolMgr.Cli.Labs;

namespace VolMgr.Cli.Service;

/// <summary>How log lines look on standard error.</summary>
internal enum LogFormat
{
    /// <summary>For people.</summary>
    Text = 1,

    /// <summary>One JSON object a line.</summary>
    Json = 2,
}

/// <summary>What 'volmgr serve' was asked for; checked, see <see cref="ServeOptionRules"/>.</summary>
internal sealed record ServeOptions
{
    /// <summary>The lab.</summary>
    public required LabPaths Lab { get; init; }

    /// <summary>The host to boot; empty for the lab's first one.</summary>
    public string HostName { get; init; } = "";

    /// <summary>Where NBD clients may connect over TCP.</summary>
    public IPEndPoint? NbdEndPoint { get; init; }

    /// <summary>Where HTTP clients may connect over TCP.</summary>
    public IPEndPoint? HttpEndPoint { get; init; }

    /// <summary>The file with the token that HTTP clients over TCP show; null for one that is made.</summary>
    public string? TokenFile { get; init; }

    /// <summary>The files for TLS over TCP; null for none.</summary>
    public TlsFiles? Tls { get; init; }

    /// <summary>How log lines look.</summary>
    public LogFormat LogFormat { get; init; } = LogFormat.Text;
}

/// <summary>PEM files.</summary>
/// <param name="Certificate">The server's certificate, with what is between it and the root.</param>
/// <param name="Key">Its private key.</param>
/// <param name="ClientAuthority">Who signs the certificates that clients show; null: they show none.</param>
internal sealed record TlsFiles(string Certificate, string Key, string? ClientAuthority);
