using VolMgr.Blocks;

namespace VolMgr.Volumes.InputOutput;

/// <summary>
/// Decides which plex is given up when one has missed something, one decision at a time, and has it recorded.
/// </summary>
/// <remarks>
/// What always holds: the flag in memory is set first, so that no read goes to a plex that missed a write; the last
/// complete plex is never given up; whoever depends on a plex being out (a write that it missed, a flush that it
/// failed) waits until that is durable, also when somebody else found the fault.
/// </remarks>
internal sealed class PlexFaults(VolumeCore core)
{
    private readonly Lock sync = new();

    /// <summary>
    /// Gives the plex up. True when it is durably out; false when it is the last complete one or could not be recorded.
    /// </summary>
    public ValueTask<bool> FaultAsync(PlexSet plexes, PlexMember member, IoStatus reason)
    {
        PlexFault fault;
        lock (sync)
        {
            PlexFault? earlier = member.Device.Fault;
            if (earlier is { IsLost: false })
            {
                return new ValueTask<bool>(earlier.Recorded);
            }

            if (earlier is null && core.Steps.IsLastComplete(plexes, member))
            {
                return ValueTask.FromResult(false);
            }

            fault = new PlexFault(earlier?.Reason ?? reason);
            member.Device.Fault = fault;
        }

        return RecordAsync(plexes, member, fault);
    }

    private async ValueTask<bool> RecordAsync(PlexSet plexes, PlexMember member, PlexFault fault)
    {
        bool isDurable = false;
        try
        {
            isDurable = await core.Steps.RecordMissAsync(core.Owner, core.Volume, member.Id, fault.Reason);
            return isDurable;
        }
        finally
        {
            lock (sync)
            {
                // Refused although no complete plex is left here: the group knows better, the plex stays in.
                if (!isDurable && core.Steps.IsLastComplete(plexes, member))
                {
                    member.Device.Fault = null;
                }

                fault.Settle(isDurable);
            }
        }
    }
}
