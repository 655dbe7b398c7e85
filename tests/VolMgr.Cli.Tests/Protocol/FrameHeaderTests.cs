using FsCheck;
using FsCheck.Fluent;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Tests.Protocol;

public sealed class FrameHeaderTests
{
    [Fact]
    public void Header_has_these_bytes()
    {
        byte[] bytes = new byte[FrameHeader.Size];
        new FrameHeader(FrameType.Output, 0x1234).WriteTo(bytes);
        Assert.Equal([0x56, 0x4D, 1, 21, 0x34, 0x12, 0, 0], bytes);
    }

    [Fact]
    public void Every_type_is_read_back_with_its_largest_and_smallest_payload()
    {
        byte[] bytes = new byte[FrameHeader.Size];
        foreach (FrameType type in Enum.GetValues<FrameType>())
        {
            new FrameHeader(type, 0).WriteTo(bytes);
            Assert.Equal(new FrameHeader(type, 0), FrameHeader.Read(bytes, out _));
            new FrameHeader(type, int.MaxValue).WriteTo(bytes);
            Assert.Null(FrameHeader.Read(bytes, out string problem));
            Assert.Contains(type.ToString(), problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Each_wrong_byte_of_magic_version_or_type_is_refused_with_a_reason()
    {
        byte[] good = new byte[FrameHeader.Size];
        new FrameHeader(FrameType.Exit, 4).WriteTo(good);
        for (int index = 0; index < 4; index++)
        {
            byte[] bad = [.. good];
            bad[index] ^= 0x80;
            Assert.Null(FrameHeader.Read(bad, out string problem));
            Assert.NotEqual("", problem);
        }
    }

    [Fact]
    public void Any_bytes_are_either_a_header_that_writes_back_or_refused() => Prop.ForAll<byte[]>(bytes =>
    {
        if (bytes.Length < FrameHeader.Size)
        {
            return true;
        }

        bytes[0] = 0x56;
        bytes[1] = 0x4D;
        if (FrameHeader.Read(bytes, out string problem) is not { } header)
        {
            return problem.Length > 0;
        }

        byte[] again = new byte[FrameHeader.Size];
        header.WriteTo(again);
        return again.AsSpan().SequenceEqual(bytes.AsSpan(0, FrameHeader.Size));
    }).QuickCheckThrowOnFailure();
}
