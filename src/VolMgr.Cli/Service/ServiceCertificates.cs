using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using VolMgr.Nbd.Server;

namespace VolMgr.Cli.Service;

/// <summary>
/// The certificates of the service, read anew on SIGHUP. Connections that are there keep those they began with.
/// </summary>
internal sealed class ServiceCertificates
{
    private readonly TlsFiles files;
    private volatile Loaded loaded;

    /// <summary>Reads the files; refuses those that do not hold what they should.</summary>
    public ServiceCertificates(TlsFiles files)
    {
        this.files = files;
        loaded = Load(files);
    }

    /// <summary>The server's certificate with its key.</summary>
    public X509Certificate2 Server => loaded.Server;

    /// <summary>Who signs the clients' certificates; null: clients show none.</summary>
    public X509Certificate2? ClientAuthority => loaded.Authority;

    /// <summary>Whether clients have to show a certificate.</summary>
    public bool AsksClients => ClientAuthority is not null;

    /// <summary>The same for the NBD server.</summary>
    public NbdTlsOptions ForNbd() => new() { Certificate = Server, ClientAuthority = ClientAuthority };

    /// <summary>Reads the files again; when that fails the old ones stay, and the error says why.</summary>
    public void Reload() => loaded = Load(files);

    /// <summary>Whether the authority signed the certificate for the use of a client.</summary>
    public bool Accepts(X509Certificate2 certificate)
    {
        if (ClientAuthority is not { } authority)
        {
            return true;
        }

        const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        return chain.Build(certificate);
    }

    private static Loaded Load(TlsFiles files)
    {
        try
        {
            var server = X509Certificate2.CreateFromPemFile(files.Certificate, files.Key);
            X509Certificate2? authority = files.ClientAuthority is { } path
                ? X509Certificate2.CreateFromPem(File.ReadAllText(path))
                : null;
            return new Loaded(server, authority);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw UserErrorException.Refused(
                $"cannot use {files.Certificate} with {files.Key}"
                + $"{(files.ClientAuthority is { } client ? $" and {client}" : "")}: {error.Message}", error);
        }
    }

    private sealed record Loaded(X509Certificate2 Server, X509Certificate2? Authority);
}
