using VolMgr.Blocks;
using VolMgr.Volumes.Resync;

namespace VolMgr.Movers.Moves;

/// <summary>
/// What the guest's own volume manager does, on the same disk and with the same report: a plex is attached, copied
/// once, compared, and the old one is detached. Nobody suspends the guest.
/// </summary>
/// <remarks>
/// From the moment in which the new plex is ACTIVE until the old one is detached either may be lost: the volume goes on
/// with the other.
/// </remarks>
internal static class PlexMirror
{
    /// <summary>Mirrors a disk to another place and leaves the old one.</summary>
    public static async Task<MoveReport> RunAsync(
        GuestDisk disk, IExtentDevice target, string place, MovePace pace, MoveSteps steps)
    {
        var clock = new MoveClock(disk.Engine.Time);
        await steps.ReachedAsync(MoveStep.Checked);
        var move = new MirroredMove(disk, target, place, pace, isDriver: false);
        DiskMoveState state = await move.RunAsync();
        clock.End("plex attached and copied", $"{move.Passes.Sum(pass => pass.Bytes)} bytes in one pass");
        await steps.ReachedAsync(MoveStep.Copied);
        bool isMirrored = state == DiskMoveState.Ready
            && await move.SwitchAsync(() => Task.FromResult(true), keepsSource: true);
        if (!isMirrored)
        {
            await move.AbandonAsync();
            clock.End("backed out", "the new plex is gone; the volume was never without its old one");
            return new MoveReport(
                MoveResult.Failed, $"the copy ended: {state}", "remove the cause and mirror again")
            {
                Phases = clock.Phases,
                Passes = move.Passes,
            };
        }

        clock.End("plex made ACTIVE", "from here on both sides serve");
        VerifyResult compared = await new PlexVerifier(disk.Volume).RunAsync(null, CancellationToken.None);
        clock.End("plexes compared", compared.IsEqual ? $"{compared.BytesCompared} bytes are equal" : "not equal");
        if (!compared.IsEqual)
        {
            return new MoveReport(MoveResult.Failed, "the plexes are not equal", "keep the old plex, look at the disks")
            {
                Phases = clock.Phases,
                Passes = move.Passes,
                BytesMirrored = move.BytesMirrored,
            };
        }

        long mirrored = move.BytesMirrored;
        await steps.ReachedAsync(MoveStep.Resumed);
        if (!await disk.LeaveAsync() && disk.Current != move.Plex)
        {
            clock.End("backed out", "the new plex is gone; the old one has served all the time");
            return new MoveReport(
                MoveResult.Failed, "the new plex was lost before the old one was detached",
                "look at the new array and mirror again")
            {
                Phases = clock.Phases,
                Passes = move.Passes,
                BytesMirrored = mirrored,
            };
        }

        clock.End("old plex detached", "the old array serves nothing of the volume");
        await steps.ReachedAsync(MoveStep.SourceDeleted);
        return new MoveReport(MoveResult.Moved, "", "keep or clear the old disks; going back is the same again")
        {
            Phases = clock.Phases,
            Passes = move.Passes,
            BytesMirrored = mirrored,
        };
    }
}
