using VolMgr.Blocks;
using VolMgr.Nbd.Server;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Cli.Exports;

/// <summary>
/// The metadata context x-volmgr:resync: for each range whether all plexes of the volume hold the same (0), whether
/// some do not yet (1), or whether it is being copied at this moment (2). A client watches a resync with it.
/// </summary>
internal sealed class ResyncContext(VolumeDevice volume) : IMetaContext
{
    /// <summary>The context's name.</summary>
    public const string ContextName = "x-volmgr:resync";

    /// <inheritdoc/>
    public string Name => ContextName;

    /// <inheritdoc/>
    public ValueTask<MetaExtent> NextExtentAsync(long offset, long length, CancellationToken token)
    {
        ResyncExtent extent = volume.NextResyncExtent(offset, length);
        return ValueTask.FromResult(new MetaExtent(IoStatus.Success, extent.Length, (ulong)extent.State));
    }
}
