using System.Buffers;
using System.Buffers.Binary;
using VolMgr.Nbd.Protocol;

namespace VolMgr.Nbd.Server;

/// <summary>
/// The handshake of one connection: fixed newstyle, option after option, until the client has chosen an export or is
/// gone. It reads exactly what the client has announced, so nothing that follows is lost or, before TLS, smuggled in.
/// </summary>
internal sealed partial class Handshake
{
    /// <summary>Data of an option that is looked at; what is longer is skipped.</summary>
    internal const int LongestData = 64 << 10;

    private const int GreetingSize = 18;
    private const int PreferredBlock = 4096;

    private readonly INbdExportSource _exports;
    private readonly NbdTlsOptions? _tls;
    private readonly Action<string> _log;
    private readonly OptionReplies _replies = new();
    private readonly byte[] _header = new byte[GreetingSize];
    private HandshakeFlags _clientFlags;
    private HeaderStyle _style;

    /// <summary>The export and contexts of the last NBD_OPT_SET_META_CONTEXT.</summary>
    private string? _contextExport;
    private List<string> _contextNames = [];
    private bool _isSecure;

    public Handshake(NbdTransport transport, INbdExportSource exports, NbdTlsOptions? tls, Action<string> log)
    {
        Transport = transport;
        _exports = exports;
        _tls = tls;
        _log = log;
    }

    /// <summary>The transport to go on with: TLS once the client has started it.</summary>
    public NbdTransport Transport { get; private set; }

    /// <summary>What the client has chosen, opened; null: it left, or was left.</summary>
    public async Task<Session?> RunAsync()
    {
        if (!await GreetAsync())
        {
            return null;
        }

        while (true)
        {
            Memory<byte> head = _header.AsMemory(0, OptionHeader.Size);
            if (!await Transport.ReceiveExactlyAsync(head))
            {
                return null;
            }

            if (!OptionHeader.TryRead(head.Span, out OptionHeader option))
            {
                _log("sent something that is not an option");
                return null;
            }

            _replies.Option = option.Option;
            (bool isOver, Session? session) = await AnswerAsync(option);
            await SendAsync(session);
            if (isOver)
            {
                return session;
            }
        }
    }

    /// <summary>A client that is gone before it hears of its export does not keep it open.</summary>
    private async ValueTask SendAsync(Session? session)
    {
        try
        {
            await _replies.SendAsync(Transport);
        }
        catch when (session is not null)
        {
            await session.Export.DisposeAsync();
            throw;
        }
    }

    private async ValueTask<bool> GreetAsync()
    {
        BinaryPrimitives.WriteUInt64BigEndian(_header, Magic.Server);
        BinaryPrimitives.WriteUInt64BigEndian(_header.AsSpan(8), Magic.Option);
        BinaryPrimitives.WriteUInt16BigEndian(
            _header.AsSpan(16), (ushort)(HandshakeFlags.FixedNewstyle | HandshakeFlags.NoZeroes));
        await Transport.SendAsync([new ArraySegment<byte>(_header)]);
        Memory<byte> answer = _header.AsMemory(0, sizeof(uint));
        if (!await Transport.ReceiveExactlyAsync(answer))
        {
            return false;
        }

        uint flags = BinaryPrimitives.ReadUInt32BigEndian(answer.Span);
        if ((flags & ~(uint)(HandshakeFlags.FixedNewstyle | HandshakeFlags.NoZeroes)) != 0)
        {
            _log($"sent unknown flags {flags:x}");
            return false;
        }

        _clientFlags = (HandshakeFlags)flags;
        return true;
    }

    /// <summary>Over with a session: the transmission begins. Over without: the connection ends.</summary>
    private async ValueTask<(bool IsOver, Session? Session)> AnswerAsync(OptionHeader option)
    {
        bool isKnown = option.Option is NbdOption.ExportName or NbdOption.Abort or NbdOption.List or NbdOption.StartTls
            or NbdOption.Info or NbdOption.Go or NbdOption.StructuredReply or NbdOption.ListMetaContext
            or NbdOption.SetMetaContext or NbdOption.ExtendedHeaders;
        bool needsTls = _tls is not null && !_isSecure && option.Option is not (NbdOption.StartTls or NbdOption.Abort);
        bool isAnswerable = option.Option != NbdOption.ExportName
            && (_clientFlags & HandshakeFlags.FixedNewstyle) != HandshakeFlags.None;
        if (isKnown && !needsTls && option.Length <= LongestData && (isAnswerable || IsExportName(option)))
        {
            return await ReadAndAnswerAsync(option);
        }

        if (!isAnswerable || option.Length > Limits.MaximumPayload || !await SkipAsync(option.Length))
        {
            return (true, null);
        }

        (OptionReply error, string message) = needsTls
            ? (OptionReply.ErrorTlsRequired, "this server speaks TLS only")
            : isKnown
                ? (OptionReply.ErrorTooBig, "the option is too long")
                : (OptionReply.ErrorUnsupported, "unknown option");
        _replies.Refuse(error, message);
        return (false, null);
    }

    private static bool IsExportName(OptionHeader option) =>
        option.Option == NbdOption.ExportName && option.Length <= Limits.MaximumString;

    private async ValueTask<(bool IsOver, Session? Session)> ReadAndAnswerAsync(OptionHeader option)
    {
        int length = (int)option.Length;
        byte[] rented = length == 0 ? [] : ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Memory<byte> data = rented.AsMemory(0, length);
            if (!await Transport.ReceiveExactlyAsync(data))
            {
                return (true, null);
            }

            switch (option.Option)
            {
                case NbdOption.ExportName:
                    return (true, await ExportNameAsync(data));
                case NbdOption.Go:
                    Session? session = await InfoAsync(data, isGo: true);
                    return (session is not null, session);
                case NbdOption.Abort:
                    _replies.Acknowledge();
                    return (true, null);
                case NbdOption.StartTls:
                    return (!await StartTlsAsync(length), null);
                default:
                    await AnswerPlainAsync(option.Option, data);
                    return (false, null);
            }
        }
        finally
        {
            if (length > 0)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    private async ValueTask AnswerPlainAsync(NbdOption option, ReadOnlyMemory<byte> data)
    {
        switch (option)
        {
            case NbdOption.List when data.Length == 0:
                await ListAsync();
                break;
            case NbdOption.Info:
                await InfoAsync(data, isGo: false);
                break;
            case NbdOption.StructuredReply when data.Length == 0 && _style == HeaderStyle.Extended:
                _replies.Refuse(OptionReply.ErrorExtendedHeadersRequired, "extended headers are in use");
                break;
            case NbdOption.StructuredReply when data.Length == 0:
                _style = HeaderStyle.Structured;
                _replies.Acknowledge();
                break;
            case NbdOption.ExtendedHeaders when data.Length == 0:
                _style = HeaderStyle.Extended;
                _replies.Acknowledge();
                break;
            case NbdOption.ListMetaContext:
                await ListContextsAsync(data);
                break;
            case NbdOption.SetMetaContext:
                await SetContextsAsync(data);
                break;
            default:
                RefuseData();
                break;
        }
    }

    private void RefuseData() => _replies.Refuse(OptionReply.ErrorInvalid, "the data of the option is not valid");

    private async ValueTask<bool> SkipAsync(uint length)
    {
        byte[] waste = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            while (length > 0)
            {
                int count = await Transport.ReceiveAsync(waste.AsMemory(0, (int)Math.Min(length, (uint)waste.Length)));
                if (count == 0)
                {
                    return false;
                }

                length -= (uint)count;
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(waste);
        }
    }
}
