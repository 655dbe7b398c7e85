using VolMgr.Blocks;

namespace VolMgr.Volumes.OnDisk;

/// <summary>
/// One LUN as a disk of the volume manager: writing, reading and removing its header.
/// </summary>
/// <remarks>
/// The header has two copies. A rewrite replaces first the copy that is broken or older, durably, and only then the
/// other
/// one: at every moment one whole copy is on the disk, and after a crash the newer whole one counts.
/// </remarks>
public static class VmDisk
{
    private const int Chunk = 1 << 20;
    private const long Granule = 16 * PrivateRegion.Sector;
    private const long Tail = 48 * PrivateRegion.Sector;

    /// <summary>Bytes of the public region of a LUN: what is behind the private region, less 48 sectors, whole 8 KiB.
    /// Zero or less: the LUN is too small.</summary>
    public static long PublicLengthOf(long lunLength, long privateLength)
    {
        long left = lunLength - PrivateRegion.DiskOffset - privateLength - Tail;
        return left < Granule ? 0 : left / Granule * Granule;
    }

    /// <summary>Writes a new, empty private region. The data of the public region stays as it is.</summary>
    public static async Task<Outcome<DiskHeader>> InitializeAsync(
        IBlockDevice lun, VmDiskOptions options, EngineServices engine, CancellationToken token)
    {
        if (!PrivateRegion.IsLegalLength(options.PrivateLength))
        {
            return new Refusal(
                ErrorCode.Usage,
                $"{options.DeviceName}: private region of {options.PrivateLength / PrivateRegion.Sector} sectors is " +
                $"not possible: use a multiple of 16 from {PrivateRegion.MinimumLength / PrivateRegion.Sector} to " +
                $"{PrivateRegion.MaximumLength / PrivateRegion.Sector}");
        }

        long publicLength = PublicLengthOf(lun.Length, options.PrivateLength);
        if (publicLength <= 0)
        {
            return new Refusal(
                ErrorCode.Usage, $"{options.DeviceName}: Disk is too small for supplied parameters", "V-5-2-1118");
        }

        (DiskHeader? first, DiskHeader? second, _) = await ReadCopiesAsync(lun, token);
        long oldSequence = Math.Max(first?.Sequence ?? 0, second?.Sequence ?? 0);
        var header = new DiskHeader
        {
            DiskId = options.DiskId,
            Udid = options.Udid,
            Guid = engine.Identities.NewGuid(),
            PrivateLength = options.PrivateLength,
            PublicOffset = PrivateRegion.DiskOffset + options.PrivateLength,
            PublicLength = publicLength,
            CreatedUnix = engine.Time.GetUtcNow().ToUnixTimeSeconds(),
            Sequence = oldSequence,
        };
        if (header.FindProblem() is string problem)
        {
            return new Refusal(ErrorCode.Usage,
                $"{options.DeviceName}: {problem} is too long or has illegal characters");
        }

        IoStatus status = await WriteEmptyRegionAsync(lun, header, token);
        if (status == IoStatus.Success)
        {
            DiskHeaderWritten written = await WriteHeaderAsync(lun, header, token);
            (status, header) = (written.Status, written.Header);
        }

        return status == IoStatus.Success
            ? header
            : new Refusal(ErrorCode.InputOutput, $"Device {options.DeviceName}: init failed: {status.Describe()}");
    }

    /// <summary>Reads the header. Never throws for what is on the disk.</summary>
    public static async Task<DiskHeaderReading> ReadAsync(IBlockDevice lun, CancellationToken token)
    {
        if (lun.Length < PrivateRegion.DiskOffset + PrivateRegion.MinimumLength)
        {
            return new DiskHeaderReading(ReadStatus.NotOurs, null, IoStatus.Success);
        }

        (DiskHeader? primary, DiskHeader? backup, DiskHeaderReading worst) = await ReadCopiesAsync(lun, token);
        DiskHeader? newest = (backup?.Sequence ?? 0) > (primary?.Sequence ?? 0) ? backup : primary;
        if (newest is null)
        {
            return worst;
        }

        return newest.PublicOffset + newest.PublicLength > lun.Length
            ? new DiskHeaderReading(ReadStatus.Inconsistent, null, IoStatus.Success)
            : new DiskHeaderReading(ReadStatus.Valid, newest, IoStatus.Success);
    }

