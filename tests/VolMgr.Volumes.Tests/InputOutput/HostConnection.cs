using VolMgr.Blocks;

namespace VolMgr.Volumes.Tests.InputOutput;

/// <summary>What connects one life of a host to its disks and its configuration. When the host dies, whatever of it
/// still runs reaches nothing any more.</summary>
internal sealed class HostConnection
{
    public bool IsDead { get; private set; }

    public void Die() => IsDead = true;

    public IExtentDevice Connect(IExtentDevice disk) => new Connected(this, disk);

    private sealed class Connected(HostConnection host, IExtentDevice disk) : IExtentDevice
    {
        public long Length => disk.Length;

        public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
            Guard(() => disk.ReadAsync(offset, buffer, token));

        public ValueTask<IoStatus> WriteAsync(
            long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
            Guard(() => disk.WriteAsync(offset, data, flags, token));

        public ValueTask<IoStatus> FlushAsync(CancellationToken token) => Guard(() => disk.FlushAsync(token));

        public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token) =>
            Guard(() => disk.ZeroAsync(offset, length, flags, token));

        public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
            Guard(() => disk.DiscardAsync(offset, length, token));

        public async ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
            host.IsDead
                ? new ExtentReply(IoStatus.NotReachable, ExtentKind.Data, length)
                : await disk.NextExtentAsync(offset, length, token);

        public ValueTask DisposeAsync() => default;

        private ValueTask<IoStatus> Guard(Func<ValueTask<IoStatus>> call) =>
            host.IsDead ? ValueTask.FromResult(IoStatus.NotReachable) : call();
    }
}
