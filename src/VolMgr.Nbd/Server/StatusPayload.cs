using System.Buffers.Binary;
using VolMgr.Nbd.Protocol;

namespace VolMgr.Nbd.Server;

/// <summary>
/// Payload of NBD_CMD_BLOCK_STATUS with NBD_CMD_FLAG_PAYLOAD_LEN: the length of the range (8), then the numbers of the
/// contexts that the client wants to hear of (4 each).
/// </summary>
internal static class StatusPayload
{
    private const int RangeSize = sizeof(ulong);

    /// <summary>More numbers than there are contexts would name one twice.</summary>
    public static bool IsLength(ulong length, int contexts) =>
        length >= RangeSize && (length - RangeSize) % sizeof(uint) == 0
            && (length - RangeSize) / sizeof(uint) <= (ulong)contexts;

    /// <summary>The request with the range's own length, and the contexts; false: none, unknown or repeated.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> payload,
        IReadOnlyList<SelectedContext> selected,
        ref RequestHeader request,
        out IReadOnlyList<SelectedContext> contexts)
    {
        List<SelectedContext> wanted = [];
        contexts = wanted;
        request = request with { Length = BinaryPrimitives.ReadUInt64BigEndian(payload) };
        for (int at = RangeSize; at < payload.Length; at += sizeof(uint))
        {
            uint id = BinaryPrimitives.ReadUInt32BigEndian(payload[at..]);
            SelectedContext? context = selected.FirstOrDefault(candidate => candidate.Id == id);
            if (context is null || wanted.Contains(context))
            {
                return false;
            }

            wanted.Add(context);
        }

        return wanted.Count > 0;
    }
}
