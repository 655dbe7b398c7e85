using VolMgr.Volumes.Configuration;

namespace VolMgr.Proof;

/// <summary>What the one volume of a simulated lab is like, and how copies to it run.</summary>
internal sealed record LabShape
{
    /// <summary>Layout of its plexes.</summary>
    public PlexLayout Layout { get; init; } = PlexLayout.Concat;

    /// <summary>Plexes from the start.</summary>
    public int MirrorCount { get; init; } = 1;

    /// <summary>Whether it has a dirty region log.</summary>
    public bool HasLog { get; init; }

    /// <summary>Length in KiB.</summary>
    public int LengthKib { get; init; } = 256;

    /// <summary>Copy workers.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>The shape that a number stands for: the same number, the same shape.</summary>
    public static LabShape Of(int number)
    {
        int bits = number & 0xFFFF;
        return new LabShape
        {
            Layout = bits % 3 == 2 ? PlexLayout.Stripe : PlexLayout.Concat,
            MirrorCount = 1 + (bits / 3 % 2),
            HasLog = bits / 6 % 2 == 1,
            LengthKib = bits / 12 % 3 == 2 ? 640 : 256,
            Workers = 1 + (bits / 36 % 3),
        };
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Layout}-{MirrorCount}-{(HasLog ? "log" : "nolog")}-{LengthKib}-{Workers}";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static LabShape Parse(string text)
    {
        string[] words = text.Split('-');
        return new LabShape
        {
            Layout = Enum.Parse<PlexLayout>(words[0]),
            MirrorCount = int.Parse(words[1]),
            HasLog = words[2] == "log",
            LengthKib = int.Parse(words[3]),
            Workers = int.Parse(words[4]),
        };
    }
}
