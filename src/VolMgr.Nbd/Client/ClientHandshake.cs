using System.Buffers.Binary;
using System.Net.Security;
using System.Text;

namespace VolMgr.Nbd.Client;

/// <summary>The server broke the protocol, or refused what we need; the message says which, in one sentence.</summary>
internal sealed class NbdRefusedException(string message) : IOException(message);

/// <summary>A negotiated connection.</summary>
/// <param name="Stream">The transport, encrypted where that was asked for.</param>
/// <param name="Abilities">What the server can do.</param>
internal sealed record NegotiatedStream(Stream Stream, ExportAbilities Abilities);

/// <summary>
/// Negotiates a connection: fixed newstyle, STARTTLS where asked for, STRUCTURED_REPLY and base:allocation where the
/// server has them, then GO. No length of the server is trusted; nothing is kept of a reply but what is needed.
/// </summary>
internal sealed class ClientHandshake
{
    private const int MostReplyBytes = 4096 + 64; // NBD protocol, Values: strings have up to 4096 bytes
    private const int MostReplies = 64; // to one option; more is a server that never comes to an end

    private readonly NbdUri uri;
    private Stream stream;

    private ClientHandshake(Stream stream, NbdUri uri)
    {
        this.stream = stream;
        this.uri = uri;
    }

    /// <summary>
    /// Negotiates; what goes wrong is an <see cref="IOException"/> or an authentication failure. The caller closes the
    /// stream that it gave if this fails.
    /// </summary>
    public static Task<NegotiatedStream> RunAsync(
        Stream stream, NbdUri uri, SslClientAuthenticationOptions? tls, CancellationToken token) =>
        new ClientHandshake(stream, uri).RunAsync(tls, token);

    private async Task<NegotiatedStream> RunAsync(SslClientAuthenticationOptions? tls, CancellationToken token)
    {
        byte[] greeting = await ReadAsync(16, token);
        Require(BinaryPrimitives.ReadUInt64BigEndian(greeting) == ClientWire.InitialMagic, "this is no NBD server");
        ulong style = BinaryPrimitives.ReadUInt64BigEndian(greeting.AsSpan(8));
        Require(style != ClientWire.OldStyleMagic, "the server speaks the oldstyle protocol only");
        Require(style == ClientWire.OptionMagic, "the server's greeting is not NBD's");
        ushort flags = BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(2, token));
        Require((flags & ClientWire.HandshakeFixedNewstyle) != 0, "the server does not speak fixed newstyle");
        byte[] answer = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(
            answer, (uint)(flags & (ClientWire.HandshakeFixedNewstyle | ClientWire.HandshakeNoZeroes)));
        await stream.WriteAsync(answer, token);
        if (uri.IsTls)
        {
            await EncryptAsync(tls ?? new SslClientAuthenticationOptions(), token);
        }

