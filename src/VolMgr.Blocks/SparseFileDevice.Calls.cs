using Microsoft.Win32.SafeHandles;

namespace VolMgr.Blocks;

/// <summary>The system calls of the file device, each with its portable fallback.</summary>
public sealed partial class SparseFileDevice
{
    /// <summary>Bytes that one call writes to the page cache.</summary>
    private const int CachedPiece = 64 << 10;

    /// <summary>The open file; the public members have refused the call when there is none.</summary>
    private SafeFileHandle OpenFile => _file!;

    /// <summary>
    /// Reads what the page cache holds from the start of the range on; anything unusual reads as nothing.
    /// </summary>
    private int ReadCached(long offset, Span<byte> buffer)
    {
        if ((_capabilities & FileCapabilities.NoWaitRead) == FileCapabilities.None || buffer.Length == 0)
        {
            return 0;
        }

        long count;
        try
        {
            count = LinuxCalls.Read(OpenFile, buffer, offset, LinuxCalls.NoWait);
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }

        if (count < 0 && Errno.IsUnsupported((int)-count))
        {
            Forget(FileCapabilities.NoWaitRead);
        }

        return (int)Math.Max(count, 0);
    }

    private ValueTask<IoStatus> ReadBlockingAsync(long offset, Memory<byte> buffer) =>
        RunAsync(() => ReadWhole(offset, buffer.Span));

    private IoStatus ReadWhole(long offset, Span<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            long count = LinuxCalls.ReadPlain(OpenFile, buffer, offset);
            if (count <= 0)
            {
                // Nothing read where there were bytes when the file was opened: it was cut.
                return count == 0 ? IoStatus.MediaError : Errno.ToStatus((int)-count);
            }

            buffer = buffer[(int)count..];
            offset += count;
        }

