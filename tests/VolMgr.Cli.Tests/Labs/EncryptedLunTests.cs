using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using VolMgr.Arrays;
using VolMgr.Blocks;
using VolMgr.Cli.Engine;
using VolMgr.Cli.Labs;
using VolMgr.Nbd.Client;

namespace VolMgr.Cli.Tests.Labs;

/// <summary>LUNs at a server that insists on TLS and on knowing its clients.</summary>
public sealed class EncryptedLunTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("nbds+unix:///?socket=nbd.sock&tls-certificates=pki&tls-hostname=array", true, "")]
    [InlineData("nbds+unix:///?socket=nbd.sock&tls-certificates=pki&tls-hostname=other", false, "")]
    [InlineData("nbds+unix:///?socket=nbd.sock&tls-hostname=array", false, "")]
    [InlineData("nbd+unix:///?socket=nbd.sock", false, "TLS")]
    public async Task The_server_and_its_name_are_verified(string address, bool isGood, string words)
    {
        using TemporaryFolder folder = new();
        WriteCertificates(folder.In("pki"));
        using Process server = StartServer(folder);
        try
        {
            while (!File.Exists(folder.In("pid")))
            {
                Assert.False(server.HasExited, "nbdkit ended");
                await Task.Delay(5, Token);
            }

            var opener = new LabLunOpener(
                new LabPaths(folder.Path), EngineComposition.CreateEngine(), CancellationToken.None);
            await using NbdClientDevice? device = opener.OpenExport(Lun(address));
            Assert.NotNull(device);
            Assert.Equal(isGood ? IoStatus.Success : IoStatus.NotReachable, await device.ConnectAsync());
            Assert.Equal(isGood, device.Problem.Length == 0);
            Assert.Contains(words, device.Problem, StringComparison.Ordinal);
            byte[] data = RandomNumberGenerator.GetBytes(1 << 20);
            Assert.Equal(isGood, await device.WriteAsync(0, data, WriteFlags.None, Token) == IoStatus.Success);
            byte[] read = new byte[1 << 20];
            Assert.Equal(isGood, await device.ReadAsync(0, read, Token) == IoStatus.Success);
            Assert.Equal(isGood, read.AsSpan().SequenceEqual(data));
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync(Token);
        }
    }

    [Fact]
    public void Certificates_that_are_not_there_are_an_error_in_words()
    {
        using TemporaryFolder folder = new();
        var opener = new LabLunOpener(
            new LabPaths(folder.Path), EngineComposition.CreateEngine(), CancellationToken.None);
        LunTopology lun = Lun("nbds://localhost/?tls-certificates=pki");
        Assert.Contains(
            "no folder of certificates", Assert.Throws<IOException>(() => opener.OpenExport(lun)).Message,
            StringComparison.Ordinal);
        Directory.CreateDirectory(folder.In("pki"));
        File.WriteAllText(folder.In("pki/client-cert.pem"), "nonsense");
        File.WriteAllText(folder.In("pki/client-key.pem"), "nonsense");
        Assert.Contains(
            "cannot be used", Assert.Throws<IOException>(() => opener.OpenExport(lun)).Message,
            StringComparison.Ordinal);
        Assert.Equal(lun.Size, opener.Open(lun).Length);
    }

    private static LunTopology Lun(string address) => new()
    {
        Name = "pure0/0012",
        Number = 1,
        Size = 4 << 20,
        Serial = "1",
        ArrayVolumeId = "0012",
        Backing = address,
    };

    private static Process StartServer(TemporaryFolder folder)
    {
        ProcessStartInfo start = new(
            "nbdkit",
            ["--foreground", "--pidfile", folder.In("pid"), "--unix", folder.In("nbd.sock"), "--tls=require",
                $"--tls-certificates={folder.In("pki")}", "--tls-verify-peer", "memory", "4M"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        Process server = Process.Start(start) ?? throw new InvalidOperationException("nbdkit did not start");
        server.BeginErrorReadLine();
        return server;
    }

    /// <summary>An authority, and a server and a client that it vouches for, in the usual files.</summary>
    private static void WriteCertificates(string folder)
    {
        Directory.CreateDirectory(folder);
        DateTimeOffset start = DateTimeOffset.UtcNow.AddDays(-1);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using X509Certificate2 authority = request.CreateSelfSigned(start, start.AddDays(30));
        File.WriteAllText(Path.Combine(folder, "ca-cert.pem"), authority.ExportCertificatePem());
        foreach ((string role, byte number) in new[] { ("server", (byte)2), ("client", (byte)3) })
        {
            using ECDsa own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            CertificateRequest wanted = new("CN=array", own, HashAlgorithmName.SHA256);
            SubjectAlternativeNameBuilder names = new();
            names.AddDnsName("array");
            wanted.CertificateExtensions.Add(names.Build());
            wanted.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
            using X509Certificate2 signed = wanted.Create(authority, start, start.AddDays(29), [number]);
            File.WriteAllText(Path.Combine(folder, $"{role}-cert.pem"), signed.ExportCertificatePem());
            File.WriteAllText(Path.Combine(folder, $"{role}-key.pem"), own.ExportPkcs8PrivateKeyPem());
        }
    }
}
