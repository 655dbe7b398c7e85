using System.Net.Sockets;
using System.Security.Authentication;
using VolMgr.Blocks;

namespace VolMgr.Nbd.Client;

/// <summary>Connects to the address and negotiates.</summary>
internal sealed class ClientTransport(NbdUri uri, NbdClientOptions options, EngineServices engine)
{
    /// <summary>
    /// A negotiated stream within the time that connecting may take, or one sentence that says why there is none. Only
    /// the token's cancellation is thrown.
    /// </summary>
    public async Task<(NegotiatedStream? Stream, string Problem)> ConnectAsync(CancellationToken token)
    {
        using CancellationTokenSource limit = new(options.ConnectTimeout, engine.Time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, token);
        Stream? stream = null;
        try
        {
            stream = await OpenAsync(both.Token);
            NegotiatedStream negotiated = await ClientHandshake.RunAsync(stream, uri, options.Tls, both.Token);
            stream = null;
            return (negotiated, "");
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return (null, $"no answer within {options.ConnectTimeout.TotalSeconds:0.###} s");
        }
        catch (Exception failure)
            when (failure is IOException or SocketException or AuthenticationException or ArgumentException)
        {
            token.ThrowIfCancellationRequested();
            return (null, failure.Message);
        }
        finally
        {
            if (stream is not null)
            {
                await stream.DisposeAsync();
            }
        }
    }

    private async Task<Stream> OpenAsync(CancellationToken token)
    {
        Socket socket = uri.SocketPath is null
            ? new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (uri.SocketPath is null)
            {
                await socket.ConnectAsync(uri.Host, uri.Port, token);
            }
            else
            {
                // A path that is too long for a socket is an ArgumentException, told like any other failure.
                string path = Path.Combine(options.BaseFolder, uri.SocketPath);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), token);
            }

            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException failure) when (uri.SocketPath is not null)
        {
            socket.Dispose();
            throw new IOException($"nothing listens at {uri.SocketPath} ({failure.Message})", failure);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
