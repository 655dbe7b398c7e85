using VolMgr.Blocks;
using VolMgr.Movers.Moves;

namespace VolMgr.Movers.Comparison;

/// <summary>The guest mirrors its own volume to the new array and detaches the old plex.</summary>
internal sealed class PlexMirrorMover(ComparedGuest guest) : ComparedMover(guest)
{
    private const string PlexFile = "vol01-02";

    private bool IsOnNew => Guest.Disk.Place == ComparedGuest.New;

    /// <inheritdoc/>
    public override long Data => Guest.Options.Size;

    /// <inheritdoc/>
    public override long InUseOnOldArray => IsOnNew ? 0 : Guest.Options.Size;

    /// <inheritdoc/>
    public override string LeftWords => IsOnNew
        ? "Nothing that is in use. The detached plex lies there as it was at the detach, until its disks are cleared."
        : "Everything: the volume is served by its old plex.";

    /// <inheritdoc/>
    public override Task<MoveReport> MoveAsync(MoveSteps steps)
    {
        IExtentDevice? target = Guest.Create(ComparedGuest.New, PlexFile, Guest.Options.Size);
        Invariant.Holds(target is not null);
        return PlexMirror.RunAsync(Guest.Disk, target, ComparedGuest.New, Guest.Pace, steps);
    }

    /// <inheritdoc/>
    public override Task<long> CountLostAsync() => Guest.Application.CountLostAsync(Guest.Disk.Device);
}
