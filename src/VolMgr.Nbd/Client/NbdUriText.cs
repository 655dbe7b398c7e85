using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace VolMgr.Nbd.Client;

/// <summary>
/// Reads the text of an <see cref="NbdUri"/>. By hand: the general parser of the base library would tidy up the
/// export's name (dots, case), which is the server's business.
/// </summary>
internal static class NbdUriText
{
    private const int MostExportBytes = 4096; // NBD protocol, Values: no string is longer

    public static bool TryParse(
        string text, [NotNullWhen(true)] out NbdUri? uri, [NotNullWhen(false)] out string? problem)
    {
        uri = null;
        int separator = text.IndexOf("://", StringComparison.Ordinal);
        string scheme = separator < 0 ? "" : text[..separator];
        if (scheme is not ("nbd" or "nbd+unix" or "nbds" or "nbds+unix"))
        {
            problem = $"the scheme of '{text}' is none of nbd, nbd+unix, nbds, nbds+unix";
            return false;
        }

        string rest = text[(separator + 3)..];
        if (rest.Contains('#', StringComparison.Ordinal))
        {
            problem = "an NBD address has no fragment; write # as %23";
            return false;
        }

        int question = rest.IndexOf('?', StringComparison.Ordinal);
        string query = question < 0 ? "" : rest[(question + 1)..];
        string place = question < 0 ? rest : rest[..question];
        int slash = place.IndexOf('/', StringComparison.Ordinal);
        string authority = slash < 0 ? place : place[..slash];
        bool isUnix = scheme.EndsWith("+unix", StringComparison.Ordinal);
        if (!TryUnescape(slash < 0 ? "" : place[(slash + 1)..], out string export)
            || Encoding.UTF8.GetByteCount(export) > MostExportBytes)
        {
            problem = "the export's name is no valid percent-encoded text of up to 4096 bytes";
            return false;
        }

        NbdUri read = new() { Export = export, IsTls = scheme.StartsWith("nbds", StringComparison.Ordinal) };
        problem = ReadQuery(ref read, query)
            ?? (isUnix ? CheckUnix(read, authority) : ReadAuthority(ref read, authority))
            ?? CheckTls(read);
        uri = problem is null ? read : null;
        return problem is null;
    }

    private static string? CheckUnix(NbdUri read, string authority) =>
        authority.Length > 0 ? $"a Unix socket has no host; write nbd+unix:///{authority}/...?socket=PATH"
        : read.SocketPath is null ? "the socket is missing; add ?socket=PATH"
        : null;

    private static string? CheckTls(NbdUri read) =>
        read.IsTls || (read.TlsCertificates is null && read.TlsHostName is null)
            ? null
            : "tls-certificates and tls-hostname go with nbds and nbds+unix";

    private static string? ReadAuthority(ref NbdUri read, string authority)
    {
        if (read.SocketPath is not null)
        {
            return "a socket goes with nbd+unix and nbds+unix";
        }

        if (authority.Contains('@', StringComparison.Ordinal))
        {
            return "user names in the address are not supported";
        }

        string host = authority;
        string port = "";
        int colon = authority.LastIndexOf(':');
        if (authority.StartsWith('['))
        {
            int end = authority.IndexOf(']', StringComparison.Ordinal);
            if (end < 0 || (end + 1 < authority.Length && authority[end + 1] != ':'))
            {
                return $"'{authority}' is no address in brackets";
            }

            host = authority[1..end];
            port = end + 1 < authority.Length ? authority[(end + 2)..] : "";
        }
        else if (colon >= 0)
        {
            host = authority[..colon];
            port = authority[(colon + 1)..];
        }

        int number = NbdUri.DefaultPort;
        if (port.Length > 0
            && (!int.TryParse(port, NumberStyles.None, null, out number) || number is < 1 or > 65535))
        {
            return $"'{port}' is no port; use 1 to 65535";
        }

        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            return $"'{host}' is no host name or address";
        }

        read = read with { Host = host, Port = number };
        return null;
    }

    private static string? ReadQuery(ref NbdUri read, string query)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? part : part[..equals];
            if (!TryUnescape(equals < 0 ? "" : part[(equals + 1)..], out string value) || value.Length == 0
                || value.Contains('\0', StringComparison.Ordinal))
            {
                return $"the parameter {name} has no usable value";
            }

            if (!seen.Add(name))
            {
                return $"the parameter {name} is given twice";
            }

            if (ReadParameter(ref read, name, value) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private static string? ReadParameter(ref NbdUri read, string name, string value)
    {
        switch (name)
        {
            case "socket":
                read = read with { SocketPath = value };
                return null;
            case "tls-certificates":
                read = read with { TlsCertificates = value };
                return null;
            case "tls-hostname":
                read = read with { TlsHostName = value };
                return null;
            case "connections":
                bool isCount = int.TryParse(value, NumberStyles.None, null, out int count) && count is >= 1 and <= 16;
                read = read with { Connections = count };
                return isCount ? null : $"connections is a number from 1 to 16, not '{value}'";
            case "timeout":
                return ReadSeconds(name, value, least: 0.1, out TimeSpan timeout)
                    ?? Set(ref read, read with { RequestTimeout = timeout });
            case "reconnect":
                return ReadSeconds(name, value, least: 0, out TimeSpan reconnect)
                    ?? Set(ref read, read with { ReconnectTime = reconnect });
            default:
                return $"the parameter {name} is not known; there are socket, tls-certificates, tls-hostname,"
                    + " connections, timeout and reconnect";
        }
    }

    private static string? Set(ref NbdUri read, NbdUri value)
    {
        read = value;
        return null;
    }

    private static string? ReadSeconds(string name, string value, double least, out TimeSpan time)
    {
        time = default;
        if (!double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
            || !(seconds >= least) || seconds > 86400)
        {
            return $"{name} is a number of seconds from {least} to 86400, not '{value}'";
        }

        time = TimeSpan.FromSeconds(seconds);
        return null;
    }

    /// <summary>Decodes percent signs; false for one that no two hexadecimal digits follow, or for no UTF-8.</summary>
    private static bool TryUnescape(string text, out string decoded)
    {
        decoded = "";
        byte[] encoded = Encoding.UTF8.GetBytes(text);
        int length = 0;
        for (int at = 0; at < encoded.Length; at++, length++)
        {
            byte value = encoded[at];
            if (value == '%')
            {
                if (at + 2 >= encoded.Length
                    || !byte.TryParse(
                        encoded.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                        out value))
                {
                    return false;
                }

                at += 2;
            }

            encoded[length] = value;
        }

        if (!Utf8.IsValid(encoded.AsSpan(0, length)))
        {
            return false;
        }

        decoded = Encoding.UTF8.GetString(encoded, 0, length);
        return true;
    }
}
