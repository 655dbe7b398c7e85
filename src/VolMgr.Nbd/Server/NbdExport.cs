using VolMgr.Blocks;

namespace VolMgr.Nbd.Server;

/// <summary>One opening of an export. Its length is read once, when the client negotiates.</summary>
public sealed class NbdExport : IAsyncDisposable
{
    /// <summary>The canonical name, also when the client asked for the default export.</summary>
    public required string Name { get; init; }

    /// <summary>One line for people (NBD_INFO_DESCRIPTION).</summary>
    public required string Description { get; init; }

    /// <summary>
    /// The bytes. An <see cref="IByteDevice"/> is offered at every byte, any other device in blocks of 512. Disposing
    /// this opening disposes it.
    /// </summary>
    public required IBlockDevice Device { get; init; }

    /// <summary>Whether writes are refused (NBD_FLAG_READ_ONLY).</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Metadata contexts beyond base:allocation, which every export has.</summary>
    public IReadOnlyList<IMetaContext> Contexts { get; init; } = [];

    /// <summary>
    /// Fires when what is exported goes away under its clients (a host that goes down): the server drops the connection
    /// then. Clients that reconnect may find it again.
    /// </summary>
    public CancellationToken Withdrawn { get; init; }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Device.DisposeAsync();
}
