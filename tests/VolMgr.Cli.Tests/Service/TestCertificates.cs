using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace VolMgr.Cli.Tests.Service;

/// <summary>An authority of the test, a server's certificate in PEM files, and certificates of clients.</summary>
internal sealed class TestCertificates
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";
    private readonly string folder;
    private readonly X509Certificate2 authority = CreateAuthority();

    public TestCertificates(string folder)
    {
        this.folder = folder;
        File.WriteAllText(AuthorityFile, authority.ExportCertificatePem());
        RenewServer();
    }

    public string ServerFile => Path.Combine(folder, "server.pem");

    public string KeyFile => Path.Combine(folder, "server.key");

    public string AuthorityFile => Path.Combine(folder, "ca.pem");

    /// <summary>A new certificate of the server in its file; its thumbprint.</summary>
    public string RenewServer()
    {
        using X509Certificate2 server = Sign(authority, "server", ServerUse);
        File.WriteAllText(ServerFile, server.ExportCertificatePem());
        File.WriteAllText(KeyFile, server.GetECDsaPrivateKey()?.ExportPkcs8PrivateKeyPem());
        return server.Thumbprint;
    }

    /// <summary>A client that the authority knows.</summary>
    public X509Certificate2 Client() => Sign(authority, "client", ClientUse);

    /// <summary>A client of some other authority.</summary>
    public static X509Certificate2 Stranger()
    {
        using X509Certificate2 other = CreateAuthority();
        return Sign(other, "client", ClientUse);
    }

    private static X509Certificate2 CreateAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
    }

    private static X509Certificate2 Sign(X509Certificate2 authority, string name, string use)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 bare = request.Create(
            authority,
            DateTimeOffset.UtcNow.AddHours(-1),
            DateTimeOffset.UtcNow.AddDays(1),
            RandomNumberGenerator.GetBytes(8));
        using X509Certificate2 signed = bare.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(signed.Export(X509ContentType.Pkcs12), null);
    }
}
