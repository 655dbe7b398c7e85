using System.Buffers.Binary;
using System.Text;

namespace VolMgr.Nbd.Protocol;

/// <summary>Data of NBD_OPT_INFO and NBD_OPT_GO: a name, and which informations the client asks for.</summary>
internal sealed record InfoRequest(string Name, IReadOnlyList<NbdInfo> Infos)
{
    /// <summary>Null: the data contradicts itself.</summary>
    public static InfoRequest? Read(ReadOnlySpan<byte> data)
    {
        OptionDataReader reader = new(data);
        if (!reader.TryReadString(out string name) || !reader.TryReadUInt16(out ushort count)
            || reader.Remaining != count * sizeof(ushort))
        {
            return null;
        }

        List<NbdInfo> infos = [];
        while (reader.TryReadUInt16(out ushort info))
        {
            infos.Add((NbdInfo)info);
        }

        return new InfoRequest(name, infos);
    }
}

/// <summary>Data of NBD_OPT_LIST_META_CONTEXT and NBD_OPT_SET_META_CONTEXT: a name and queries.</summary>
internal sealed record MetaContextRequest(string Name, IReadOnlyList<string> Queries)
{
    /// <summary>Null: the data contradicts itself.</summary>
    public static MetaContextRequest? Read(ReadOnlySpan<byte> data)
    {
        OptionDataReader reader = new(data);
        if (!reader.TryReadString(out string name) || !reader.TryReadUInt32(out uint count))
        {
            return null;
        }

        List<string> queries = [];
        for (uint i = 0; i < count; i++)
        {
            if (!reader.TryReadString(out string query))
            {
                return null;
            }

            queries.Add(query);
        }

        return reader.Remaining == 0 ? new MetaContextRequest(name, queries) : null;
    }
}

/// <summary>Walks the data of an option. Nothing it reads can reach beyond the data.</summary>
internal ref struct OptionDataReader(ReadOnlySpan<byte> data)
{
    /// <summary>Refuses what is not UTF-8: names are compared, logged and printed.</summary>
    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _data = data;

    public readonly int Remaining => _data.Length;

    /// <summary>A string as the protocol has it: UTF-8, no NUL, at most 4096 bytes.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out string text)
    {
        text = "";
        if (bytes.Length > Limits.MaximumString || bytes.Contains((byte)0))
        {
            return false;
        }

        try
        {
            text = Strict.GetString(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    public bool TryReadUInt16(out ushort value)
    {
        if (!BinaryPrimitives.TryReadUInt16BigEndian(_data, out value))
        {
            return false;
        }

        _data = _data[sizeof(ushort)..];
        return true;
    }

    public bool TryReadUInt32(out uint value)
    {
        if (!BinaryPrimitives.TryReadUInt32BigEndian(_data, out value))
        {
            return false;
        }

        _data = _data[sizeof(uint)..];
        return true;
    }

    /// <summary>A length of 32 bits and so many bytes of text.</summary>
    public bool TryReadString(out string text)
    {
        text = "";
        if (!TryReadUInt32(out uint length) || length > (uint)_data.Length
            || !TryDecode(_data[..(int)length], out text))
        {
            return false;
        }

        _data = _data[(int)length..];
        return true;
    }
}
