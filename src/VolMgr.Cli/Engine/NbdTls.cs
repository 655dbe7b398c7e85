using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace VolMgr.Cli.Engine;

/// <summary>
/// Certificates for encrypted connections to NBD servers, in the files that other NBD programs use too: ca-cert.pem,
/// client-cert.pem, client-key.pem.
/// </summary>
internal static class NbdTls
{
    /// <summary>
    /// Reads a folder of certificates. Without ca-cert.pem the authorities of the system count; without client-cert.pem
    /// the client shows none. Throws <see cref="IOException"/> for what cannot be used.
    /// </summary>
    public static SslClientAuthenticationOptions Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new IOException($"there is no folder of certificates {folder}");
        }

        try
        {
            var options = new SslClientAuthenticationOptions();
            string authority = Path.Combine(folder, "ca-cert.pem");
            if (File.Exists(authority))
            {
                options.CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                };
                options.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(authority);
            }

            string certificate = Path.Combine(folder, "client-cert.pem");
            if (File.Exists(certificate))
            {
                options.ClientCertificates =
                    [X509Certificate2.CreateFromPemFile(certificate, Path.Combine(folder, "client-key.pem"))];
            }

            return options;
        }
        catch (Exception error) when (error is CryptographicException or UnauthorizedAccessException)
        {
            throw new IOException($"the certificates in {folder} cannot be used: {error.Message}", error);
        }
    }
}
