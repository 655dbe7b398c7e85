using System.Globalization;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands.Parsing;

/// <summary>How a copy shall run: <c>-t tag</c>, <c>-o slow[=ms]</c>, <c>-o iosize=size</c>.</summary>
internal static class CopyWords
{
    /// <summary>The delay of <c>-o slow</c> without a number, unless <c>vxtune</c> sets another.</summary>
    public const int PlainSlowMs = 250;

    private const int LongestTag = 16;
    private const long LargestIoSize = 32L << 20;
    private const int LongestSlowMs = 3_600_000;

    /// <summary>Reads them.</summary>
    public static Outcome<CopyOptions> Parse(Invocation invocation)
    {
        string tag = invocation.Options.Value('t') ?? "";
        if (tag.Length > LongestTag || tag.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            return new Refusal(ErrorCode.Usage, $"-t {tag}: A tag has at most {LongestTag} characters and no blanks");
        }

        string? tentative = invocation.Options.Has('k') ? invocation.Options.Value('O') ?? "" : null;
        CopyOptions options = new() { Tag = tag, Tentative = tentative };
        if (tentative is null && invocation.Options.Has('O'))
        {
            return new Refusal(ErrorCode.Usage, "-O: Names a move that is begun with -k");
        }

        if (invocation.UseOptions.TryGetValue("slow", out string? slow))
        {
            Outcome<int> ms = slow.Length == 0 ? invocation.PlainSlowMs : ParseSlow(slow);
            if (!ms.IsDone)
            {
                return ms.Refusal;
            }

            options = options with { SlowMs = ms.Value };
        }

        if (invocation.UseOptions.TryGetValue("iosize", out string? text))
        {
            Outcome<long> size = Sizes.ParsePositive(text);
            if (!size.IsDone)
            {
                return size.Refusal with { Message = $"iosize={size.Refusal.Message}" };
            }

            if (size.Value > LargestIoSize)
            {
                return new Refusal(ErrorCode.Usage, $"iosize={text}: The largest I/O size is 32m");
            }

            options = options with { IoSize = size.Value };
        }

        return options;
    }

    /// <summary>Reads a number of milliseconds.</summary>
    public static Outcome<int> ParseSlow(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int ms) && ms <= LongestSlowMs
            ? ms
            : new Refusal(ErrorCode.Usage, $"slow={text}: Expected milliseconds from 0 to {LongestSlowMs}");
}
