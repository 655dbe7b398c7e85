using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace VolMgr.Cli.Tests.Service;

/// <summary>TLS with client certificates over TCP, for HTTP and for NBD.</summary>
public sealed class TlsTests
{
    private const int HangUp = 1;

    /// <summary>
    /// Goal: only clients of the authority come in, and a renewed certificate is shown after SIGHUP without a restart.
    /// Method: connections with a good, a strange and no certificate to both ports, before and after.
    /// </summary>
    [Fact]
    public async Task Only_known_clients_come_in_and_certificates_are_renewed()
    {
        using TestProgram program = TestProgram.WithLab("populated");
        var certificates = new TestCertificates(program.Folder);
        using ServedLab served = ServedLab.Start(
            program,
            "--http", "127.0.0.1:0", "--nbd-tcp", "127.0.0.1:0",
            "--tls-certificate", certificates.ServerFile, "--tls-key", certificates.KeyFile,
            "--tls-client-ca", certificates.AuthorityFile);
        Assert.Equal("https", served.HttpAddress.Scheme);
        Uri nbd = new(served.Lines.Single(line => line.StartsWith("nbds://", StringComparison.Ordinal)));
        using X509Certificate2 known = certificates.Client();
        using X509Certificate2 stranger = TestCertificates.Stranger();
        Assert.NotNull(await HttpsAsync(served, known));
        Assert.Null(await HttpsAsync(served, null));
        Assert.Null(await HttpsAsync(served, stranger));
        string? first = await NbdAsync(nbd, known);
        Assert.NotNull(first);
        Assert.Null(await NbdAsync(nbd, stranger));
        Assert.Null(await NbdAsync(nbd, null));

        string renewed = certificates.RenewServer();
        Assert.NotEqual(renewed, first);
        served.Signal(HangUp);
        Assert.True(await BecomesAsync(renewed, () => HttpsAsync(served, known)));
        Assert.True(await BecomesAsync(renewed, () => NbdAsync(nbd, known)));

        await File.WriteAllTextAsync(certificates.ServerFile, "rubbish", TestContext.Current.CancellationToken);
        served.Signal(HangUp);
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.Equal(renewed, await NbdAsync(nbd, known)); // the old one stays
        (int exitCode, string error) = served.Stop();
        Assert.Equal(0, exitCode);
        Assert.Contains("Could not reload: cannot use", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_hold_no_certificate_are_refused_and_no_owner_is_disturbed()
    {
        using TestProgram program = TestProgram.WithLab();
        Assert.Equal(0, program.Run("vxdisk", "list").ExitCode);
        int owner = program.OwnerProcessId;
        string rubbish = Path.Combine(program.Folder, "rubbish");
        File.WriteAllText(rubbish, "rubbish");
        ProgramResult result = program.Run(
            "serve", "--nbd-tcp", "127.0.0.1:0", "--tls-certificate", rubbish, "--tls-key", rubbish);
        Assert.Equal((3, ""), (result.ExitCode, result.Output));
        Assert.Contains($"cannot use {rubbish}", result.Error, StringComparison.Ordinal);
        Assert.Equal(owner, program.OwnerProcessId);
    }

    [Fact]
    public void A_port_that_is_taken_is_refused_in_one_sentence()
    {
        using TestProgram program = TestProgram.WithLab();
        using var taken = new TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        foreach (string option in new[] { "--nbd-tcp", "--http" })
        {
            ProgramResult result = program.Run("serve", option, $"{taken.LocalEndpoint}");
            Assert.Equal((3, ""), (result.ExitCode, result.Output));
            string sentence = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
            Assert.StartsWith($"volmgr: lab {program.Lab.Root} cannot be served: ", sentence, StringComparison.Ordinal);
        }

        Assert.Equal(0, program.Run("vxdisk", "list").ExitCode);
    }

    private static async Task<bool> BecomesAsync(string thumbprint, Func<Task<string?>> ask)
    {
        for (int attempt = 0; attempt < 200; attempt++)
        {
            if (await ask() == thumbprint)
            {
                return true;
            }

            await Task.Delay(50);
        }

        return false;
    }

    /// <summary>The thumbprint that the server shows, when it lets the client in.</summary>
    private static async Task<string?> HttpsAsync(ServedLab served, X509Certificate2? client)
    {
        string? shown = null;
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            shown = certificate?.GetCertHashString();
            return shown is not null;
        };
        handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => client!;
        using var http = new HttpClient(handler) { BaseAddress = served.HttpAddress };
        try
        {
            using HttpResponseMessage answer = await http.GetAsync(new Uri("health", UriKind.Relative));
            Assert.Equal(System.Net.HttpStatusCode.Unauthorized, answer.StatusCode); // the token is wanted as well
            return shown;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>The thumbprint that the server shows after NBD_OPT_STARTTLS, when it lets the client in.</summary>
    private static async Task<string?> NbdAsync(Uri server, X509Certificate2? client)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(server.Host, server.Port);
        NetworkStream plain = tcp.GetStream();
        await plain.ReadExactlyAsync(new byte[18]);
        await plain.WriteAsync((byte[])[0, 0, 0, 3, .. "IHAVEOPT"u8, 0, 0, 0, 5, 0, 0, 0, 0]);
        byte[] reply = new byte[20];
        await plain.ReadExactlyAsync(reply);
        Assert.Equal(1, reply[15]); // acknowledged
        await using var secure = new SslStream(plain);
        try
        {
            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = server.Host,
                LocalCertificateSelectionCallback = (_, _, _, _, _) => client!,
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
            });
            byte[] export = Encoding.UTF8.GetBytes("datadg/vol01");
            await secure.WriteAsync((byte[])
                [.. "IHAVEOPT"u8, 0, 0, 0, 7, 0, 0, 0, 18, 0, 0, 0, 12, .. export, 0, 0]);
            await secure.ReadExactlyAsync(reply);
            return secure.RemoteCertificate?.GetCertHashString();
        }
        catch (Exception error) when (error is IOException or AuthenticationException)
        {
            return null;
        }
    }
}
