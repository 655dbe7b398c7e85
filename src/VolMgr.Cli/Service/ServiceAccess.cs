namespace VolMgr.Cli.Service;

/// <summary>What lets a client in over TCP; the sockets in the lab are guarded by the file system.</summary>
/// <param name="Token">What HTTP clients show; null where HTTP is not served over TCP.</param>
/// <param name="Certificates">TLS; null for plain text on this machine's own addresses.</param>
internal sealed record ServiceAccess(AccessToken? Token, ServiceCertificates? Certificates);
