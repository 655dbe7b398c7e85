using VolMgr.Blocks;
using VolMgr.Cli.Rehearse;

namespace VolMgr.Cli.Virtual;

/// <summary>
/// A LUN of a virtual-time lab: terabytes in memory that holds what is written compactly.
/// </summary>
/// <remarks>
/// Nothing is taken on trust. Every write is looked at byte by byte: sectors that are exactly the stamps of one write
/// (<see cref="SectorStamp"/>), or zeroes, are kept as a description of their run; all others are kept as they are.
/// Every read makes the bytes anew from that. So a copy that mixes up two sectors, or tears one, is found as it would
/// be on a disk, at the speed of memory and without its size. One thread at a time.
/// </remarks>
internal sealed class VirtualLun : IExtentDevice
{
    private const int Sector = BlockRange.SectorSize;
    private const int PageSize = 4096;
    private const int SectorsPerPage = PageSize / Sector;

    /// <summary>An answer about data walks over no more runs than that.</summary>
    private const int MostRunsWalked = 64;

    private readonly ContentSegment?[] segments;
    private readonly Dictionary<long, byte[]> pages = [];

    /// <summary>An empty LUN.</summary>
    public VirtualLun(long length)
    {
        BlockRange.CheckDeviceLength(length);
        Length = length;
        segments = new ContentSegment?[(int)(((length / Sector) + ContentSegment.Size - 1) / ContentSegment.Size)];
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <summary>Runs that describe the content.</summary>
    public long RunCount => segments.Sum(segment => (long)(segment?.Runs.Count ?? 0));

    /// <summary>Bytes that are kept as they are.</summary>
    public long BytesKept => (long)pages.Count * PageSize;

    /// <inheritdoc/>
    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token)
    {
        BlockRange.Check(Length, offset, buffer.Length);
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<IoStatus>(token);
        }

        Read(offset / Sector, buffer.Span);
        return ValueTask.FromResult(IoStatus.Success);
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

        Write(offset / Sector, data.Span);
        return ValueTask.FromResult(IoStatus.Success);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> FlushAsync(CancellationToken token) =>
        token.IsCancellationRequested
            ? ValueTask.FromCanceled<IoStatus>(token)
            : ValueTask.FromResult(IoStatus.Success);

