using System.Text;
using VolMgr.Cli.Exports;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Service;

/// <summary>The URIs by which clients reach the volumes.</summary>
internal sealed class ServiceAddresses(ServeOptions options, VolumeExports exports, NbdListeners nbd)
{
    /// <summary>The HTTP addresses over TCP.</summary>
    public IReadOnlyList<string> Http { get; set; } = [];

    /// <summary>The URIs of one volume.</summary>
    public IReadOnlyList<string> Of(string export)
    {
        string name = string.Join('/', export.Split('/').Select(Uri.EscapeDataString));
        string socket = LabSocket.Find(options.Lab.NbdSocket) ?? options.Lab.NbdSocket;
        string path = Uri.EscapeDataString(socket).Replace("%2F", "/", StringComparison.Ordinal);
        string local = $"nbd+unix:///{name}?socket={path}";
        string scheme = options.Tls is null ? "nbd" : "nbds";
        return nbd.EndPoint is { } endPoint ? [local, $"{scheme}://{endPoint}/{name}"] : [local];
    }

    /// <summary>Every URI on a line of its own.</summary>
    public string Lines()
    {
        var text = new StringBuilder();
        foreach (string uri in exports.Started().SelectMany(volume => Of(volume.Name)).Concat(Http))
        {
            text.Append(uri).Append('\n');
        }

        return text.ToString();
    }
}
