using VolMgr.Blocks;

namespace VolMgr.Nbd.Server;

/// <summary>Devices that answer at once are not awaited: that would make a state machine for nothing.</summary>
internal static class Inline
{
    /// <summary>The answer of a device that has completed successfully.</summary>
    public static IoStatus StatusOf(ValueTask<IoStatus> completed)
    {
        Invariant.Holds(completed.IsCompletedSuccessfully);
        return completed.Result;
    }
}
