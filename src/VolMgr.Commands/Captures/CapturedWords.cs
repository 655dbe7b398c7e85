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

    /// <summary>A number of blocks as bytes, or null.</summary>
    public static long? Blocks(string word, int blockSize) =>
        long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long blocks) && blocks < 1L << 50
            ? blocks * blockSize
            : null;

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