        return IoStatus.Success;
    }

    /// <summary>
    /// Writes to the page cache a piece at a time: the kernel keeps what one call writes in one folio, and every later
    /// small write into a folio walks all of it (4 KiB into 2 MiB cost ten times what they do into 64 KiB).
    /// </summary>
    private IoStatus WriteCached(long offset, ReadOnlySpan<byte> data)
    {
        try
        {
            IoStatus status = IoStatus.Success;
            for (int done = 0; done < data.Length && status == IoStatus.Success;)
            {
                int count = (int)Math.Min(data.Length - done, CachedPiece - ((offset + done) % CachedPiece));
                status = WriteWhole(OpenFile, offset + done, data.Slice(done, count));
                done += count;
            }

            return status;
        }
        catch (ObjectDisposedException)
        {
            return IoStatus.NotReachable;
        }
        finally
        {
            // A failed write may have landed in part, so it is a debt too.
            Interlocked.Increment(ref _writes);
        }
    }

    private static IoStatus WriteWhole(SafeFileHandle file, long offset, ReadOnlySpan<byte> data)
    {
        while (data.Length > 0)
        {
            long count = LinuxCalls.WritePlain(file, data, offset);
            if (count <= 0)
            {
                return count == 0 ? IoStatus.NoSpace : Errno.ToStatus((int)-count);
            }

            data = data[(int)count..];
            offset += count;
        }

        return IoStatus.Success;
    }

    private ValueTask<IoStatus> WriteDurableAsync(long offset, ReadOnlyMemory<byte> data) =>
        RunAsync(() =>
        {
            IoStatus status = _flushFailure != IoStatus.Success ? _flushFailure : WriteDurable(offset, data.Span);
            if (status == IoStatus.MediaError)
            {
                // The error may be that of other pages, and the kernel reports it only this once.
                _flushFailure = status;
            }

            Interlocked.Increment(ref _writes);
            return status;
        });

    private IoStatus WriteDurable(long offset, ReadOnlySpan<byte> data)
    {
        while (data.Length > 0 && (_capabilities & FileCapabilities.DataSyncWrite) != FileCapabilities.None)
        {
            long count = LinuxCalls.Write(OpenFile, data, offset, LinuxCalls.DataSync);
            if (count < 0 && Errno.IsUnsupported((int)-count))
            {
                Forget(FileCapabilities.DataSyncWrite);
            }
            else if (count <= 0)
            {
                return count == 0 ? IoStatus.NoSpace : Errno.ToStatus((int)-count);
            }
            else
            {
                data = data[(int)count..];
                offset += count;
            }
        }

        if (data.Length == 0)
        {
            return IoStatus.Success;
        }

        if (DurableFile() is SafeFileHandle durable)
        {
            return WriteWhole(durable, offset, data);
        }

        IoStatus status = WriteWhole(OpenFile, offset, data);
        return status == IoStatus.Success ? Synchronize() : status;
    }

    private SafeFileHandle? DurableFile()
    {
        if (_durableFile is not null || (_capabilities & FileCapabilities.SecondDescriptor) == FileCapabilities.None)
        {
            return _durableFile;
        }

        SafeFileHandle? opened = LinuxCalls.OpenDataSynchronous(OpenFile);
        if (opened is null)
        {
            Forget(FileCapabilities.SecondDescriptor);
            return null;
        }

        SafeFileHandle? earlier = Interlocked.CompareExchange(ref _durableFile, opened, null);
        if (earlier is null)
        {
            return opened;
        }

        opened.Dispose();
        return earlier;
    }

    private ValueTask<IoStatus> FlushBlockingAsync(long writes) =>
        RunAsync(() =>
        {
            IoStatus status = Synchronize();
            if (status == IoStatus.Success)
            {
                RaiseFlushed(writes);
            }

            return status;
        });

    private void RaiseFlushed(long writes)
    {
        long seen = Interlocked.Read(ref _flushed);
        while (seen < writes)
        {
            long before = Interlocked.CompareExchange(ref _flushed, writes, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    private IoStatus Synchronize()
    {
        IoStatus status = Errno.ToStatus(-LinuxCalls.SyncData(OpenFile));
        if (status == IoStatus.Success && LinuxCalls.TryGetLinksAndSize(OpenFile, out uint links, out long size))
        {
            status = links == 0 ? IoStatus.NotReachable : size < _present ? IoStatus.MediaError : status;
        }

        if (status != IoStatus.Success)
        {
            _flushFailure = status;
        }

        return _flushFailure;
    }

    private ValueTask<IoStatus> ZeroBlockingAsync(long offset, long length, WriteFlags flags) =>
        RunAsync(() =>
        {
            IoStatus status = Clear(offset, length, (flags & WriteFlags.NoHole) != WriteFlags.None);
            Interlocked.Increment(ref _writes);
            bool isForced = (flags & WriteFlags.ForceUnitAccess) != WriteFlags.None;
            return isForced && status == IoStatus.Success ? Synchronize() : status;
        });

    private IoStatus Clear(long offset, long length, bool keepAllocated)
    {
        FileCapabilities capability = keepAllocated ? FileCapabilities.ZeroRange : FileCapabilities.PunchHole;
        if ((_capabilities & capability) != FileCapabilities.None)
        {
            int mode = keepAllocated ? LinuxCalls.ZeroRange : LinuxCalls.PunchHole;
            int error = -LinuxCalls.Allocate(OpenFile, mode, offset, length);
            if (!Errno.IsUnsupported(error))
            {
                return Errno.ToStatus(error);
            }

            Forget(capability);
        }

        IoStatus status = IoStatus.Success;
        while (length > 0 && status == IoStatus.Success)
        {
            int count = (int)Math.Min(length, ExtentOperations.ZeroChunk);
            status = WriteWhole(OpenFile, offset, ExtentOperations.Zeroes.AsSpan(0, count));
            offset += count;
            length -= count;
        }

        return status;
    }

    private ExtentReply FindExtent(long offset, long length)
    {
        IoStatus refusal = Refusal(offset, BlockRange.SectorSize, isWrite: false);
        if (refusal != IoStatus.Success)
        {
            return new ExtentReply(refusal, ExtentKind.Data, length);
        }

        if ((_capabilities & FileCapabilities.SeekData) == FileCapabilities.None)
        {
            return new ExtentReply(IoStatus.Success, ExtentKind.Data, length);
        }

        long end = Math.Min(offset + length, _present);
        long data = LinuxCalls.Seek(OpenFile, offset, LinuxCalls.SeekData);
        if (data < 0 && data != -Errno.NoSuchAddress)
        {
            if (!Errno.IsUnsupported((int)-data))
            {
                return new ExtentReply(Errno.ToStatus((int)-data), ExtentKind.Data, length);
            }

            Forget(FileCapabilities.SeekData);
            return new ExtentReply(IoStatus.Success, ExtentKind.Data, length);
        }

        long hole = LinuxCalls.Seek(OpenFile, Math.Max(offset, data), LinuxCalls.SeekHole);
        if (hole < 0)
        {
            // Past the end of a file that was cut after it was opened.
            return new ExtentReply(IoStatus.MediaError, ExtentKind.Data, length);
        }

        long dataStart = data < 0 ? end : Math.Min(data, end) & ~(BlockRange.SectorSize - 1L);
        if (dataStart > offset)
        {
            return new ExtentReply(IoStatus.Success, ExtentKind.Hole, dataStart - offset);
        }

        long dataEnd = (Math.Min(hole, end) + BlockRange.SectorSize - 1) & ~(BlockRange.SectorSize - 1L);

        // Punched between the two calls: what was data a moment ago may be said to be.
        return new ExtentReply(
            IoStatus.Success, ExtentKind.Data, Math.Max(dataEnd - offset, BlockRange.SectorSize));
    }

    private void Forget(FileCapabilities capability) => _capabilities &= ~capability;

    /// <summary>Runs a call that may sleep. A handle closed under it is a device that is gone.</summary>
    private ValueTask<IoStatus> RunAsync(Func<IoStatus> call) =>
        new(_engine.RunBlockingAsync(() =>
        {
            try
            {
                return call();
            }
            catch (ObjectDisposedException)
            {
                return IoStatus.NotReachable;
            }
        }));
}
