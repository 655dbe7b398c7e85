using VolMgr.Simulation;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Proof;

/// <summary>What the one volume of a simulated lab is like, and how copies to it run.</summary>
internal sealed record LabShape
{
    private const int UsualDepth = 8;

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

    /// <summary>Requests of clients in flight at once.</summary>
    public int Depth { get; init; } = UsualDepth;

    /// <summary>How the simulator picks what goes on next.</summary>
    public SchedulingStrategy Strategy { get; init; } = SchedulingStrategy.Uniform;

    /// <summary>Whether the engine is held at every named step, not only at the first sixteen.</summary>
    public bool HoldsEverywhere { get; init; }

    /// <summary>Volumes in the group, all alike.</summary>
    public int VolumeCount { get; init; } = 1;

    /// <summary>Whether each column of a volume is a mirrored volume of its own.</summary>
    public bool IsLayered { get; init; }

    /// <summary>Whether what is written while a plex is detached is tracked.</summary>
    public bool HasDco { get; init; }

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
            Strategy = bits / 108 % 3 == 2 ? SchedulingStrategy.Priorities : SchedulingStrategy.Uniform,
            HoldsEverywhere = bits / 324 % 2 == 1,
        };
    }

    /// <summary>The shape that a number stands for, with 64 copy ranges and 32 requests in flight.</summary>
    public static LabShape LargeOf(int number) => Of(number) with
    {
        LengthKib = 64 * SimulatedLab.CopyStep / 1024,
        Depth = 32,
        HoldsEverywhere = true,
    };

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Layout}-{MirrorCount}-{(HasLog ? "log" : "nolog")}-{LengthKib}-{Workers}"
        + (Depth == UsualDepth ? "" : $"-depth{Depth}")
        + (VolumeCount == 1 ? "" : $"-volumes{VolumeCount}")
        + (IsLayered ? "-layered" : "")
        + (HasDco ? "-dco" : "")
        + (Strategy == SchedulingStrategy.Uniform ? "" : "-priorities")
        + (HoldsEverywhere ? "-everywhere" : "");

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
            Depth = Number(words, "depth", UsualDepth),
            VolumeCount = Number(words, "volumes", 1),
            IsLayered = words.Contains("layered"),
            HasDco = words.Contains("dco"),
            Strategy = words.Contains("priorities") ? SchedulingStrategy.Priorities : SchedulingStrategy.Uniform,
            HoldsEverywhere = words.Contains("everywhere"),
        };
    }

    private static int Number(string[] words, string name, int usual) =>
        words.FirstOrDefault(word => word.StartsWith(name, StringComparison.Ordinal)) is { } word
            ? int.Parse(word[name.Length..])
            : usual;
}
