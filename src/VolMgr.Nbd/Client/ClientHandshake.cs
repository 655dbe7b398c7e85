using System.Buffers.Binary;
using System.Net.Security;
using System.Text;
using VolMgr.Nbd.Protocol;

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
    private const ulong OldStyleMagic = 0x00420281861253;
    private const uint ErrorBit = 0x80000000; // of the type of a reply
    private const string AllocationContext = "base:allocation";
    private const int MostReplyBytes = Limits.MaximumString + 64; // what goes with a string is short
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
        Require(BinaryPrimitives.ReadUInt64BigEndian(greeting) == Magic.Server, "this is no NBD server");
        ulong style = BinaryPrimitives.ReadUInt64BigEndian(greeting.AsSpan(8));
        Require(style != OldStyleMagic, "the server speaks the oldstyle protocol only");
        Require(style == Magic.Option, "the server's greeting is not NBD's");
        var flags = (HandshakeFlags)BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(2, token));
        Require(
            (flags & HandshakeFlags.FixedNewstyle) != HandshakeFlags.None, "the server does not speak fixed newstyle");
        byte[] answer = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(
            answer, (uint)(flags & (HandshakeFlags.FixedNewstyle | HandshakeFlags.NoZeroes)));
        await stream.WriteAsync(answer, token);
        if (uri.IsTls)
        {
            await EncryptAsync(tls ?? new SslClientAuthenticationOptions(), token);
        }

        bool isStructured = await OptionAsync(NbdOption.StructuredReply, [], NoReply, token) is null;
        uint? context = isStructured ? await AskContextAsync(token) : null;
        ExportAbilities abilities = await GoAsync(token);
        return new NegotiatedStream(
            stream, abilities with { IsStructured = isStructured, AllocationContext = context });
    }

    private async Task EncryptAsync(SslClientAuthenticationOptions tls, CancellationToken token)
    {
        string? refusal = await OptionAsync(NbdOption.StartTls, [], NoReply, token);
        Require(refusal is null, $"the server offers no TLS: {refusal}");
        var encrypted = new SslStream(stream, leaveInnerStreamOpen: false);
        tls.TargetHost ??= uri.TlsHostName ?? (uri.Host.Length > 0 ? uri.Host : "localhost");
        await encrypted.AuthenticateAsClientAsync(tls, token);
        stream = encrypted;
    }

    private async Task<uint?> AskContextAsync(CancellationToken token)
    {
        byte[] name = Encoding.UTF8.GetBytes(AllocationContext);
        byte[] export = Encoding.UTF8.GetBytes(uri.Export);
        byte[] data = new byte[4 + export.Length + 4 + 4 + name.Length];
        BinaryPrimitives.WriteInt32BigEndian(data, export.Length);
        export.CopyTo(data, 4);
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(4 + export.Length), 1);
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(8 + export.Length), name.Length);
        name.CopyTo(data, 12 + export.Length);
        uint? id = null;
        string? refusal = await OptionAsync(
            NbdOption.SetMetaContext,
            data,
            (type, reply) =>
            {
                Require(
                    type == OptionReply.MetaContext && reply.Length >= 4, "a reply about contexts is malformed");
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
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(6 + export.Length), (ushort)NbdInfo.BlockSize);
        ExportAbilities? found = null;
        (uint Minimum, uint Maximum)? blocks = null;
        string? refusal = await OptionAsync(
            NbdOption.Go,
            data,
            (type, reply) =>
            {
                Require(type == OptionReply.Info && reply.Length >= 2, "a reply about the export is malformed");
                switch ((NbdInfo)BinaryPrimitives.ReadUInt16BigEndian(reply))
                {
                    case NbdInfo.Export:
                        Require(reply.Length == 12, "the size of the export is malformed");
                        long size = BinaryPrimitives.ReadInt64BigEndian(reply.AsSpan(2));
                        Require(size >= 0, "the size of the export makes no sense");
                        found = new ExportAbilities
                        {
                            Size = size,
                            Flags = (TransmissionFlags)BinaryPrimitives.ReadUInt16BigEndian(reply.AsSpan(10)),
                        };
                        break;
                    case NbdInfo.BlockSize:
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

    /// <summary>Sends an option and reads its replies to the end; null when acknowledged, else why not.</summary>
    private async Task<string?> OptionAsync(
        NbdOption option, byte[] data, Action<OptionReply, byte[]> onReply, CancellationToken token)
    {
        byte[] request = new byte[OptionHeader.Size + data.Length];
        new OptionHeader(option, (uint)data.Length).WriteTo(request);
        data.CopyTo(request, OptionHeader.Size);
        await stream.WriteAsync(request, token);
        for (int count = 0; count < MostReplies; count++)
        {
            byte[] header = await ReadAsync(20, token);
            Require(
                BinaryPrimitives.ReadUInt64BigEndian(header) == Magic.OptionReply
                    && BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(8)) == (uint)option,
                "the server's reply to an option is malformed");
            var type = (OptionReply)BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(12));
            uint length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(16));
            Require(length <= MostReplyBytes, "the server's reply to an option is too long");
            byte[] reply = await ReadAsync((int)length, token);
            if (((uint)type & ErrorBit) != 0)
            {
                return DescribeError(type, reply);
            }

            if (type == OptionReply.Ack)
            {
                return null;
            }

            onReply(type, reply);
        }

        throw new NbdRefusedException("the server's replies to an option do not end");
    }

    private static void NoReply(OptionReply type, byte[] reply) =>
        throw new NbdRefusedException("the server's reply to an option is out of place");

    private static string DescribeError(OptionReply type, byte[] reply)
    {
        string name = type switch
        {
            OptionReply.ErrorUnsupported => "not supported",
            OptionReply.ErrorPolicy => "refused by policy",
            OptionReply.ErrorInvalid => "invalid",
            OptionReply.ErrorPlatform => "not on this platform",
            OptionReply.ErrorTlsRequired => "TLS is required",
            OptionReply.ErrorUnknown => "there is no such export",
            OptionReply.ErrorShutdown => "the server is shutting down",
            OptionReply.ErrorBlockSizeRequired => "it insists on block sizes",
            OptionReply.ErrorTooBig => "too large",
            _ => $"error {(uint)type & ~ErrorBit}",
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
