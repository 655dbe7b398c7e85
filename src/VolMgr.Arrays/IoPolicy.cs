namespace VolMgr.Arrays;

/// <summary>How I/O is spread over the paths of a LUN (`setattr enclosure E iopolicy=`).</summary>
public enum IoPolicy
{
    /// <summary>The path with the fewest I/Os under way; in turn where several have as few.</summary>
    MinimumQueue = 1,

    /// <summary>One path after the other.</summary>
    RoundRobin = 2,

    /// <summary>By the address: each partition of the LUN has its path.</summary>
    Balanced = 3,

    /// <summary>The path with the shortest service time of late gets the larger share.</summary>
    Adaptive = 4,

    /// <summary>The path on which the queue will be done first: service time of late by queue length.</summary>
    AdaptiveMinimumQueue = 5,

    /// <summary>The paths of the highest priority only.</summary>
    Priority = 6,

    /// <summary>One path; another only when it fails.</summary>
    SingleActive = 7,
}

/// <summary>The words for <see cref="IoPolicy"/>.</summary>
public static class IoPolicyWords
{
    private static readonly (IoPolicy Policy, string Word, string Listing)[] All =
    [
        (IoPolicy.MinimumQueue, "minimumq", "MinimumQ"),
        (IoPolicy.RoundRobin, "round-robin", "Round-Robin"),
        (IoPolicy.Balanced, "balanced", "Balanced"),
        (IoPolicy.Adaptive, "adaptive", "Adaptive"),
        (IoPolicy.AdaptiveMinimumQueue, "adaptiveminq", "AdaptiveMinQ"),
        (IoPolicy.Priority, "priority", "Priority"),
        (IoPolicy.SingleActive, "singleactive", "Single-Active"),
    ];

    /// <summary>The words that a command takes.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. All.Select(item => item.Word)];

    /// <summary>The policy of a word, or null.</summary>
    public static IoPolicy? Parse(string word) =>
        Array.Find(All, item => item.Word == word) is { Word: not null } found ? found.Policy : null;

    /// <summary>The word of a command.</summary>
    public static string WordOf(IoPolicy policy) => Array.Find(All, item => item.Policy == policy).Word;

    /// <summary>The word of a listing.</summary>
    public static string ListingOf(IoPolicy policy) => Array.Find(All, item => item.Policy == policy).Listing;
}
