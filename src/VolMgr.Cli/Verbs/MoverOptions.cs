using VolMgr.Cli.Labs;
using VolMgr.Movers.Moves;

namespace VolMgr.Cli.Verbs;

/// <summary>Options that the verbs of movers share.</summary>
internal static class MoverOptions
{
    /// <summary>The pace that --pace says.</summary>
    public static MovePace Pace(string? text)
    {
        if (text is null)
        {
            return new MovePace();
        }

        return SizeText.Read(text) is > 0 and var bytes
            ? new MovePace
            {
                BytesPerSecond = bytes,
                IoSize = Math.Clamp(bytes / 20 / 4096 * 4096, 4096, 256 << 10),
            }
            : throw UserErrorException.Usage($"--pace {text}: expected bytes each second such as 512k or 20m");
    }
}
