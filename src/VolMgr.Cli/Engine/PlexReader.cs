using VolMgr.Blocks;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Cli.Engine;

/// <summary>One readable plex of a started volume, to be looked at: it answers reads and refuses writes.</summary>
internal sealed class PlexReader : IBlockDevice
{
    private readonly VolumeDevice volume;
    private readonly IDisposable opening;
    private readonly PlexDevice plex;

    private PlexReader(VolumeDevice volume, PlexDevice plex)
    {
        this.volume = volume;
        this.plex = plex;
        opening = volume.Open();
    }

    /// <inheritdoc/>
    public long Length => volume.Length;

    /// <summary>Opens a plex by name; null where no started volume has such a readable plex.</summary>
    public static PlexReader? Open(DiskGroup group, string name)
    {
        if (group.Current.FindPlex(name) is not { VolumeId: { } owner } record
            || group.OpenVolume(group.Current.Volumes[owner].Name) is not { } volume)
        {
            return null;
        }

        return volume.Plexes.Find(record.Id) is { Role: PlexRole.ReadWrite } member
            ? new PlexReader(volume, member.Device)
            : null;
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
        plex.ReadAsync(offset, buffer, token);

    /// <inheritdoc/>
    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
        ValueTask.FromResult(IoStatus.ReadOnly);

    /// <summary>The extent at an offset, for whoever wants to leave holes out.</summary>
    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
        plex.NextExtentAsync(offset, length, token);

    /// <inheritdoc/>
    public ValueTask<IoStatus> FlushAsync(CancellationToken token) => ValueTask.FromResult(IoStatus.Success);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        opening.Dispose();
        return ValueTask.CompletedTask;
    }
}