        bool isStructured = await OptionAsync(ClientWire.OptionStructuredReply, [], NoReply, token) is null;
        uint? context = isStructured ? await AskContextAsync(token) : null;
        ExportAbilities abilities = await GoAsync(token);
        return new NegotiatedStream(
            stream, abilities with { IsStructured = isStructured, AllocationContext = context });
    }

    private async Task EncryptAsync(SslClientAuthenticationOptions tls, CancellationToken token)
    {
        string? refusal = await OptionAsync(ClientWire.OptionStartTls, [], NoReply, token);
        Require(refusal is null, $"the server offers no TLS: {refusal}");
        var encrypted = new SslStream(stream, leaveInnerStreamOpen: false);
        tls.TargetHost ??= uri.TlsHostName ?? (uri.Host.Length > 0 ? uri.Host : "localhost");
        await encrypted.AuthenticateAsClientAsync(tls, token);
        stream = encrypted;
    }

    private async Task<uint?> AskContextAsync(CancellationToken token)
    {
        byte[] name = Encoding.UTF8.GetBytes(ClientWire.AllocationContext);
        byte[] export = Encoding.UTF8.GetBytes(uri.Export);
        byte[] data = new byte[4 + export.Length + 4 + 4 + name.Length];
        BinaryPrimitives.WriteInt32BigEndian(data, export.Length);
        export.CopyTo(data, 4);
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(4 + export.Length), 1);
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(8 + export.Length), name.Length);
        name.CopyTo(data, 12 + export.Length);
        uint? id = null;
        string? refusal = await OptionAsync(
            ClientWire.OptionSetMetaContext,
            data,
            (type, reply) =>
            {
                Require(type == ClientWire.ReplyMetaContext && reply.Length >= 4, "a reply about contexts is malformed");
                if (reply.AsSpan(4).SequenceEqual(name))
                {
                    id = BinaryPrimitives.ReadUInt32BigEndian(reply);
                }
            },
            token);
        return refusal is null ? id : null;
    }

    private async Task<ExportAbilities> GoAsync(CancellationToken token)
    {
        byte[] export = Encoding.UTF8.GetBytes(uri.Export);
        byte[] data = new byte[4 + export.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(data, export.Length);
        export.CopyTo(data, 4);
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(4 + export.Length), 1);
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(6 + export.Length), ClientWire.InfoBlockSize);
        ExportAbilities? found = null;
        (uint Minimum, uint Maximum)? blocks = null;
        string? refusal = await OptionAsync(
            ClientWire.OptionGo,
            data,
            (type, reply) =>
            {
                Require(type == ClientWire.ReplyInfo && reply.Length >= 2, "a reply about the export is malformed");
                switch (BinaryPrimitives.ReadUInt16BigEndian(reply))
                {
                    case ClientWire.InfoExport:
                        Require(reply.Length == 12, "the size of the export is malformed");
                        long size = BinaryPrimitives.ReadInt64BigEndian(reply.AsSpan(2));
                        Require(size >= 0, "the size of the export makes no sense");
                        found = new ExportAbilities
                        {
                            Size = size,
                            Flags = BinaryPrimitives.ReadUInt16BigEndian(reply.AsSpan(10)),
                        };
                        break;
                    case ClientWire.InfoBlockSize:
                        Require(reply.Length == 14, "the block sizes of the export are malformed");
                        blocks = (BinaryPrimitives.ReadUInt32BigEndian(reply.AsSpan(2)),
                            BinaryPrimitives.ReadUInt32BigEndian(reply.AsSpan(10)));
                        break;
                    default:
                        break; // what was not asked for may be told, and is no concern of ours
                }
            },
            token);
        Require(refusal is null, $"the server refuses export '{uri.Export}': {refusal}");
        Require(found is not null, "the server did not tell the size of the export");
        return blocks is { } known
            ? found with { MinimumBlock = known.Minimum, MaximumBlock = known.Maximum }
            : found;
    }

    /// <summary>Sends an option and reads its replies to the end; null when it was acknowledged, else why not.</summary>
    private async Task<string?> OptionAsync(
        uint option, byte[] data, Action<uint, byte[]> onReply, CancellationToken token)
    {
        byte[] request = new byte[16 + data.Length];
        BinaryPrimitives.WriteUInt64BigEndian(request, ClientWire.OptionMagic);
        BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(8), option);
        BinaryPrimitives.WriteInt32BigEndian(request.AsSpan(12), data.Length);
        data.CopyTo(request, 16);
        await stream.WriteAsync(request, token);
        for (int count = 0; count < MostReplies; count++)
        {
            byte[] header = await ReadAsync(20, token);
            Require(
                BinaryPrimitives.ReadUInt64BigEndian(header) == ClientWire.OptionReplyMagic
                    && BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(8)) == option,
                "the server's reply to an option is malformed");
            uint type = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(12));
            uint length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(16));
            Require(length <= MostReplyBytes, "the server's reply to an option is too long");
            byte[] reply = await ReadAsync((int)length, token);
            if ((type & ClientWire.ReplyErrorBit) != 0)
            {
                return DescribeError(type, reply);
            }

            if (type == ClientWire.ReplyAck)
            {
                return null;
            }

            onReply(type, reply);
        }

        throw new NbdRefusedException("the server's replies to an option do not end");
    }

    private static void NoReply(uint type, byte[] reply) =>
        throw new NbdRefusedException("the server's reply to an option is out of place");

    private static string DescribeError(uint type, byte[] reply)
    {
        string name = (type & ~ClientWire.ReplyErrorBit) switch
        {
            1 => "not supported",
            2 => "refused by policy",
            3 => "invalid",
            4 => "not on this platform",
            5 => "TLS is required",
            6 => "there is no such export",
            7 => "the server is shutting down",
            8 => "it insists on block sizes",
            9 => "too large",
            _ => $"error {type & ~ClientWire.ReplyErrorBit}",
        };
        string words = new([.. Encoding.UTF8.GetString(reply).Where(letter => !char.IsControl(letter)).Take(200)]);
        return words.Length == 0 ? name : $"{name} ({words})";
    }

    private static void Require(
        [System.Diagnostics.CodeAnalysis.DoesNotReturnIf(false)] bool condition, string problem)
    {
        if (!condition)
        {
            throw new NbdRefusedException(problem);
        }
    }

    private async Task<byte[]> ReadAsync(int length, CancellationToken token)
    {
        byte[] bytes = new byte[length];
        await stream.ReadExactlyAsync(bytes, token);
        return bytes;
    }
}
