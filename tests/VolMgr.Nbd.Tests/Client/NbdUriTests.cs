using VolMgr.Nbd.Client;

namespace VolMgr.Nbd.Tests.Client;

/// <summary>Addresses of exports.</summary>
public sealed class NbdUriTests
{
    [Fact]
    public void Host_port_and_export_are_read()
    {
        NbdUri uri = ClientWorld.Uri("nbd://storage.example:10900/disk/%31%20a");
        Assert.Equal(
            ("storage.example", 10900, "disk/1 a", false), (uri.Host, uri.Port, uri.Export, uri.IsTls));
        Assert.Null(uri.SocketPath);
    }

    [Theory]
    [InlineData("nbd://h", "h", 10809, "")]
    [InlineData("nbd://h/", "h", 10809, "")]
    [InlineData("nbd://h//x", "h", 10809, "/x")]
    [InlineData("nbd://[::1]:7/x/../y", "::1", 7, "x/../y")]
    [InlineData("nbds://127.0.0.1/x?timeout=2", "127.0.0.1", 10809, "x")]
    public void What_is_left_out_has_a_default(string text, string host, int port, string export)
    {
        NbdUri uri = ClientWorld.Uri(text);
        Assert.Equal((host, port, export), (uri.Host, uri.Port, uri.Export));
        Assert.Equal(text.StartsWith("nbds", StringComparison.Ordinal), uri.IsTls);
    }

    [Fact]
    public void A_unix_socket_and_our_own_parameters_are_read()
    {
        NbdUri uri = ClientWorld.Uri("nbds+unix:///a?socket=run/a%26b.sock&connections=4&timeout=1.5&reconnect=0"
            + "&tls-certificates=pki&tls-hostname=array");
        Assert.Equal(("run/a&b.sock", 4), (uri.SocketPath, uri.Connections));
        Assert.Equal((TimeSpan.FromSeconds(1.5), TimeSpan.Zero), (uri.RequestTimeout, uri.ReconnectTime));
        Assert.Equal(("pki", "array"), (uri.TlsCertificates, uri.TlsHostName));
    }

    [Theory]
    [InlineData("nbd://[::1]:7/x/y")]
    [InlineData("nbd://h:10809/a%20b")]
    [InlineData("nbds+unix:///a?socket=b.sock")]
    public void An_address_is_printed_as_it_is_read(string text) =>
        Assert.Equal(text, ClientWorld.Uri(text).ToString());

    [Theory]
    [InlineData("http://h/x", "scheme")]
    [InlineData("nbd+vsock://1/x", "scheme")]
    [InlineData("NBD://h/x", "scheme")]
    [InlineData("nbd:///x", "host")]
    [InlineData("nbd://a b/x", "host")]
    [InlineData("nbd://u@h/x", "user names")]
    [InlineData("nbd://h:0/x", "port")]
    [InlineData("nbd://h:99999/x", "port")]
    [InlineData("nbd://[::1/x", "brackets")]
    [InlineData("nbd://[::1]x/x", "brackets")]
    [InlineData("nbd://h/x?socket=a", "socket goes with")]
    [InlineData("nbd+unix://h/x?socket=a", "has no host")]
    [InlineData("nbd+unix:///x", "socket is missing")]
    [InlineData("nbd+unix:///x?socket=", "no usable value")]
    [InlineData("nbd+unix:///x?socket=a%00b", "no usable value")]
    [InlineData("nbd+unix:///x?socket=a&socket=b", "twice")]
    [InlineData("nbd+unix:///x?socket=a&speed=3", "speed is not known")]
    [InlineData("nbd+unix:///x?socket=a&connections=0", "1 to 16")]
    [InlineData("nbd+unix:///x?socket=a&timeout=0", "seconds")]
    [InlineData("nbd+unix:///x?socket=a&reconnect=NaN", "seconds")]
    [InlineData("nbd+unix:///x?socket=a&tls-hostname=b", "go with nbds")]
    [InlineData("nbd://h/%4", "percent-encoded")]
    [InlineData("nbd://h/%zz", "percent-encoded")]
    [InlineData("nbd://h/%ff", "percent-encoded")]
    [InlineData("nbd://h/x#y", "fragment")]
    [InlineData("", "scheme")]
    public void What_cannot_be_used_is_refused_with_the_reason(string text, string words)
    {
        Assert.False(NbdUri.TryParse(text, out _, out string? problem));
        Assert.Contains(words, problem, StringComparison.Ordinal);
    }
}
