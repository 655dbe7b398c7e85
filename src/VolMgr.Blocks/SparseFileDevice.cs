using Microsoft.Win32.SafeHandles;

namespace VolMgr.Blocks;

/// <summary>
/// A device whose bytes are a sparse file: the backing of an emulated LUN.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>Writes and reads that the page cache can answer complete inline and allocate nothing; whatever may sleep
/// (cold reads, flushes, forced writes, punching) runs on <see cref="EngineServices.Blocking"/>.</item>
/// <item>A file that cannot be opened gives a device that answers every call with the reason. A file that is shorter
/// than it should be answers <see cref="IoStatus.MediaError"/> past its end, and never grows by itself: growing would
/// turn lost data into zeroes.</item>
/// <item>A flush asks whether the file still has a name and its size: data in a deleted or cut file is gone at the
/// next boot, so such a flush fails, and for good.</item>
/// <item>A flush that failed fails until the device is opened again. The kernel reports a failed write-back once and
/// then takes the lost pages for clean; the debt of the contract can only be kept by not believing it again.</item>
/// </list>
/// </remarks>
public sealed partial class SparseFileDevice : IExtentDevice
{
    private readonly EngineServices _engine;
    private readonly SafeFileHandle? _file;
    private readonly bool _isReadOnly;

    /// <summary>Bytes that the file had when it was opened, at most <see cref="Length"/>.</summary>
    private readonly long _present;

    /// <summary>Second descriptor with O_DSYNC, opened when it is needed first.</summary>
    private SafeFileHandle? _durableFile;

    private volatile FileCapabilities _capabilities;

    /// <summary>Why every flush fails from now on, or success.</summary>
    private volatile IoStatus _flushFailure;

    /// <summary>
    /// Writes completed, one more to begin with: what an earlier process left unflushed is a debt too.
    /// </summary>
    private long _writes = 1;

    /// <summary>The value of <see cref="_writes"/> that the last successful flush covers.</summary>
    private long _flushed;

    private SparseFileDevice(
        EngineServices engine, SafeFileHandle? file, IoStatus openStatus, long length, bool isReadOnly,
        FileCapabilities capabilities)
    {
        _engine = engine;
        _file = file;
        _isReadOnly = isReadOnly;
        _capabilities = capabilities;
        long size = file is null ? 0 : RandomAccess.GetLength(file) & ~(BlockRange.SectorSize - 1L);
        Length = length < 0 ? size : length;
        _present = Math.Min(size, Length);
        OpenStatus = openStatus == IoStatus.Success && _present < Length ? IoStatus.MediaError : openStatus;
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <summary>
    /// Success when the file was there in full; otherwise <see cref="IoStatus.MediaError"/> for one that is too short,
    /// or why it could not be opened.
    /// </summary>
    public IoStatus OpenStatus { get; }

    /// <summary>
    /// Opens the file at <paramref name="path"/>. Never throws for what is wrong with the file: see
    /// <see cref="OpenStatus"/>. A file that may not be written is opened for reading.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="engine">Where calls that may sleep run.</param>
    /// <param name="readOnly">Refuse writes.</param>
    /// <param name="length">The size that the device has whatever the file says, or null for the size of the
    /// file.</param>
    public static SparseFileDevice Open(
        string path, EngineServices engine, bool readOnly = false, long? length = null) =>
        Open(path, engine, readOnly, length, FileCapabilities.All);

    /// <summary>
    /// Creates a file of zeroes that occupies no space. The file must not exist; the failures of the host file system
    /// are thrown as <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.
    /// </summary>
    public static void Create(string path, long length)
    {
        BlockRange.CheckDeviceLength(length);
        using SafeFileHandle file = File.OpenHandle(
            path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite);
        RandomAccess.SetLength(file, length);
    }

    internal static SparseFileDevice Open(
        string path, EngineServices engine, bool readOnly, long? length, FileCapabilities capabilities)
    {
        if (length is long wanted)
        {
            BlockRange.CheckDeviceLength(wanted);
        }

        IoStatus status = TryOpen(path, readOnly, out SafeFileHandle? file);
        if (status == IoStatus.ReadOnly && !readOnly)
        {
            readOnly = true;
            status = TryOpen(path, readOnly, out file);
        }

        return new SparseFileDevice(
            engine, file, status, length ?? (file is null ? 0 : -1), readOnly, capabilities);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token)
    {
        BlockRange.Check(Length, offset, buffer.Length);
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<IoStatus>(token);
        }

        IoStatus refusal = Refusal(offset, buffer.Length, isWrite: false);
        if (refusal != IoStatus.Success)
        {
            return ValueTask.FromResult(refusal);
        }

        int count = ReadCached(offset, buffer.Span);
        return count == buffer.Length
            ? ValueTask.FromResult(IoStatus.Success)
            : ReadBlockingAsync(offset + count, buffer[count..]);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token)
    {
        BlockRange.Check(Length, offset, data.Length);
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<IoStatus>(token);
        }

