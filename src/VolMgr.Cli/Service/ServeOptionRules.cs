using System.Net;

namespace VolMgr.Cli.Service;

/// <summary>
/// What options go together. Whoever reaches a port reaches every byte of the lab, so an address that others than this
/// machine can reach wants TLS and clients that show a certificate.
/// </summary>
internal static class ServeOptionRules
{
    /// <summary>Refuses options that do not go together.</summary>
    public static ServeOptions Check(ServeOptions options)
    {
        RequireSafe("--nbd-tcp", options.NbdEndPoint, options.Tls);
        RequireSafe("--http", options.HttpEndPoint, options.Tls);
        if (options.TokenFile is not null && options.HttpEndPoint is null)
        {
            throw UserErrorException.Usage("--http-token-file goes with --http; the socket in the lab takes no token");
        }

        if (options.Tls is not null && options.NbdEndPoint is null && options.HttpEndPoint is null)
        {
            throw UserErrorException.Usage("--tls-certificate goes with --nbd-tcp or --http");
        }

        return options;
    }

    /// <summary>
    /// Puts the three TLS options together. All of them, or the first two, or none.
    /// </summary>
    public static TlsFiles? ReadTls(string? certificate, string? key, string? clientAuthority)
    {
        if (certificate is null && key is null && clientAuthority is null)
        {
            return null;
        }

        if (certificate is null || key is null)
        {
            throw UserErrorException.Usage("TLS wants both --tls-certificate and --tls-key");
        }

        return new TlsFiles(
            Path.GetFullPath(certificate),
            Path.GetFullPath(key),
            clientAuthority is null ? null : Path.GetFullPath(clientAuthority));
    }

    /// <summary>
    /// Reads HOST:PORT, where HOST is an address or localhost, and an IPv6 address stands in brackets.
    /// </summary>
    public static IPEndPoint? ReadEndPoint(string option, string? text)
    {
        if (text is null)
        {
            return null;
        }

        string address = text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase)
            ? "127.0.0.1" + text["localhost".Length..]
            : text;
        int colon = address.LastIndexOf(':');
        bool hasPort = colon > 0
            && int.TryParse(address[(colon + 1)..], System.Globalization.NumberStyles.None, null, out int port)
            && port <= IPEndPoint.MaxPort;
        bool isBare = address.Count(letter => letter == ':') > 1 && !address.StartsWith('[');
        return hasPort && !isBare && IPEndPoint.TryParse(address, out IPEndPoint? endPoint)
            ? endPoint
            : throw UserErrorException.Usage(
                $"{option} takes ADDRESS:PORT, such as 127.0.0.1:10809 or [::1]:10809, not '{text}'");
    }

    private static void RequireSafe(string option, IPEndPoint? endPoint, TlsFiles? tls)
    {
        if (endPoint is null || IPAddress.IsLoopback(endPoint.Address) || tls?.ClientAuthority is not null)
        {
            return;
        }

        throw UserErrorException.Usage(
            $"{option} {endPoint} can be reached from other machines: give --tls-certificate, --tls-key and "
            + "--tls-client-ca, or an address of this machine alone such as 127.0.0.1");
    }
}
