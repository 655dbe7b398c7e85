using System.Buffers.Binary;

namespace VolMgr.Fuzz;

/// <summary>Makes new inputs out of old ones, the same for the same seed.</summary>
internal sealed class Mutator(int seed, IReadOnlyList<byte[]> corpus)
{
    private static readonly ulong[] Edges =
        [0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, long.MaxValue, ulong.MaxValue];

    private readonly Random _random = new(seed);
    private readonly IReadOnlyList<byte[]> _corpus = corpus;

    public byte[] Next()
    {
        byte[] input = [.. Pick()];
        for (int changes = _random.Next(1, 5); changes > 0; changes--)
        {
            input = Change(input);
        }

        return input;
    }

    private byte[] Pick() => _corpus.Count == 0 ? [] : _corpus[_random.Next(_corpus.Count)];

    private byte[] Change(byte[] input)
    {
        int at = _random.Next(input.Length + 1);
        switch (_random.Next(6))
        {
            case 0 when at < input.Length:
                input[at] ^= (byte)(1 << _random.Next(8));
                return input;
            case 1 when at + sizeof(ulong) <= input.Length:
                PutEdge(input.AsSpan(at));
                return input;
            case 2:
                return input[..at];
            case 3:
                return [.. input.AsSpan(0, at), .. Pick()];
            case 4:
                byte[] noise = new byte[_random.Next(64)];
                _random.NextBytes(noise);
                return [.. input.AsSpan(0, at), .. noise, .. input.AsSpan(at)];
            default:
                return [.. input.AsSpan(0, at), .. input.AsSpan(Math.Min(input.Length, at + _random.Next(1, 9)))];
        }
    }

    private void PutEdge(Span<byte> bytes)
    {
        ulong edge = Edges[_random.Next(Edges.Length)];
        switch (_random.Next(3))
        {
            case 0:
                BinaryPrimitives.WriteUInt16BigEndian(bytes, unchecked((ushort)edge));
                break;
            case 1:
                BinaryPrimitives.WriteUInt32BigEndian(bytes, unchecked((uint)edge));
                break;
            default:
                BinaryPrimitives.WriteUInt64BigEndian(bytes, edge);
                break;
        }
    }
}
