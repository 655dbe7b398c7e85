using System.Buffers.Binary;
using System.Text;

namespace VolMgr.Fuzz;

/// <summary>
/// Makes new inputs, the same for the same seed and pool: by the target's own rules, or out of old ones.
/// </summary>
internal sealed class Mutator(IFuzzTarget target, int seed, IReadOnlyList<byte[]> pool)
{
    private const int LongestInput = 64 << 10;

    private static readonly ulong[] Edges =
        [0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, long.MaxValue, ulong.MaxValue];

    private static readonly string[] Tokens =
        ["0", "-1", "9223372036854775807", "99999999999999999999", "\n", "\t", " ", "=", ":", ",", "\"", "'", "/", "%",
            "-", "--", "{", "}", "[", "]", "(", ")", "#", "\\", "\0", "\u00e9", "\ud83d\ude00"];

    private readonly Random random = new(seed);

    public byte[] Next()
    {
        int kind = random.Next(4);
        byte[]? made = kind < 2 ? target.Generate(random) : null;
        if (made is not null && kind == 0)
        {
            return made;
        }

        byte[] input = made ?? [.. Pick()];
        for (int changes = random.Next(1, 5); changes > 0; changes--)
        {
            input = target.IsText && random.Next(3) > 0 ? ChangeText(input) : Change(input);
        }

        return input.Length > LongestInput ? input[..LongestInput] : input;
    }

    private byte[] Pick() => pool.Count == 0 ? [] : pool[random.Next(pool.Count)];

    /// <summary>Moves, doubles, drops and replaces whole words or lines.</summary>
    private byte[] ChangeText(byte[] input)
    {
        List<string> parts = random.Next(2) == 0 ? Words(input) : Lines(input);
        int at = random.Next(parts.Count);
        switch (random.Next(6))
        {
            case 0:
                parts.RemoveAt(at);
                break;
            case 1:
                parts.Insert(at, parts[random.Next(parts.Count)]);
                break;
            case 2:
                (parts[at], parts[0]) = (parts[0], parts[at]);
                break;
            case 3:
                parts[at] = Tokens[random.Next(Tokens.Length)];
                break;
            case 4:
                parts.Insert(at, Tokens[random.Next(Tokens.Length)]);
                break;
            default:
                List<string> others = Words(Pick());
                parts[at] = others[random.Next(others.Count)];
                break;
        }

        return Encoding.UTF8.GetBytes(string.Concat(parts));
    }

    private static List<string> Lines(byte[] input) =>
        [.. Encoding.UTF8.GetString(input).Split('\n').Select(line => line + "\n")];

    /// <summary>Runs of letters and digits, and single other characters.</summary>
    private static List<string> Words(byte[] input)
    {
        string text = Encoding.UTF8.GetString(input);
        List<string> words = [];
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = start + 1;
            while (char.IsLetterOrDigit(text[start]) && end < text.Length && char.IsLetterOrDigit(text[end]))
            {
                end++;
            }

            words.Add(text[start..end]);
        }

        return words.Count == 0 ? [""] : words;
    }

    private byte[] Change(byte[] input)
    {
        int at = random.Next(input.Length + 1);
        switch (random.Next(6))
        {
            case 0 when at < input.Length:
                input[at] ^= (byte)(1 << random.Next(8));
                return input;
            case 1 when at + sizeof(ulong) <= input.Length:
                PutEdge(input.AsSpan(at));
                return input;
            case 2:
                return input[..at];
            case 3:
                byte[] other = Pick();
                return [.. input.AsSpan(0, at), .. other.AsSpan(random.Next(other.Length + 1))];
            case 4:
                byte[] noise = new byte[random.Next(64)];
                random.NextBytes(noise);
                return [.. input.AsSpan(0, at), .. noise, .. input.AsSpan(at)];
            default:
                return [.. input.AsSpan(0, at), .. input.AsSpan(Math.Min(input.Length, at + random.Next(1, 9)))];
        }
    }

    private void PutEdge(Span<byte> bytes)
    {
        ulong edge = Edges[random.Next(Edges.Length)];
        bool isBig = random.Next(2) == 0;
        Span<byte> whole = stackalloc byte[sizeof(ulong)];
        int length = 2 << random.Next(3);
        BinaryPrimitives.WriteUInt64LittleEndian(whole, edge);
        if (isBig)
        {
            whole[..length].Reverse();
        }

        whole[..length].CopyTo(bytes);
    }
}
