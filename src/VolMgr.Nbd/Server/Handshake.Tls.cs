using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using VolMgr.Nbd.Protocol;

namespace VolMgr.Nbd.Server;

/// <content>NBD_OPT_STARTTLS.</content>
internal sealed partial class Handshake
{
    /// <summary>False: the client may not be trusted, and after the acknowledgement there is no way back.</summary>
    private async ValueTask<bool> StartTlsAsync(int dataLength)
    {
        if (dataLength > 0 || _isSecure)
        {
            RefuseData();
            return true;
        }

        if (_tls is null)
        {
            _replies.Refuse(OptionReply.ErrorPolicy, "this server does not use TLS");
            return true;
        }

        _replies.Acknowledge();
        await _replies.SendAsync(Transport);
        SslStream stream = new(Transport.AsStream());
        try
        {
            await stream.AuthenticateAsServerAsync(OptionsOf(_tls), CancellationToken.None);
        }
        catch (Exception exception) when (NbdTransport.IsBroken(exception))
        {
            await stream.DisposeAsync();
            _log($"failed to start TLS: {exception.Message}");
            return false;
        }

        Transport = new StreamTransport(stream, Transport);
        _isSecure = true;
        _style = HeaderStyle.Simple;
        _contextExport = null;
        return true;
    }

    /// <summary>The system chooses the version: 1.2 or later on every one that this runs on.</summary>
    private static SslServerAuthenticationOptions OptionsOf(NbdTlsOptions tls)
    {
        SslServerAuthenticationOptions options = new()
        {
            ServerCertificate = tls.Certificate,
            ClientCertificateRequired = tls.ClientAuthority is not null,
        };
        if (tls.ClientAuthority is { } authority)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            options.CertificateChainPolicy.CustomTrustStore.Add(authority);
        }

        return options;
    }
}