    /// <summary>Rewrites the header durably, with the next sequence.</summary>
    public static async Task<DiskHeaderWritten> WriteHeaderAsync(
        IBlockDevice lun, DiskHeader header, CancellationToken token)
    {
        (DiskHeader? primary, DiskHeader? backup, _) = await ReadCopiesAsync(lun, token);
        long newest = Math.Max(primary?.Sequence ?? 0, backup?.Sequence ?? 0);
        DiskHeader next = header with { Sequence = Math.Max(newest, header.Sequence) + 1 };
        byte[] bytes = new byte[DiskHeader.Size];
        next.WriteTo(bytes);
        bool primaryIsNewest = primary is not null && primary.Sequence >= (backup?.Sequence ?? 0);
        (long firstTarget, long secondTarget) = primaryIsNewest
            ? (PrivateRegion.HeaderBackup, PrivateRegion.HeaderPrimary)
            : (PrivateRegion.HeaderPrimary, PrivateRegion.HeaderBackup);
        IoStatus status = await WriteAsync(lun, firstTarget, bytes, token);
        if (status == IoStatus.Success)
        {
            status = await WriteAsync(lun, secondTarget, bytes, token);
        }

        return new DiskHeaderWritten(status, next);
    }

    /// <summary>Removes header, contents and configuration; the LUN is no longer a VM disk.</summary>
    public static async Task<IoStatus> ClearAsync(IBlockDevice lun, CancellationToken token)
    {
        // Configuration first: a crash in between leaves a VM disk with an empty region, which can be cleared again.
        IoStatus status = await ZeroAsync(lun, PrivateRegion.Config1Offset, PrivateRegion.Config1Length, token);
        foreach ((long offset, long length) in new[]
        {
            (PrivateRegion.ContentsPrimary, (long)TableOfContents.Size),
            (PrivateRegion.ContentsBackup, TableOfContents.Size),
            (PrivateRegion.HeaderPrimary, DiskHeader.Size),
            (PrivateRegion.HeaderBackup, DiskHeader.Size),
        })
        {
            if (status == IoStatus.Success)
            {
                status = await WriteAsync(lun, offset, new byte[length], token);
            }
        }

        return status;
    }

    private static async Task<IoStatus> WriteEmptyRegionAsync(
        IBlockDevice lun, DiskHeader header, CancellationToken token)
    {
        PrivateRegion region = header.Region;
        IoStatus status = await ZeroAsync(lun, PrivateRegion.Config1Offset, PrivateRegion.Config1Length, token);
        if (status == IoStatus.Success)
        {
            // Written, not punched: a durable write to the log must not have to allocate space.
            status = await ZeroAsync(lun, region.LogOffset, region.LogLength, token);
        }

        byte[] contents = new byte[TableOfContents.Size];
        new TableOfContents(header.DiskId, region).WriteTo(contents);
        foreach (long offset in new[] { PrivateRegion.ContentsPrimary, PrivateRegion.ContentsBackup })
        {
            if (status == IoStatus.Success)
            {
                status = await WriteAsync(lun, offset, contents, token);
            }
        }

        return status;
    }

    private static async Task<(DiskHeader? Primary, DiskHeader? Backup, DiskHeaderReading Worst)> ReadCopiesAsync(
        IBlockDevice lun, CancellationToken token)
    {
        DiskHeaderReading primary = await ReadCopyAsync(lun, PrivateRegion.HeaderPrimary, token);
        DiskHeaderReading backup = await ReadCopyAsync(lun, PrivateRegion.HeaderBackup, token);
        DiskHeaderReading worst = backup.Status > primary.Status ? backup : primary;
        return (primary.Header, backup.Header, worst);
    }

    private static async Task<DiskHeaderReading> ReadCopyAsync(IBlockDevice lun, long offset, CancellationToken token)
    {
        byte[] bytes = new byte[DiskHeader.Size];
        IoStatus device = await lun.ReadAsync(PrivateRegion.DiskOffset + offset, bytes, token);
        if (device != IoStatus.Success)
        {
            return new DiskHeaderReading(ReadStatus.Unreadable, null, device);
        }

        ReadStatus status = DiskHeader.Read(bytes, out DiskHeader? header);
        return new DiskHeaderReading(status, header, device);
    }

    private static async Task<IoStatus> ZeroAsync(IBlockDevice lun, long offset, long length, CancellationToken token)
    {
        byte[] zeroes = new byte[Math.Min(length, Chunk)];
        for (long done = 0; done < length; done += zeroes.Length)
        {
            Memory<byte> part = zeroes.AsMemory(0, (int)Math.Min(zeroes.Length, length - done));
            IoStatus status = await WriteAsync(lun, offset + done, part, token);
            if (status != IoStatus.Success)
            {
                return status;
            }
        }

        return IoStatus.Success;
    }

    private static async Task<IoStatus> WriteAsync(
        IBlockDevice lun, long offset, ReadOnlyMemory<byte> bytes, CancellationToken token) =>
        await lun.WriteAsync(PrivateRegion.DiskOffset + offset, bytes, WriteFlags.ForceUnitAccess, token);
}
