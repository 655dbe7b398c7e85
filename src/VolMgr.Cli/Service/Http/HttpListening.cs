using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Service.Http;

/// <summary>Where Kestrel listens, and what it takes from one client.</summary>
internal sealed class HttpListening(ServeOptions options, ServiceAccess access, ServiceAddresses addresses)
{
    /// <summary>The largest body: a command with its input.</summary>
    public const long MaximumBody = 1 << 20;

    private const long MaximumConnections = 1024;
    private static readonly TimeSpan headerPatience = TimeSpan.FromSeconds(15);
    private string socket = "";

    /// <summary>Sets Kestrel up.</summary>
    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaximumBody;
        kestrel.Limits.MaxConcurrentConnections = MaximumConnections;
        kestrel.Limits.RequestHeadersTimeout = headerPatience;
        socket = LabSocket.Prepare(options.Lab.HttpSocket);
        kestrel.ListenUnixSocket(socket, listen => listen.Use(next => connection =>
        {
            connection.Features.Set(LocalConnection.Mark);
            return next(connection);
        }));
        if (options.HttpEndPoint is { } endPoint)
        {
            kestrel.Listen(endPoint, listen =>
            {
                if (access.Certificates is { } certificates)
                {
                    listen.UseHttps(https => Secure(https, certificates));
                }
            });
        }
    }

    /// <summary>Kestrel listens: the socket becomes private, and the addresses are known.</summary>
    public void Started(WebApplication web)
    {
        File.SetUnixFileMode(socket, LabSocket.PrivateSocket);
        addresses.Http = [.. web.Urls
            .Where(url => !url.Contains("://unix:", StringComparison.OrdinalIgnoreCase))
            .Select(url => url.TrimEnd('/') + "/")];
    }

    private static void Secure(HttpsConnectionAdapterOptions https, ServiceCertificates certificates)
    {
        https.ServerCertificateSelector = (_, _) => certificates.Server;
        if (certificates.AsksClients)
        {
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (certificate, _, _) => certificates.Accepts(certificate);
        }
    }
}

/// <summary>The mark of a connection that came in by the socket in the lab.</summary>
internal sealed class LocalConnection
{
    /// <summary>The mark.</summary>
    public static LocalConnection Mark { get; } = new();
}
