using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using VolMgr.Blocks;
using VolMgr.Blocks.Tests;
using VolMgr.Nbd.Server;

namespace VolMgr.Nbd.Tests.Server;

/// <summary>NBD_OPT_STARTTLS: nothing before it, everything after it, and only for those who may.</summary>
public sealed class TlsTests : IDisposable
{
    private static readonly DateTimeOffset Born = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Dies = new(2120, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly X509Certificate2 _authority = Certify("authority", issuer: null);
    private readonly X509Certificate2 _server;
    private readonly X509Certificate2 _client;

    public TlsTests()
    {
        _server = Certify("server", _authority);
        _client = Certify("client", _authority);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _server.Dispose();
        _client.Dispose();
    }

    [Theory]
    [InlineData(3u, "")]
    [InlineData(6u, "00000000 0000")]
    [InlineData(7u, "00000000 0000")]
    [InlineData(8u, "")]
    [InlineData(9u, "")]
    [InlineData(10u, "")]
    [InlineData(11u, "")]
    [InlineData(77u, "'anything'")]
    public async Task Every_option_before_STARTTLS_is_ERR_TLS_REQD(uint option, string data)
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync(Wire.Option(option, data));
        await peer.ExpectAsync(Wire.Reply(option, 0x80000005, "'this_server_speaks_TLS_only'"));
        await peer.SendAsync(Wire.Option(2));
        await peer.ExpectAsync(Wire.Reply(2, 1));
    }

    [Fact]
    public async Task EXPORT_NAME_before_STARTTLS_ends_the_connection()
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync(Wire.Option(1, "'v'"));
        await peer.ExpectEndAsync();
    }

    [Fact]
    public async Task After_STARTTLS_a_client_with_a_certificate_is_served()
    {
        await using Peer peer = await ConnectAsync();
        await StartTlsAsync(peer, _client);
        await peer.SendAsync(Wire.Option(5));
        await peer.ExpectAsync(Wire.Reply(5, 0x80000003, "'the_data_of_the_option_is_not_valid'"));
        await peer.SendAsync(Wire.Option(1, "'v'"));
        await peer.ExpectAsync("0000000000100000 0D6D");
        await peer.SendAsync("25609513 0000 0001 0000000000000001 0000000000001000 00000200 5A*512");
        await peer.ExpectAsync("67446698 00000000 0000000000000001");
        await peer.SendAsync("25609513 0000 0000 0000000000000001 0000000000001000 00010000");
        await peer.ExpectAsync("67446698 00000000 0000000000000001 5A*512 00*65024");
        await peer.SendAsync("25609513 0000 0002 0000000000000002 0000000000000000 00000000");
        await peer.ExpectEndAsync();
    }

    [Fact]
    public async Task A_client_without_a_certificate_is_not_served()
    {
        await using Peer peer = await ConnectAsync();
        await AssertRefusedAsync(peer, certificate: null);
    }

    [Fact]
    public async Task A_client_with_a_certificate_of_another_authority_is_not_served()
    {
        using X509Certificate2 other = Certify("authority", issuer: null);
        using X509Certificate2 stranger = Certify("client", other);
        await using Peer peer = await ConnectAsync();
        await AssertRefusedAsync(peer, stranger);
    }

    [Fact]
    public async Task Without_an_authority_any_client_may_use_TLS()
    {
        NbdTlsOptions tls = new() { Certificate = _server };
        await using Peer peer = await ConnectAsync(tls);
        await StartTlsAsync(peer, certificate: null);
        await peer.SendAsync(Wire.Option(1, "'v'"));
        await peer.ExpectAsync("0000000000100000 0D6D");
    }

    [Fact]
    public async Task What_is_not_TLS_after_STARTTLS_ends_the_connection()
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync(Wire.Option(5) + Wire.Option(3));
        await peer.ExpectAsync(Wire.Reply(5, 1));
        await peer.ExpectEndAsync();
    }

    [Fact]
    public void TCP_beyond_loopback_needs_an_authority_for_clients()
    {
        using X509Certificate2 certificate = Certify("server", _authority);
        NbdServerOptions options = new() { Tls = new NbdTlsOptions { Certificate = certificate } };
        NbdServer server = new(new Exports(), options, TestWorld.Engine);
        Assert.Throws<InvalidOperationException>(() => server.ListenTcp(new IPEndPoint(IPAddress.Any, 0)));
    }

    [Fact]
    public async Task With_an_authority_TCP_may_listen_for_other_hosts()
    {
        await using NbdServer server = new(new Exports(), Options(null), TestWorld.Engine);
        Assert.NotEqual(0, server.ListenTcp(new IPEndPoint(IPAddress.Any, 0)).Port);
    }

    private Task<Peer> ConnectAsync(NbdTlsOptions? tls = null) =>
        Peer.Connect(new Exports().Add("v", new MemoryDevice(1 << 20)), Options(tls)).GreetAsync();

    private NbdServerOptions Options(NbdTlsOptions? tls) => new()
    {
        Tls = tls ?? new NbdTlsOptions { Certificate = _server, ClientAuthority = _authority },
    };

    private async Task StartTlsAsync(Peer peer, X509Certificate2? certificate)
    {
        await peer.SendAsync(Wire.Option(5));
        await peer.ExpectAsync(Wire.Reply(5, 1));
        SslStream tls = new(peer.Stream);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "server",
                ClientCertificates = certificate is null ? null : [certificate],
                RemoteCertificateValidationCallback = (_, shown, _, _) =>
                    shown?.GetCertHashString() == _server.GetCertHashString(),
            },
            TestWorld.Token);
        peer.Stream = tls;
    }

    /// <summary>With TLS 1.3 the client learns of the refusal only when it reads.</summary>
    private async Task AssertRefusedAsync(Peer peer, X509Certificate2? certificate)
    {
        Exception? exception = await Record.ExceptionAsync(async () =>
        {
            await StartTlsAsync(peer, certificate);
            await peer.SendAsync(Wire.Option(3));
            await peer.ReadAsync(1);
        });
        Assert.NotNull(exception);
        Assert.Equal(0, peer.Server.ConnectionCount);
    }

    private static X509Certificate2 Certify(string name, X509Certificate2? issuer)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(issuer is null, false, 0, true));
        if (issuer is null)
        {
            return request.CreateSelfSigned(Born, Dies);
        }

        using X509Certificate2 signed = request.Create(issuer, Born, Dies, RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }
}
