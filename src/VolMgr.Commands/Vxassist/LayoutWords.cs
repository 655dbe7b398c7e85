using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Vxassist;

/// <summary>The words of <c>layout=</c>.</summary>
internal sealed record LayoutWords
{
    private static readonly string[] Refused =
    [
        "raid5", "span-mirror", "mirror-concat-mirror",
    ];

    /// <summary>Concatenated or striped; null if no word says.</summary>
    public PlexLayout? Layout { get; private init; }

    /// <summary>Mirrored or not; null if no word says.</summary>
    public bool? IsMirrored { get; private init; }

    /// <summary>The mirrors below the stripe or the concatenation, instead of above.</summary>
    public bool IsLayered { get; private init; }

    /// <summary>With or without log; null if no word says.</summary>
    public bool? HasLog { get; private init; }

    /// <summary>Each column one piece.</summary>
    public bool IsContiguous { get; private init; }

    /// <summary>Reads the words; null stands for no attribute.</summary>
    public static Outcome<LayoutWords> Parse(string? text)
    {
        if (text is "")
        {
            return new Refusal(ErrorCode.Usage, "layout=: Expected a layout, such as mirror or stripe");
        }

        LayoutWords words = new();
        foreach (string word in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            LayoutWords? next = word switch
            {
                "concat" or "nostripe" => words with { Layout = PlexLayout.Concat },
                "stripe" => words with { Layout = PlexLayout.Stripe },
                "mirror" => words with { IsMirrored = true },
                "nomirror" => words with { IsMirrored = false },
                "mirror-concat" => words with { IsMirrored = true, Layout = PlexLayout.Concat, IsLayered = false },
                "mirror-stripe" => words with { IsMirrored = true, Layout = PlexLayout.Stripe, IsLayered = false },
                "concat-mirror" => words with { IsMirrored = true, Layout = PlexLayout.Concat, IsLayered = true },
                "stripe-mirror" => words with { IsMirrored = true, Layout = PlexLayout.Stripe, IsLayered = true },
                "log" or "regionlog" => words with { HasLog = true },
                "nolog" or "noregionlog" => words with { HasLog = false },
                "contig" or "nospan" => words with { IsContiguous = true },
                "nocontig" or "span" => words with { IsContiguous = false },
                // Subdisks are aligned in any case, and RAID-5 volumes are not made: nothing depends on these.
                "diskalign" or "nodiskalign" or "raid5log" or "noraid5log" or "noraid5" => words,
                _ => null,
            };
            if (next is null)
            {
                return Refused.Contains(word)
                    ? Refusals.Unsupported($"layout={word}", "use mirror-stripe, stripe-mirror or concat-mirror")
                    : new Refusal(ErrorCode.Usage, $"layout={word}: Unknown layout");
            }

            words = next;
        }

        return words;
    }
}
