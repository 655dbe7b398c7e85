using VolMgr.Arrays;
using VolMgr.Blocks;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Labs.Import;
using VolMgr.Cli.Owner;
using VolMgr.Nbd.Client;

namespace VolMgr.Cli.Engine;

/// <summary>Opens what holds the bytes of a lab's LUNs: sparse files, and exports of NBD servers.</summary>
/// <param name="lab">Where relative paths begin.</param>
/// <param name="engine">What the devices run on.</param>
/// <param name="powerLoss">Once cancelled, nothing more is sent to a server.</param>
internal sealed class LabLunOpener(LabPaths lab, EngineServices engine, CancellationToken powerLoss) : ILunOpener
{
    private readonly Lazy<ILookup<string, ContentExtent>?> content = new(() =>
        GeneratedContent.Of(lab)?.Extents.ToLookup(extent => extent.Lun, StringComparer.Ordinal));

    /// <inheritdoc/>
    public IBlockDevice Open(LunTopology lun)
    {
        if (LunBacking.FileOf(lab, lun) is { } path)
        {
            return !File.Exists(path) ? new MissingDevice(lun.Size)
                : content.Value is { } generated && generated.Contains(lun.Name)
                    ? new GeneratedLun(SparseFileDevice.Open(path, engine), generated[lun.Name])
                    : SparseFileDevice.Open(path, engine);
        }

        try
        {
            return OpenExport(lun) ?? throw new IOException("it is neither a file nor an export");
        }
        catch (Exception error) when (error is IOException or UserErrorException)
        {
            OwnerLog.Write($"LUN {lun.Name}: {error.Message}");
            return new MissingDevice(lun.Size);
        }
    }

    /// <summary>
    /// Begins to connect to the export that holds the bytes of a LUN; null where a file does. Throws
    /// <see cref="IOException"/> for certificates that cannot be used.
    /// </summary>
    public NbdClientDevice? OpenExport(LunTopology lun)
    {
        if (LunBacking.ExportOf(lun) is not { } uri)
        {
            return null;
        }

        NbdClientOptions options = new() { Length = lun.Size };
        return NbdClientDevice.Open(
            uri,
            options with
            {
                Connections = uri.Connections ?? options.Connections,
                RequestTimeout = uri.RequestTimeout ?? options.RequestTimeout,
                ReconnectTime = uri.ReconnectTime ?? options.ReconnectTime,
                BaseFolder = lab.Root,
                Tls = uri.TlsCertificates is { } folder ? NbdTls.Read(Path.Combine(lab.Root, folder)) : null,
                Abandoned = powerLoss,
                Log = text => OwnerLog.Write($"LUN {lun.Name}: {text}"),
            },
            engine);
    }

    /// <summary>A LUN whose bytes are not there.</summary>
    private sealed class MissingDevice(long length) : IBlockDevice
    {
        public long Length => length;

        public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
            ValueTask.FromResult(IoStatus.NotReachable);

        public ValueTask<IoStatus> WriteAsync(
            long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
            ValueTask.FromResult(IoStatus.NotReachable);

        public ValueTask<IoStatus> FlushAsync(CancellationToken token) =>
            ValueTask.FromResult(IoStatus.NotReachable);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
