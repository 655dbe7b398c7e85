namespace VolMgr.Cli.Labs;

/// <summary>Sizes on volmgr's own command lines: a whole number and a unit k, m, g or t (powers of 1024).</summary>
internal static class SizeText
{
    /// <summary>Bytes, or null when the text is not a size that fits into 63 bits.</summary>
    public static long? Read(string? text)
    {
        if (text is null or "" || !long.TryParse(text[..^1], out long number) || number < 0)
        {
            return null;
        }

        int shift = char.ToLowerInvariant(text[^1]) switch { 'k' => 10, 'm' => 20, 'g' => 30, 't' => 40, _ => -1 };
        return shift < 0 || number > long.MaxValue >> shift ? null : number << shift;
    }
}