    /// <inheritdoc/>
    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token)
    {
        BlockRange.Check(Length, offset, length);
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<IoStatus>(token);
        }

        ContentRun? content = (flags & WriteFlags.NoHole) == WriteFlags.None
            ? null
            : new ContentRun(0, 1, ContentKind.Zero);
        Set(offset / Sector, length / Sector, content);
        return ValueTask.FromResult(IoStatus.Success);
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

        long end = (offset + length) / Sector;
        long at = offset / Sector;
        bool isHole = At(at).Run is null;
        for (int walked = 0; at < end && (isHole || walked < MostRunsWalked); walked++)
        {
            (ContentRun? run, long runEnd) = At(at);
            if (run is null != isHole)
            {
                break;
            }

            at = runEnd;
        }

        ExtentKind kind = isHole ? ExtentKind.Hole : ExtentKind.Data;
        return ValueTask.FromResult(new ExtentReply(IoStatus.Success, kind, (Math.Min(at, end) * Sector) - offset));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Puts stamps of a write there, as an array that restores a backup does: behind the hosts'
    /// backs.</summary>
    public void Restore(long offset, long length, ulong tag, long firstSector, long sequence)
    {
        BlockRange.Check(Length, offset, length);
        Set(offset / Sector, length / Sector, new ContentRun(0, 1, ContentKind.Stamp, tag, firstSector, sequence));
    }

    /// <summary>Writes down what it holds.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(RunCount);
        for (int number = 0; number < segments.Length; number++)
        {
            foreach (ContentRun run in segments[number]?.Runs ?? [])
            {
                writer.Write(((long)number * ContentSegment.Size) + run.Start);
                writer.Write(run.Count);
                writer.Write((byte)run.Kind);
                writer.Write(run.Tag);
                writer.Write(run.First);
                writer.Write(run.Sequence);
            }
        }

        writer.Write(pages.Count);
        foreach ((long page, byte[] content) in pages.OrderBy(page => page.Key))
        {
            writer.Write(page);
            writer.Write(content);
        }
    }

    /// <summary>Takes over what <see cref="Write(BinaryWriter)"/> wrote; it is empty before.</summary>
    public void Read(BinaryReader reader)
    {
        for (long left = reader.ReadInt64(); left > 0; left--)
        {
            long sector = reader.ReadInt64();
            var run = new ContentRun(
                0, reader.ReadInt32(), (ContentKind)reader.ReadByte(), reader.ReadUInt64(), reader.ReadInt64(),
                reader.ReadInt64());
            if (!Enum.IsDefined(run.Kind) || run.Count <= 0 || sector < 0 || sector > (Length / Sector) - run.Count)
            {
                throw new InvalidDataException("it describes sectors that are not there");
            }

            Set(sector, run.Count, run);
        }

        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            pages[reader.ReadInt64()] = reader.ReadBytes(PageSize) is { Length: PageSize } page
                ? page
                : throw new EndOfStreamException("it ends too early");
        }
    }

    /// <summary>The run at a sector, from there on, or null for a hole; and the sector where that ends.</summary>
    private (ContentRun? Run, long End) At(long sector)
    {
        (long number, long inside) = Math.DivRem(sector, ContentSegment.Size);
        long origin = number * ContentSegment.Size;
        if (segments[(int)number] is not { } segment)
        {
            return (null, origin + ContentSegment.Size);
        }

        (ContentRun? run, int end) = segment.At((int)inside);
        return (run, origin + end);
    }

    /// <summary>Gives sectors the content of a run that begins there, or makes them a hole.</summary>
    private void Set(long sector, long count, ContentRun? content)
    {
        while (count > 0)
        {
            (long number, long inside) = Math.DivRem(sector, ContentSegment.Size);
            int part = (int)Math.Min(count, ContentSegment.Size - inside);
            if (content?.Kind != ContentKind.Bytes)
            {
                DropPages(sector, part);
            }

            ref ContentSegment? segment = ref segments[(int)number];
            if (content is { } run)
            {
                (segment ??= new ContentSegment()).Set(run with { Start = (int)inside, Count = part });
                content = run.Kind == ContentKind.Stamp ? run with { First = run.First + part } : run;
            }
            else
            {
                segment?.Clear((int)inside, part);
            }

            sector += part;
            count -= part;
        }
    }

    private void Read(long sector, Span<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            (ContentRun? found, long end) = At(sector);
            int count = (int)Math.Min(end - sector, buffer.Length / Sector);
            Span<byte> part = buffer[..(count * Sector)];
            if (found is { Kind: ContentKind.Stamp } run)
            {
                SectorStamp.Fill(part, run.Tag, run.First, run.Sequence);
            }
            else if (found is { Kind: ContentKind.Bytes })
            {
                CopyKept(sector, part);
            }
            else
            {
                part.Clear();
            }

            buffer = buffer[part.Length..];
            sector += count;
        }
    }

    private void Write(long sector, ReadOnlySpan<byte> data)
    {
        while (data.Length > 0)
        {
            int count;
            if (SectorStamp.TryReadHeader(data, out ulong tag, out long first, out long sequence)
                && (count = SectorStamp.CountOf(data, tag, first, sequence)) > 0)
            {
                Set(sector, count, new ContentRun(0, 1, ContentKind.Stamp, tag, first, sequence));
            }
            else if ((count = ZeroSectors(data)) > 0)
            {
                Set(sector, count, new ContentRun(0, 1, ContentKind.Zero));
            }
            else
            {
                count = 1;
                Set(sector, 1, new ContentRun(0, 1, ContentKind.Bytes));
                Keep(sector, data[..Sector]);
            }

            data = data[(count * Sector)..];
            sector += count;
        }
    }

    private static int ZeroSectors(ReadOnlySpan<byte> data)
    {
        int first = data.IndexOfAnyExcept((byte)0);
        return (first < 0 ? data.Length : first) / Sector;
    }

    private void Keep(long sector, ReadOnlySpan<byte> data)
    {
        long page = sector / SectorsPerPage;
        if (!pages.TryGetValue(page, out byte[]? content))
        {
            pages.Add(page, content = new byte[PageSize]);
        }

        data.CopyTo(content.AsSpan((int)(sector % SectorsPerPage) * Sector));
    }

    private void CopyKept(long sector, Span<byte> bytes)
    {
        for (; bytes.Length > 0; bytes = bytes[Sector..])
        {
            int inside = (int)(sector % SectorsPerPage) * Sector;
            pages[sector++ / SectorsPerPage].AsSpan(inside, Sector).CopyTo(bytes);
        }
    }

    /// <summary>Forgets kept bytes of whole pages that get another content.</summary>
    private void DropPages(long sector, long count)
    {
        long first = (sector + SectorsPerPage - 1) / SectorsPerPage;
        long end = (sector + count) / SectorsPerPage;
        if (pages.Count == 0 || end <= first)
        {
            return;
        }

        if (end - first < pages.Count)
        {
            for (long page = first; page < end; page++)
            {
                pages.Remove(page);
            }

            return;
        }

        foreach (long page in pages.Keys.Where(page => page >= first && page < end).ToArray())
        {
            pages.Remove(page);
        }
    }
}
