namespace VolMgr.Blocks;

/// <summary>
/// An addressable array of bytes: a file, memory, a subdisk, a plex, a volume, an export.
/// </summary>
/// <remarks>
/// Contract, kept by every implementation and checked by one suite that runs against all of them:
/// <list type="bullet">
/// <item>Offsets and lengths are bytes, multiples of 512, inside [0, Length). A call outside is a bug of the caller and
/// throws <see cref="InvariantViolationException"/>; it is checked at the boundary, before anything is changed. A
/// device whose length may change while it is used says itself what it answers beyond its end.</item>
/// <item>Transfers are whole: success means every byte, there are no short reads or writes.</item>
/// <item>A failing device is a value, <see cref="IoStatus"/>, never an exception. After a failed or cancelled write
/// each 512-byte sector of the range holds its old or its new content; after a failed read the buffer is
/// undefined.</item>
/// <item>Calls may overlap in time. Overlapping writes that are in flight together land in any order, sector by sector;
/// a write that starts after another one has completed lands after it.</item>
/// <item>A completed write is read back at once by later reads, but may be lost by a crash until a
/// <see cref="FlushAsync"/> that began after its completion has succeeded, or it carried
/// <see cref="WriteFlags.ForceUnitAccess"/>. A failed flush promises nothing and leaves the debt: the next flush has to
/// cover the same writes again.</item>
/// <item>The buffer belongs to the device from the call until its completion.</item>
/// <item>A token is honoured until the device has begun the transfer and ignored after.</item>
/// <item>All members are thread-safe except disposal, which waits for nothing: stop the users first.</item>
/// </list>
/// </remarks>
public interface IBlockDevice : IAsyncDisposable
{
    /// <summary>Size in bytes, a multiple of 512; zero is a valid size.</summary>
    long Length { get; }

    /// <summary>Reads <paramref name="buffer"/>.Length bytes at <paramref name="offset"/>.</summary>
    ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token);

    /// <summary>Writes all of <paramref name="data"/> at <paramref name="offset"/>.</summary>
    ValueTask<IoStatus> WriteAsync(long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token);

    /// <summary>Makes every write that completed before this call durable.</summary>
    ValueTask<IoStatus> FlushAsync(CancellationToken token);
}
