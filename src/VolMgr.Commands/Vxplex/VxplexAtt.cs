namespace VolMgr.Commands.Vxplex;

/// <summary>
/// <c>vxplex att</c>: attaches plexes to a volume, one after the other, and waits for each copy. A stopped volume takes
/// them as STALE without a copy.
/// </summary>
internal static class VxplexAtt
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "att", "-g diskgroup [-t tag] [-o slow[=ms],iosize=size] att volume plex...", "gt", RunAsync)
    {
        UseOptions = ["slow", "iosize"],
    };

    private static Task<int> RunAsync(Invocation invocation) => PlexCopies.RunAsync(
        invocation, (group, volume, plex, copy) => group.AttachPlexAsync(volume, plex, copy));
}
