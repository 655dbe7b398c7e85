using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using VolMgr.Nbd.Protocol;

namespace VolMgr.Nbd.Server;

/// <summary>Collects the replies to one option; they leave together.</summary>
internal sealed class OptionReplies
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>The option that is being answered.</summary>
    public NbdOption Option { get; set; }

    public int Length => _bytes.WrittenCount;

    public void Acknowledge() => Head(OptionReply.Ack, 0);

    /// <summary>An error with a sentence for people.</summary>
    public void Refuse(OptionReply error, string message)
    {
        Head(error, Encoding.UTF8.GetByteCount(message));
        Text(message);
    }

    public void Export(NbdExportName export)
    {
        int name = Encoding.UTF8.GetByteCount(export.Name);
        Head(OptionReply.Server, sizeof(uint) + name + Encoding.UTF8.GetByteCount(export.Description));
        UInt32((uint)name);
        Text(export.Name);
        Text(export.Description);
    }

    public void InfoExport(long size, TransmissionFlags flags)
    {
        Head(OptionReply.Info, sizeof(ushort) + sizeof(ulong) + sizeof(ushort));
        UInt16((ushort)NbdInfo.Export);
        UInt64((ulong)size);
        UInt16((ushort)flags);
    }

    public void InfoText(NbdInfo info, string text)
    {
        Head(OptionReply.Info, sizeof(ushort) + Encoding.UTF8.GetByteCount(text));
        UInt16((ushort)info);
        Text(text);
    }

    public void InfoBlockSize(int minimum, int preferred, int maximum)
    {
        Head(OptionReply.Info, sizeof(ushort) + (3 * sizeof(uint)));
        UInt16((ushort)NbdInfo.BlockSize);
        UInt32((uint)minimum);
        UInt32((uint)preferred);
        UInt32((uint)maximum);
    }

    public void MetaContext(uint id, string name)
    {
        Head(OptionReply.MetaContext, sizeof(uint) + Encoding.UTF8.GetByteCount(name));
        UInt32(id);
        Text(name);
    }

    public void UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.GetSpan(sizeof(ushort)), value);
        _bytes.Advance(sizeof(ushort));
    }

    public void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_bytes.GetSpan(sizeof(uint)), value);
        _bytes.Advance(sizeof(uint));
    }

    public void UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_bytes.GetSpan(sizeof(ulong)), value);
        _bytes.Advance(sizeof(ulong));
    }

    public void Zeroes(int count)
    {
        _bytes.GetSpan(count)[..count].Clear();
        _bytes.Advance(count);
    }

    public async ValueTask SendAsync(NbdTransport transport)
    {
        if (_bytes.WrittenCount > 0)
        {
            await transport.SendAsync([new ArraySegment<byte>(_bytes.WrittenSpan.ToArray())]);
            _bytes.Clear();
        }
    }

    private void Head(OptionReply type, int length)
    {
        UInt64(Magic.OptionReply);
        UInt32((uint)Option);
        UInt32((uint)type);
        UInt32((uint)length);
    }

    private void Text(string text) => _bytes.Write(Encoding.UTF8.GetBytes(text));
}
