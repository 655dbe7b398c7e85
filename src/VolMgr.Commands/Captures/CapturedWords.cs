using System.Globalization;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.States;

namespace VolMgr.Commands.Captures;

/// <summary>The words and numbers of captured listings.</summary>
internal static class CapturedWords
{
    /// <summary>The state of a volume, or null for a word that this program does not have.</summary>
    public static VolumeState? VolumeStateOf(string word) => Find<VolumeState>(word, StateNames.Text);

    public static VolumeKernelState? VolumeKernelStateOf(string word) =>
        Find<VolumeKernelState>(word, StateNames.Text);

    public static PlexState? PlexStateOf(string word) => Find<PlexState>(word, StateNames.Text);

    public static PlexKernelState? PlexKernelStateOf(string word) => Find<PlexKernelState>(word, StateNames.Text);

    public static PlexLayout? LayoutOf(string word) => Find<PlexLayout>(word, StateNames.Text);

    public static ReadPolicy? ReadPolicyOf(string word) => Find<ReadPolicy>(word, StateNames.Text);

    /// <summary>A number of blocks as bytes, or one with a unit (<c>10.50g</c>, <c>2097152k</c>) in whole sectors; or
    /// null.</summary>
    public static long? Blocks(string word, int blockSize)
    {
        if (long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long blocks))
        {
            return blocks < 1L << 50 ? blocks * blockSize : null;
        }

        int unit = word.Length < 2 ? -1 : "skmgtp".IndexOf(char.ToLowerInvariant(word[^1]), StringComparison.Ordinal);
        const decimal Largest = 1L << 60;
        return unit >= 0 && decimal.TryParse(
                word[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
            && number < 1L << 50
            && number * (unit == 0 ? 512 : 1L << (10 * unit)) is var bytes and < Largest
                ? (long)bytes / 512 * 512 : null;
    }

    /// <summary>A dash stands for nothing.</summary>
    public static string Text(string word) => word == "-" ? "" : word;

    private static T? Find<T>(string word, Func<T, string> text)
        where T : struct, Enum
    {
        foreach (T value in Enum.GetValues<T>())
        {
            if (string.Equals(text(value), word, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }
}
