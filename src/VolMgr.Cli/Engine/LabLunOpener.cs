using VolMgr.Arrays;
using VolMgr.Blocks;
using VolMgr.Cli.Labs;

namespace VolMgr.Cli.Engine;

/// <summary>Opens the sparse files of a lab's LUNs.</summary>
internal sealed class LabLunOpener(LabPaths lab, EngineServices engine) : ILunOpener
{
    /// <inheritdoc/>
    public IBlockDevice Open(LunTopology lun)
    {
        string path = Path.Combine(lab.Root, lun.Backing);
        return File.Exists(path) ? SparseFileDevice.Open(path, engine) : new MissingDevice(lun.Size);
    }

    /// <summary>A LUN whose file is not there.</summary>
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
