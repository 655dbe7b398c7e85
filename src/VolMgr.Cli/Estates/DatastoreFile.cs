using VolMgr.Arrays;
using VolMgr.Arrays.Estates;
using VolMgr.Arrays.Faults;
using VolMgr.Blocks;

namespace VolMgr.Cli.Estates;

/// <summary>A file that lies on LUNs of arrays, and is gone while they are.</summary>
/// <param name="file">Its bytes.</param>
/// <param name="health">How the LUNs answer now.</param>
internal sealed class DatastoreFile(SparseFileDevice file, Func<IoStatus> health) : IExtentDevice
{
    private static readonly string[] unreachable =
        ["array-down", "array-hang", "array-removed", "lun-hang", "lun-unpresented"];

    /// <inheritdoc/>
    public long Length => file.Length;

    /// <summary>How LUNs answer while these faults are at work: as by paths, but at once.</summary>
    public static IoStatus HealthOf(IReadOnlyList<LabFault> faults, IReadOnlyList<string> luns)
    {
        foreach (LabFault fault in faults)
        {
            bool isHit = luns.Any(lun => lun == fault.Target || lun.Split('/')[0] == fault.Target);
            if (isHit && unreachable.Contains(fault.Definition.Name, StringComparer.Ordinal))
            {
                return IoStatus.NotReachable;
            }

            if (isHit && fault.Definition.Name == "lun-failed")
            {
                return IoStatus.MediaError;
            }
        }

        return IoStatus.Success;
    }

    /// <summary>The LUNs under a file of the lab: those of its datastore, or itself.</summary>
    public static IReadOnlyList<string> LunsUnder(LabTopology topology, DatastorePlace? place, string lun) =>
        place is { } known
            ? topology.Estate.Datastores.FirstOrDefault(store => store.Name == known.Store)?.Luns ?? []
            : [lun];

    /// <inheritdoc/>
    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
        health() is not IoStatus.Success and var status
            ? ValueTask.FromResult(status) : file.ReadAsync(offset, buffer, token);

    /// <inheritdoc/>
    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
        health() is not IoStatus.Success and var status
            ? ValueTask.FromResult(status) : file.WriteAsync(offset, data, flags, token);

    /// <inheritdoc/>
    public ValueTask<IoStatus> FlushAsync(CancellationToken token) =>
        health() is not IoStatus.Success and var status ? ValueTask.FromResult(status) : file.FlushAsync(token);

    /// <inheritdoc/>
    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token) =>
        health() is not IoStatus.Success and var status
            ? ValueTask.FromResult(status) : file.ZeroAsync(offset, length, flags, token);

    /// <inheritdoc/>
    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
        health() is not IoStatus.Success and var status
            ? ValueTask.FromResult(status) : file.DiscardAsync(offset, length, token);

    /// <inheritdoc/>
    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
        health() is not IoStatus.Success and var status
            ? ValueTask.FromResult(new ExtentReply(status, ExtentKind.Data, length))
            : file.NextExtentAsync(offset, length, token);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => file.DisposeAsync();
}
