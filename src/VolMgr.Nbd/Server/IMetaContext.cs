using VolMgr.Blocks;

namespace VolMgr.Nbd.Server;

/// <summary>A metadata context (NBD_OPT_SET_META_CONTEXT): the state of each range of an export. Thread-safe.</summary>
public interface IMetaContext
{
    /// <summary>Namespace and leaf, such as x-volmgr:resync.</summary>
    string Name { get; }

    /// <summary>
    /// The state of the extent that begins at <paramref name="offset"/>, at most <paramref name="length"/> bytes of it.
    /// </summary>
    ValueTask<MetaExtent> NextExtentAsync(long offset, long length, CancellationToken token);
}

/// <summary>One extent of a metadata context.</summary>
/// <param name="Status">Success, or why it could not be told; the other members are meaningless then.</param>
/// <param name="Length">Bytes from the asked offset on, positive.</param>
/// <param name="Flags">The context's own flags.</param>
public readonly record struct MetaExtent(IoStatus Status, long Length, ulong Flags);