        IoStatus refusal = Refusal(offset, data.Length, isWrite: true);
        if (refusal != IoStatus.Success)
        {
            return ValueTask.FromResult(refusal);
        }

        return (flags & WriteFlags.ForceUnitAccess) == WriteFlags.None
            ? ValueTask.FromResult(WriteCached(offset, data.Span))
            : WriteDurableAsync(offset, data);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> FlushAsync(CancellationToken token)
    {
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<IoStatus>(token);
        }

        IoStatus refusal = Refusal(0, 0, isWrite: false);
        if (refusal == IoStatus.Success)
        {
            refusal = _flushFailure;
        }

        long writes = Interlocked.Read(ref _writes);
        bool isClean = _isReadOnly || Interlocked.Read(ref _flushed) >= writes;
        return refusal != IoStatus.Success || isClean ? ValueTask.FromResult(refusal) : FlushBlockingAsync(writes);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token)
    {
        BlockRange.Check(Length, offset, length);
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<IoStatus>(token);
        }

        IoStatus refusal = Refusal(offset, length, isWrite: true);
        return refusal != IoStatus.Success || length == 0
            ? ValueTask.FromResult(refusal)
            : ZeroBlockingAsync(offset, length, flags);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
        ZeroAsync(offset, length, WriteFlags.None, token);

    /// <inheritdoc/>
    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token)
    {
        BlockRange.CheckNotEmpty(Length, offset, length);
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<ExtentReply>(token);
        }

        try
        {
            return ValueTask.FromResult(FindExtent(offset, length));
        }
        catch (ObjectDisposedException)
        {
            return ValueTask.FromResult(new ExtentReply(IoStatus.NotReachable, ExtentKind.Data, length));
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _file?.Dispose();
        Interlocked.Exchange(ref _durableFile, null)?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static IoStatus TryOpen(string path, bool readOnly, out SafeFileHandle? file)
    {
        file = null;
        try
        {
            file = File.OpenHandle(
                path, FileMode.Open, readOnly ? FileAccess.Read : FileAccess.ReadWrite,
                FileShare.ReadWrite | FileShare.Delete);
            return IoStatus.Success;
        }
        catch (UnauthorizedAccessException) when (!readOnly)
        {
            return IoStatus.ReadOnly;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // On Linux HResult holds the error number where the exception has no type of its own.
            IoStatus status = Errno.ToStatus(failure.HResult);
            return failure is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException
                ? IoStatus.NotReachable
                : status;
        }
    }

    private IoStatus Refusal(long offset, long length, bool isWrite)
    {
        if (_file is null)
        {
            return OpenStatus;
        }

        if (_file.IsClosed)
        {
            return IoStatus.NotReachable;
        }

        if (isWrite && _isReadOnly)
        {
            return IoStatus.ReadOnly;
        }

        return offset + length > _present ? IoStatus.MediaError : IoStatus.Success;
    }
}
