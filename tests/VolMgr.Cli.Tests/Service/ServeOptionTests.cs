using System.Net;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Service;

namespace VolMgr.Cli.Tests.Service;

/// <summary>Which options go together.</summary>
public sealed class ServeOptionTests
{
    private static readonly ServeOptions plain = new() { Lab = new LabPaths("/nowhere") };
    private static readonly TlsFiles tls = new("certificate", "key", null);

    [Theory]
    [InlineData("127.0.0.1:10809", "127.0.0.1", 10809)]
    [InlineData("localhost:0", "127.0.0.1", 0)]
    [InlineData("[::1]:65535", "::1", 65535)]
    [InlineData("0.0.0.0:80", "0.0.0.0", 80)]
    public void Addresses_are_read(string text, string address, int port) =>
        Assert.Equal(new IPEndPoint(IPAddress.Parse(address), port), ServeOptionRules.ReadEndPoint("--http", text));

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1")]
    [InlineData(":80")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("127.0.0.1:x")]
    [InlineData("example.com:80")]
    [InlineData("::1:80")]
    public void What_is_no_address_is_wrong_usage(string text)
    {
        UserErrorException error = Assert.Throws<UserErrorException>(
            () => ServeOptionRules.ReadEndPoint("--http", text));
        Assert.Equal(2, error.ExitCode);
        Assert.Contains("--http takes ADDRESS:PORT", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0", false)]
    [InlineData("0.0.0.0", true)]
    [InlineData("192.168.7.1", false)]
    [InlineData("::", true)]
    [InlineData("::ffff:10.0.0.1", false)]
    public void An_address_of_others_wants_tls_and_client_certificates(string address, bool hasTls)
    {
        var endPoint = new IPEndPoint(IPAddress.Parse(address), 80);
        foreach (ServeOptions options in new[]
        {
            plain with { NbdEndPoint = endPoint, Tls = hasTls ? tls : null },
            plain with { HttpEndPoint = endPoint, Tls = hasTls ? tls : null },
        })
        {
            UserErrorException error = Assert.Throws<UserErrorException>(() => ServeOptionRules.Check(options));
            Assert.Equal(2, error.ExitCode);
            Assert.Contains("--tls-client-ca", error.Message, StringComparison.Ordinal);
            ServeOptionRules.Check(options with { Tls = tls with { ClientAuthority = "authority" } });
        }
    }

    [Fact]
    public void Options_that_would_do_nothing_are_wrong_usage()
    {
        Assert.Throws<UserErrorException>(() => ServeOptionRules.Check(plain with { TokenFile = "token" }));
        Assert.Throws<UserErrorException>(() => ServeOptionRules.Check(plain with { Tls = tls }));
        Assert.Throws<UserErrorException>(() => ServeOptionRules.ReadTls("certificate", null, null));
        Assert.Throws<UserErrorException>(() => ServeOptionRules.ReadTls(null, null, "authority"));
        Assert.Null(ServeOptionRules.ReadTls(null, null, null));
    }

    [Fact]
    public void A_token_file_must_be_private_and_hold_a_token()
    {
        using var folder = new TemporaryFolder();
        string path = folder.In("token");
        File.WriteAllText(path, "0123456789abcdef\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Contains(
            "can be read by others",
            Assert.Throws<UserErrorException>(() => AccessToken.Read(path)).Message,
            StringComparison.Ordinal);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        AccessToken token = AccessToken.Read(path);
        Assert.True(token.Is("0123456789abcdef"));
        Assert.False(token.Is("0123456789abcdeF"));
        Assert.False(token.Is(""));
        File.WriteAllText(path, "short");
        Assert.Throws<UserErrorException>(() => AccessToken.Read(path));
        Assert.Throws<UserErrorException>(() => AccessToken.Read(folder.In("missing")));
    }
}
