using System.Text;
using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Fuzz.Targets;

/// <summary>What the disks may hold.</summary>
internal static class OnDiskTargets
{
    private const string GroupId = "1000.1.fuzz";
    private const int ChecksumOffset = 0x0C;
    private const char Separator = '\f';
    private const long LunLength = PrivateRegion.DiskOffset + PrivateRegion.MinimumLength + (1 << 20);

    private static readonly Guid Branch = new(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    private static readonly DirtyRegionLogGeometry Geometry = new(1 << 30);

    private static readonly DiskHeader Header = new()
    {
        DiskId = "1000.2.fuzz",
        GroupId = GroupId,
        GroupName = "datadg",
        HostId = "host1",
        Udid = "EMC%5F1",
        PrivateLength = PrivateRegion.MinimumLength,
        PublicOffset = PrivateRegion.DiskOffset + PrivateRegion.MinimumLength,
        PublicLength = 1 << 20,
    };

    public static IReadOnlyList<IFuzzTarget> All { get; } =
    [
        new BytesTarget(
            "structures", "the structures of a private region and of a dirty region log, with good checksums too",
            Generate, ReadStructures),
        new TextTarget(
            "copies", "the text of checkpoint and deltas on a disk, in sectors whose checksums are good",
            RecordTargets.Commits, ReadCopies),
    ];

    private static void ReadStructures(ReadOnlySpan<byte> input)
    {
        ReadAll(input);
        foreach (int size in new[] { 512, DiskHeader.Size, CopyRecord.Size })
        {
            byte[] whole = new byte[size];
            input[..Math.Min(size, input.Length)].CopyTo(whole);
            BitConverter.TryWriteBytes(whole.AsSpan(ChecksumOffset), StructurePrefix.SumOf(whole));
            ReadAll(whole);
        }
    }

    private static void ReadAll(ReadOnlySpan<byte> bytes)
    {
        if (DiskHeader.Read(bytes, out DiskHeader? header) == ReadStatus.Valid)
        {
            byte[] written = new byte[DiskHeader.Size];
            header!.WriteTo(written);
            Invariant.Holds(DiskHeader.Read(written, out DiskHeader? again) == ReadStatus.Valid && again == header);
        }

        TableOfContents.Read(bytes, header ?? Header, out _);
        foreach (CommitKind kind in Enum.GetValues<CommitKind>())
        {
            if (CommitHeader.Read(bytes, kind, GroupId, out CommitHeader? commit) == ReadStatus.Valid)
            {
                byte[] written = new byte[CommitHeader.Size];
                commit!.WriteTo(written);
                CommitHeader.Read(written, kind, GroupId, out CommitHeader? again);
                Invariant.Holds(again == commit);
            }
        }

        if (CopyRecord.Read(bytes, GroupId, out CopyRecord? record, out long sequence) == ReadStatus.Valid)
        {
            byte[] written = new byte[CopyRecord.Size];
            record!.WriteTo(written, GroupId, sequence);
            Invariant.Holds(
                CopyRecord.Read(written, GroupId, out CopyRecord? again, out long number) == ReadStatus.Valid
                && number == sequence && again!.Window.Span.SequenceEqual(record.Window.Span)
                && again with { Window = default } == record with { Window = default });
        }

        if (bytes.Length == DirtyRegionLogPage.Size)
        {
            byte[] bits = new byte[DirtyRegionLogPage.Size - DirtyRegionLogGeometry.PageHeaderLength];
            DirtyRegionLogPage.ReadHeader(bytes, Geometry, out Guid logId);
            DirtyRegionLogPage.ReadBits(bytes, logId, 1, bits);
            DirtyRegionLogPage.ReadBits(bytes, Branch, 1, bits);
        }
    }

    private static byte[] Generate(Random random)
    {
        byte[] bytes = new byte[random.Next(4) switch { 0 => DiskHeader.Size, 1 => CopyRecord.Size, _ => 512 }];
        switch (bytes.Length)
        {
            case DiskHeader.Size:
                (Header with { Sequence = random.Next(1, 99), IsNoAutoImport = random.Next(2) == 0 }).WriteTo(bytes);
                break;
            case CopyRecord.Size:
                new CopyRecord
                {
                    PlexId = new RecordId(random.Next(1, 9)),
                    PlexGeneration = random.Next(9),
                    VolumeLength = 1 << 20,
                    Frontier = random.Next(1 << 20),
                    WindowUnit = 1 << 16,
                    Window = new byte[random.Next(100)],
                }.WriteTo(bytes, GroupId, random.Next(1, 99));
                break;
            default:
                GenerateSector(random, bytes);
                break;
        }

        for (int changes = random.Next(4); changes > 0; changes--)
        {
            bytes[random.Next(bytes.Length)] = (byte)(random.Next(2) == 0 ? 0xFF : random.Next(256));
        }

        return bytes;
    }

    private static void GenerateSector(Random random, byte[] bytes)
    {
        switch (random.Next(4))
        {
            case 0:
                new TableOfContents(Header.DiskId, Header.Region).WriteTo(bytes);
                break;
            case 1:
                DirtyRegionLogPage.WriteHeader(bytes, Branch, Geometry);
                break;
            case 2:
                DirtyRegionLogPage.WriteBits(
                    bytes, Branch, random.Next(3), new byte[512 - DirtyRegionLogGeometry.PageHeaderLength]);
                break;
            default:
                HeaderOf([], random.Next(2) == 0 ? CommitKind.Checkpoint : CommitKind.Delta, random.Next(1, 9), 1)
                    .WriteTo(bytes);
                break;
        }
    }

    private static CommitHeader HeaderOf(byte[] text, CommitKind kind, long generation, long epoch) => new()
    {
        Kind = kind,
        Epoch = epoch,
        Generation = generation,
        Attempt = 1,
        TextLength = Math.Max(1, text.Length),
        TextChecksum = Checksum.Of(text),
        BranchId = Branch,
        GroupId = GroupId,
    };

    /// <summary>The parts between form feeds: a checkpoint of generation 1, then deltas of the next ones.</summary>
    private static void ReadCopies(string text)
    {
        PrivateRegion region = Header.Region;
        MemoryDevice lun = new(LunLength);
        byte[] sectors = new byte[DiskHeader.Size];
        Header.WriteTo(sectors);
        Write(lun, PrivateRegion.HeaderPrimary, sectors);
        string[] parts = text.Split(Separator);
        byte[] checkpoint = Encoding.UTF8.GetBytes(parts[0]);
        if (checkpoint.Length == 0 || checkpoint.Length > region.BodyLength)
        {
            return;
        }

        Write(lun, region.CheckpointBodyOffset(0), checkpoint);
        CommitHeader first = HeaderOf(checkpoint, CommitKind.Checkpoint, 1, 1);
        Write(lun, PrivateRegion.CheckpointHeaderOffset(0), SectorOf(first));
        long at = region.DeltaHalfOffset(0);
        for (int part = 1; part < Math.Min(parts.Length, 20); part++)
        {
            byte[] delta = Encoding.UTF8.GetBytes(parts[part]);
            if (delta.Length == 0)
            {
                continue;
            }

            Write(lun, at, SectorOf(HeaderOf(delta, CommitKind.Delta, part + 1, 1)));
            Write(lun, at + CommitHeader.Size, delta);
            at += CommitHeader.Size + CopyWriter.RoundUp(delta.Length);
        }

        DiskHeaderReading reading = VmDisk.ReadAsync(lun, CancellationToken.None).GetAwaiter().GetResult();
        Invariant.Holds(reading.Status == ReadStatus.Valid);
        CopyReading copy = CopyReader.ReadAsync(lun, Header, CancellationToken.None).GetAwaiter().GetResult();
        Invariant.Holds(copy.Status != ReadStatus.Valid || copy.Image is not null);
        if (copy.Image is { } image && ConfigurationText.FindUnwritable(image.Configuration).Count == 0)
        {
            CopyImage? again = CommitText.ReadCheckpoint(CommitText.WriteCheckpoint(image));
            Invariant.Holds(again is not null && again.HasSameContent(image));
        }
    }

    private static byte[] SectorOf(CommitHeader header)
    {
        byte[] sector = new byte[CommitHeader.Size];
        header.WriteTo(sector);
        return sector;
    }

    private static void Write(MemoryDevice lun, long offset, byte[] bytes)
    {
        byte[] whole = new byte[CopyWriter.RoundUp(bytes.Length)];
        bytes.CopyTo(whole, 0);
        lun.WriteAsync(PrivateRegion.DiskOffset + offset, whole, WriteFlags.None, CancellationToken.None).AsTask()
            .GetAwaiter().GetResult();
    }
}
