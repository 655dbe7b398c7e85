using VolMgr.Arrays;
using VolMgr.Blocks;

namespace VolMgr.Cli.Engine;

/// <summary>
/// LUNs that a host reaches only while it has power. In a lab with several hosts one of them can crash while the
/// process goes on: nothing that it still tries to write may reach a LUN then.
/// </summary>
internal sealed class PoweredLunOpener(ILunOpener inner, HostPower power) : ILunOpener
{
    /// <inheritdoc/>
    public IBlockDevice Open(LunTopology lun) => new PoweredDevice(inner.Open(lun), power);

    private sealed class PoweredDevice(IBlockDevice inner, HostPower power)
        : IExtentDevice, ISelfRestoringDevice
    {
        public long Length => inner.Length;

        public bool? HasUnflushedWrites => (inner as ISelfRestoringDevice)?.HasUnflushedWrites;

        public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
            power.IsCut ? Unreachable() : inner.ReadAsync(offset, buffer, token);

        public ValueTask<IoStatus> WriteAsync(
            long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
            power.IsCut ? Unreachable() : inner.WriteAsync(offset, data, flags, token);

        public ValueTask<IoStatus> FlushAsync(CancellationToken token) =>
            power.IsCut ? Unreachable() : inner.FlushAsync(token);

        public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token) =>
            power.IsCut ? Unreachable() : ExtentOperations.ZeroAsync(inner, offset, length, flags, token);

        public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
            power.IsCut ? Unreachable() : ExtentOperations.DiscardAsync(inner, offset, length, token);

        public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
            power.IsCut
                ? ValueTask.FromResult(new ExtentReply(IoStatus.NotReachable, ExtentKind.Data, length))
                : ExtentOperations.NextExtentAsync(inner, offset, length, token);

        public ValueTask DisposeAsync() => inner.DisposeAsync();

        private static ValueTask<IoStatus> Unreachable() => ValueTask.FromResult(IoStatus.NotReachable);
    }
}
