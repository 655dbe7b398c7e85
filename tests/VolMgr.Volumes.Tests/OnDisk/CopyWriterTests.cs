using VolMgr.Blocks;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Tests.OnDisk;

/// <summary>Where the copy of one disk is written, and what is not begun.</summary>
public sealed class CopyWriterTests
{
    private readonly TestGroup group = new();

    private static readonly CommitHeader Checkpoint = new()
    {
        Kind = CommitKind.Checkpoint,
        Generation = 1,
        Attempt = 1,
        TextLength = 1,
        TextChecksum = 0,
        BranchId = Guid.Empty,
        GroupId = TestGroup.GroupId,
    };

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 512)]
    [InlineData(511, 512)]
    [InlineData(512, 512)]
    [InlineData(513, 1024)]
    public void Lengths_are_rounded_up_to_sectors(int length, int rounded) =>
        Assert.Equal(rounded, CopyWriter.RoundUp(length));

    [Fact]
    public async Task The_log_is_filled_to_its_last_sector_and_no_further()
    {
        (CopyWriter writer, _, DiskHeader header) = await NewAsync();
        Assert.False(writer.HasRoomFor(1), "there is no checkpoint to follow");
        Assert.Equal(IoStatus.Success, await writer.WriteCheckpointAsync(Checkpoint, new byte[1]));
        int room = (int)header.Region.DeltaHalfLength - CommitHeader.Size;
        Assert.True(writer.HasRoomFor(room));
        Assert.False(writer.HasRoomFor(room + 1));
        CommitHeader delta = Checkpoint with { Kind = CommitKind.Delta, Generation = 2 };
        Assert.Equal(IoStatus.Success, await writer.AppendAsync(delta, new byte[600]));
        Assert.True(writer.HasRoomFor(room - CommitHeader.Size - 1024));
        Assert.False(writer.HasRoomFor(room - CommitHeader.Size - 1023));
        await Assert.ThrowsAsync<InvariantViolationException>(() => writer.AppendAsync(delta, new byte[room]));
    }

    [Fact]
    public async Task A_checkpoint_is_as_long_as_its_half_at_most()
    {
        (CopyWriter writer, _, _) = await NewAsync();
        Assert.Equal(
            IoStatus.Success, await writer.WriteCheckpointAsync(Checkpoint, new byte[writer.CheckpointCapacity]));
        await Assert.ThrowsAsync<InvariantViolationException>(
            () => writer.WriteCheckpointAsync(Checkpoint, new byte[writer.CheckpointCapacity + 1]));
    }

    [Fact]
    public async Task Headers_go_where_their_kind_belongs()
    {
        (CopyWriter writer, _, _) = await NewAsync();
        CommitHeader delta = Checkpoint with { Kind = CommitKind.Delta };
        await Assert.ThrowsAsync<InvariantViolationException>(() => writer.WriteCheckpointAsync(delta, new byte[1]));
        await writer.WriteCheckpointAsync(Checkpoint, new byte[1]);
        await Assert.ThrowsAsync<InvariantViolationException>(() => writer.AppendAsync(Checkpoint, new byte[1]));
    }

    // The header makes the text valid: it must not be there before the text is.
    [Fact]
    public async Task Without_its_text_a_checkpoint_gets_no_header()
    {
        (CopyWriter writer, CrashDisk disk, DiskHeader header) = await NewAsync();
        await writer.WriteCheckpointAsync(Checkpoint, new byte[1]);
        FaultDevice faults = new(disk);
        writer = new CopyWriter(faults, header, new CopyReading(ReadStatus.Valid, null, 1, 0));
        faults.Add(FaultRule.InRange(
            header.PrivateOffset + PrivateRegion.Config2Offset, header.Region.Config2Length, DeviceOperations.Write));
        IReadOnlyList<long> before = disk.UsedSectors;
        Assert.NotEqual(IoStatus.Success, await writer.WriteCheckpointAsync(Checkpoint, new byte[1]));
        Assert.Equal(before, disk.UsedSectors);
    }

    private async Task<(CopyWriter Writer, CrashDisk Disk, DiskHeader Header)> NewAsync()
    {
        CrashDisk disk = await group.InitializeOneAsync(1);
        DiskHeader header = (await TestGroup.ScanAsync([disk], inGroup: false))[0].Header;
        return (new CopyWriter(disk, header, new CopyReading(ReadStatus.NotOurs, null, 0, 1)), disk, header);
    }
}
