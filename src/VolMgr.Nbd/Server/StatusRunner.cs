using System.Buffers.Binary;
using VolMgr.Blocks;
using VolMgr.Nbd.Protocol;

namespace VolMgr.Nbd.Server;

/// <summary>NBD_CMD_BLOCK_STATUS: one chunk for each context, with as many extents as are cheap to tell.</summary>
internal sealed class StatusRunner(ReplyWriter replies)
{
    /// <summary>Extents in one chunk; the client asks on from where they end.</summary>
    private const int MostExtents = 512;

    /// <summary>
    /// Questions for one chunk: where neighbours of one kind are many, the client asks on as well, and nobody waits
    /// for the end of a range of any length.
    /// </summary>
    private const int MostQuestions = 4096;

    private const int CompactExtent = 2 * sizeof(uint);
    private const int ExtendedExtent = 2 * sizeof(ulong);

    private readonly ReplyWriter _replies = replies;

    /// <summary>Nothing is sent before every context has been asked: a failure makes one error and no chunk.</summary>
    public async ValueTask RunAsync(RequestHeader request, IReadOnlyList<SelectedContext> contexts)
    {
        List<List<MetaExtent>> answers = [];
        foreach (SelectedContext selected in contexts)
        {
            (Refusal? refusal, List<MetaExtent> extents) = await AskAsync(request, selected.Context);
            if (refusal is not null)
            {
                _replies.Refuse(request, refusal);
                return;
            }

            answers.Add(extents);
        }

        for (int i = 0; i < answers.Count; i++)
        {
            AppendChunk(request, contexts[i].Id, answers[i], isLast: i == answers.Count - 1);
        }
    }

    /// <summary>Consecutive extents from the offset on, neighbours of one kind made one.</summary>
    private async ValueTask<(Refusal? Refusal, List<MetaExtent> Extents)> AskAsync(
        RequestHeader request, IMetaContext context)
    {
        int most = (request.Flags & CommandFlags.ReqOne) != CommandFlags.None ? 1 : MostExtents;
        long position = (long)request.Offset;
        long end = position + (long)request.Length;
        List<MetaExtent> extents = [];
        for (int questions = 0; position < end && questions < MostQuestions; questions++)
        {
            MetaExtent extent = await context.NextExtentAsync(position, end - position, CancellationToken.None);
            if (Refusal.Of(extent.Status) is { } refusal)
            {
                return (refusal, extents);
            }

            if (_replies.Style != HeaderStyle.Extended && extent.Flags > uint.MaxValue)
            {
                return (Refusal.WideStatus, extents);
            }

            Invariant.Holds(extent.Length > 0 && extent.Length <= end - position);
            position += extent.Length;
            if (extents.Count > 0 && extents[^1].Flags == extent.Flags)
            {
                extents[^1] = extents[^1] with { Length = extents[^1].Length + extent.Length };
            }
            else if (extents.Count < most)
            {
                extents.Add(extent);
            }
            else
            {
                break;
            }
        }

        return (null, extents);
    }

    private void AppendChunk(in RequestHeader request, uint id, List<MetaExtent> extents, bool isLast)
    {
        bool isExtended = _replies.Style == HeaderStyle.Extended;
        int head = ReplyHeader.SizeOf(_replies.Style);
        int size = isExtended
            ? sizeof(ulong) + (extents.Count * ExtendedExtent)
            : sizeof(uint) + (extents.Count * CompactExtent);
        ReplySpace space = _replies.Queue.Reserve(head + size);
        ReplyType type = isExtended ? ReplyType.BlockStatusExtended : ReplyType.BlockStatus;
        ReplyHeader.WriteChunk(space.Span, _replies.Style, request, type, isLast, size);
        Span<byte> body = space.Span[head..];
        BinaryPrimitives.WriteUInt32BigEndian(body, id);
        if (isExtended)
        {
            BinaryPrimitives.WriteUInt32BigEndian(body[sizeof(uint)..], (uint)extents.Count);
            WriteExtended(body[sizeof(ulong)..], extents);
        }
        else
        {
            WriteCompact(body[sizeof(uint)..], extents);
        }

        _replies.Append(space, data: null, isLast);
    }

    private static void WriteCompact(Span<byte> bytes, List<MetaExtent> extents)
    {
        for (int i = 0; i < extents.Count; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes[(i * CompactExtent)..], (uint)extents[i].Length);
            BinaryPrimitives.WriteUInt32BigEndian(
                bytes[((i * CompactExtent) + sizeof(uint))..], (uint)extents[i].Flags);
        }
    }

    private static void WriteExtended(Span<byte> bytes, List<MetaExtent> extents)
    {
        for (int i = 0; i < extents.Count; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes[(i * ExtendedExtent)..], (ulong)extents[i].Length);
            BinaryPrimitives.WriteUInt64BigEndian(
                bytes[((i * ExtendedExtent) + sizeof(ulong))..], extents[i].Flags);
        }
    }
}
